from odoo import api, fields, models

from ...const import PAYOUT_ON_ITS_WAY, PAYOUT_SENT
from ...guard import refuse

# Of payments that stand in no entry yet: they are on their way all the same.
NOT_BOOKED = ("draft", "in_process")
# What money goes back for: a document, or a payment that came before one.
PAID_OUT = ("credit_note", "prepaid")


class ReturnsSettlement(models.Model):
    """What of a credit note a person has to pay, and what is on its way already.

    Nothing is counted twice: what is left to be paid by hand is what is open, less
    what a provider was told to pay or has refused (somebody decides about that under
    Payouts), less payments that were made and wait for their approval or entry.
    """

    _inherit = "returns.settlement"

    hand_amount = fields.Monetary(
        "To pay by hand",
        compute="_compute_hand_amount",
        store=True,
        help="What is open and no provider is told to pay.",
    )
    payment_id = fields.Many2one(
        "account.payment",
        "Payment by hand",
        index="btree_not_null",
        ondelete="restrict",
    )
    source_move_id = fields.Many2one(
        "account.move",
        "Payment that it gives back",
        index="btree_not_null",
        help="The entry of the customer's payment.",
    )
    agreed = fields.Char(
        "Agreed with the customer",
        help="Why it goes another way than the customer had paid: who agreed, when.",
    )
    payee_bank_id = fields.Many2one(
        "res.partner.bank",
        "Bank account",
        compute="_compute_payee_bank_id",
        compute_sudo=True,
        groups="returns_governance.group_finance,returns_governance.group_auditor",
        help="Of the credit note, or the customer's first one.",
    )
    payee_words = fields.Char(
        "To the account",
        compute="_compute_payee_bank_id",
        compute_sudo=True,
        groups="returns_governance.group_finance,returns_governance.group_auditor",
    )
    credit_name = fields.Char(
        "Credit note number",
        compute="_compute_credit_name",
        compute_sudo=True,
        help="The credit note, or the payment that came before an invoice.",
    )
    due_date = fields.Date(
        "Pay by",
        compute="_compute_due_date",
        store=True,
        help="The day of the law, or the credit note's.",
    )

    @api.depends(
        "state",
        "open_amount",
        "outbox_ids.state",
        "outbox_ids.amount",
        "outbox_ids.transaction_id.payment_id",
        "move_id.matched_payment_ids.state",
        "move_id.matched_payment_ids.move_id",
        "move_id.matched_payment_ids.move_id.line_ids.amount_residual_currency",
    )
    def _compute_hand_amount(self):
        for row in self:
            left = 0.0
            if row.kind in PAID_OUT and row.state == "to_pay":
                claimed = (*PAYOUT_ON_ITS_WAY, "failed")
                left = row._ready_amount() - row._on_its_way(claimed)
            row.hand_amount = max(0.0, row.currency_id.round(left))

    @api.depends("order_id.refund_due_date", "move_id.state", "kind")
    def _compute_due_date(self):
        """Of a credit note its own, which stands once it is posted.

        On the date itself hangs every item of the books: Odoo tells it from the terms.
        """
        for row in self:
            of_credit = row.kind in PAID_OUT
            row.due_date = of_credit and (
                row.order_id.refund_due_date or row.move_id.invoice_date_due
            )

    @api.depends("move_id.partner_bank_id", "partner_id")
    @api.depends_context("lang")
    def _compute_payee_bank_id(self):
        for row in self:
            partner = row.move_id.commercial_partner_id or row.partner_id
            accounts = partner.commercial_partner_id.bank_ids.filtered(
                lambda bank, row=row: bank.company_id.id in (False, row.company_id.id)
            )
            account = row.move_id.partner_bank_id or accounts[:1]
            row.payee_bank_id = account
            row.payee_words = account.acc_number or self.env._("Missing")

    def _ready_amount(self):
        """What of it can be paid now."""
        return self.open_amount

    # --- what is on its way -----------------------------------------------------------
    def _on_its_way(self, states=PAYOUT_ON_ITS_WAY):
        """What others pay of a credit note, as far as it is in no book yet.

        :param states: of payouts that count
        """
        payouts = self.outbox_ids.filtered(
            lambda box: (
                box.kind == "payout" and (box.state in states or box._is_unbooked())
            )
        )
        by_hand = self.move_id.matched_payment_ids.filtered(
            lambda pay: pay.state in NOT_BOOKED and pay.move_id.state != "posted"
        )
        return (
            sum(payouts.mapped("amount"))
            + sum(
                pay.currency_id._convert(
                    pay.amount, self.currency_id, self.company_id, pay.date
                )
                for pay in by_hand
            )
            + self._paid_and_torn()
        )

    def _paid_and_torn(self):
        """What was paid for it by payments that stand, and were torn off since."""
        items = self.move_id.matched_payment_ids.move_id.line_ids.filtered(
            lambda item: (
                item.parent_state == "posted"
                and item.account_type == "asset_receivable"
                and item.currency_id == self.currency_id
                and item.amount_residual_currency > 0
            )
        )
        return sum(items.mapped("amount_residual_currency"))

    def _left_to_pay(self):
        """What a channel can still pay of it: nothing that may have been paid."""
        if self.kind in PAID_OUT and self.state == "to_pay":
            return max(0.0, self.open_amount - self._on_its_way(PAYOUT_SENT))
        return super()._left_to_pay()

    def _is_paid_out(self):
        """Also a payment by hand that stands in no entry."""
        return super()._is_paid_out() or bool(
            self.move_id.matched_payment_ids.filtered(
                lambda pay: pay.state == "in_process" and not pay.move_id
            )
        )

    def _shrink_payouts(self, because):
        """Payouts that were not sent give back no more than is still open.

        What people pay by hand, or a channel paid, counts against what would have been
        paid by hand first.

        :param str because: what is said of those that give back less
        """
        for row in self:
            boxes = row.outbox_ids.filtered(
                lambda box: box.kind == "payout" and box.state in ("waiting", "failed")
            )
            if not boxes:
                continue
            left = row.open_amount if row.state == "to_pay" else 0.0
            left -= row._on_its_way(PAYOUT_SENT)
            for box in boxes.sorted("id"):
                keep = row.currency_id.round(min(box.amount, max(0.0, left)))
                left -= keep
                if row.currency_id.is_zero(keep):
                    box._machine_write({"state": "dropped", "message": because})
                elif row.currency_id.compare_amounts(keep, box.amount):
                    box._machine_write({"amount": keep, "message": because})

    # --- payouts ----------------------------------------------------------------------
    @api.depends("payment_id.state")
    def _compute_state(self):
        return super()._compute_state()

    def _derive_state(self):
        if self.kind != "payout" or self.transaction_id:
            return super()._derive_state()
        states = {"draft": "to_pay", "in_process": "paid", "paid": "paid"}
        # A role without a transaction of its own makes the row when it has paid.
        paid = self.payment_id and states.get(self.payment_id.state, "failed")
        return paid or "paid", 0.0


class AccountPayment(models.Model):
    """A payment that was made for a return is a part of its history."""

    _inherit = "account.payment"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_returns_payout(self):
        # sudo: the accountant need not read settlements
        rows = self.env["returns.settlement"].sudo()
        for row in rows.search([("payment_id", "in", self.ids)], limit=1):
            refuse(
                "APPEND_ONLY",
                self.env._(
                    "%(payment)s pays back %(return)s and cannot be deleted. Cancel "
                    "it: what it would have paid waits to be paid by hand again.",
                    payment=row.payment_id.display_name,
                    **{"return": row.order_id.name},
                ),
            )
