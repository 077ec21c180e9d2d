from odoo import SUPERUSER_ID, models

from odoo.addons.inventory_states.patience import lock

from ...const import OPEN_CASE_STATES
from ...guard import deny, refuse

HELD = ("held", "due", "partly_settled")


class ReturnsGatePayment(models.AbstractModel):
    """The gate of money that leaves: refunds of payments, payments to customers.

    Money goes to a customer for what is open on posted credit notes, which have passed
    the gate of credit, or for payments that were never used. Anything else needs
    finance, and is to be explained; nothing goes past a return whose money is held.
    """

    _name = "returns.gate.payment"
    _description = "Gate of payments to customers"

    # --- refunds through a provider -----------------------------------------------
    def _check_refund(self, source, amount):
        """Refuse a refund of ``amount`` that nothing owes."""
        source._returns_lock()
        currency = source.currency_id
        self._hold_credit(source.partner_id, source.company_id, currency)
        left = source._returns_refundable()
        if currency.compare_amounts(amount, left) > 0:
            refuse(
                "REFUND_EXCEEDS_PAID",
                self.env._(
                    "%(reference)s: %(amount)s to refund, %(left)s is left of the "
                    "payment. Refund at most that.",
                    reference=source.reference,
                    amount=currency.format(amount),
                    left=currency.format(left),
                ),
            )
        owed = self._open_credit(source.partner_id, source.company_id, currency)
        if currency.compare_amounts(amount, owed) > 0:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(reference)s: %(amount)s to refund, and %(owed)s is open on "
                    "posted credit notes of %(partner)s. Let the return make its "
                    "credit note when its rule is met, or release it by hand.",
                    reference=source.reference,
                    amount=currency.format(amount),
                    owed=currency.format(owed),
                    partner=source.partner_id.display_name,
                ),
            )

    def _book_reported(self, refund):
        """A provider reports a refund: it has happened, and somebody has to look."""
        source, currency = refund.source_transaction_id, refund.currency_id
        amount = abs(refund.amount)
        owed = self._open_credit(
            source.partner_id, source.company_id, currency, refunds=refund
        )
        # The refund is one of those that are on their way: it does not count twice.
        left = source._returns_refundable()
        if currency.compare_amounts(amount, min(owed, left)) <= 0:
            return
        orders = (
            source.sale_order_ids | source.invoice_ids.line_ids.sale_line_ids.order_id
        )
        returns = orders.returns_line_ids.order_id[-1:]
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "gate_breached",
                    "order_id": returns.id,
                    "company_id": source.company_id.id,
                    "cause": f"transaction {refund.id}",
                    "note": self.env._(
                        "The provider reports a refund of %(amount)s of payment "
                        "%(reference)s; %(owed)s was open on credit notes. Find out "
                        "who made it, and make the credit note that is missing.",
                        amount=currency.format(amount),
                        reference=source.reference,
                        owed=currency.format(max(0.0, owed)),
                    ),
                }
            ]
        )

    # --- payments by hand ---------------------------------------------------------
    def _check_payments(self, payments):
        """Payments to customers that have just been posted."""
        # sudo: whoever pays meets the whole truth; the user stays the same
        self = self.sudo()
        payments = self._to_customers(payments.sudo())
        for (partner, company, currency), group in payments.grouped(
            lambda pay: (pay.partner_id, pay.company_id, pay.currency_id)
        ).items():
            amount = sum(group.mapped("amount"))
            self._hold_credit(partner, company, currency)
            owed = self._open_credit(partner, company, currency, group)
            if currency.compare_amounts(amount, owed) > 0:
                self._refuse_or_note(group, amount, owed)

    def _to_customers(self, payments):
        """Of these, what leaves to a customer, whatever the payment calls him."""
        return payments.filtered(
            lambda pay: (
                pay.payment_type == "outbound"
                and (
                    pay.partner_type == "customer"
                    or pay.destination_account_id.account_type == "asset_receivable"
                )
                and not self._books_refund(pay)
            )
        )

    def _books_refund(self, payment):
        """Whether a payment books a refund of a provider, which met the gate."""
        refund = payment.payment_transaction_id
        return (
            refund.operation == "refund"
            and refund.state == "done"
            and refund.payment_id in (payment, payment.browse())
            and not payment.currency_id.compare_amounts(
                abs(refund.amount), payment.amount
            )
        )

    def _refuse_or_note(self, payments, amount, owed):
        partner = payments.partner_id.commercial_partner_id
        currency = payments.currency_id
        held = self.env["returns.order"].search(
            [
                ("partner_id", "child_of", partner.ids),
                ("company_id", "=", payments.company_id.id),
                ("case_state", "in", OPEN_CASE_STATES),
                ("money_state", "in", HELD),
            ]
        )
        words = {
            "amount": currency.format(amount),
            "owed": currency.format(max(0.0, owed)),
            "partner": partner.display_name,
            "doubts": self._doubts(partner, payments.company_id, currency),
        }
        if held:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(amount)s to pay to %(partner)s, and %(owed)s is open on posted "
                    "credit notes; the money of %(returns)s is held. Pay it when its "
                    "credit note is posted.%(doubts)s",
                    returns=", ".join(held.mapped("name")),
                    **words,
                ),
            )
        user = self.env.user
        if user.id != SUPERUSER_ID and not user.has_group(
            "returns_governance.group_finance"
        ):
            deny(
                self.env._(
                    "%(amount)s to pay to %(partner)s, and %(owed)s is open on posted "
                    "credit notes. Only finance can pay more.%(doubts)s",
                    **words,
                )
            )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "unexplained_credit",
                    "move_id": payment.move_id.id,
                    "company_id": payment.company_id.id,
                    "cause": f"payment {payment.id}",
                    "note": self.env._(
                        "%(amount)s was paid to %(partner)s, and %(owed)s was open on "
                        "posted credit notes. Say what it is for.%(doubts)s",
                        **words,
                    ),
                }
                for payment in payments
            ]
        )

    def _open_items(self, partner, company, currency):
        """The items that are open on a customer's account."""
        # sudo: the accountant may be bound to other journals; nothing is read out
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partner.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ]
            )
        )

    def _hold_credit(self, partner, company, currency):
        """Let one at a time pay out what is open in a customer's favour.

        The items are locked and written as they are: of two payments of one credit at
        once, by whatever way, the second fails to serialise and is run again.
        """
        items = self._open_items(partner, company, currency)
        ids = items.filtered(lambda item: item.amount_residual_currency < 0).ids
        if ids:
            lock(self.env, "account_move_line", ids)
            self.env.cr.execute(
                "UPDATE account_move_line SET write_date = write_date "
                "WHERE id = ANY(%s)",
                [ids],
            )

    def _open_credit(self, partner, company, currency, payments=None, refunds=None):
        """What is open in a customer's favour, less what is on its way already.

        :param recordset payments: that are being looked at, and do not count
        :param recordset refunds: likewise, of a provider
        """
        items = self._open_items(partner, company, currency)
        if payments:
            items -= payments.move_id.line_ids
        credit = self._explained(items, currency, payments, refunds)
        on_their_way = sum(
            item.amount_residual_currency
            for item in items
            if item.amount_residual_currency > 0
            and (
                item.payment_id.payment_type == "outbound"
                or item.move_id.statement_line_id
            )
        )
        whose = (partner, company, currency)
        return (
            credit
            - on_their_way
            - self._unbooked(*whose, payments, refunds)
            - self._corrected(*whose)
        )

    def _unbooked(self, partner, company, currency, payments, refunds):
        """What leaves and has no entry in the books yet: refunds of providers until
        they are post-processed, those that a return has queued, and payments of
        companies whose payments have no entry before the bank's statement."""
        domain = [
            ("partner_id", "child_of", partner.commercial_partner_id.ids),
            ("company_id", "=", company.id),
            ("currency_id", "=", currency.id),
        ]
        sent = (
            self.env["payment.transaction"]
            .sudo()  # as in _open_items
            .search(
                [
                    *domain,
                    ("operation", "=", "refund"),
                    ("state", "not in", ("cancel", "error")),
                    ("payment_id", "=", False),
                ]
            )
        )
        queued = (
            self.env["returns.outbox"]
            .sudo()  # as in _open_items
            .search(
                [
                    ("settlement_id.partner_id", "child_of", domain[0][2]),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    ("kind", "=", "payout"),
                    ("state", "in", ("waiting", "sending", "unknown")),
                    ("transaction_id", "=", False),
                ]
            )
        )
        without_entry = (
            self.env["account.payment"]
            .sudo()  # as in _open_items
            .search(
                [
                    *domain,
                    ("payment_type", "=", "outbound"),
                    ("partner_type", "=", "customer"),
                    ("state", "=", "in_process"),
                    ("move_id", "=", False),
                ]
            )
        )
        sent -= refunds or sent.browse()
        without_entry -= payments or without_entry.browse()
        return (
            abs(sum(sent.mapped("amount")))
            + sum(queued.mapped("amount"))
            + sum(without_entry.mapped("amount"))
        )

    def _doubts(self, partner, company, currency):
        """What to do about money of which nobody knows whether it came in."""
        return ""

    def _corrected(self, partner, company, currency):
        """What is open and waits for a bill (returns_gate_freed.py)."""
        return 0.0
