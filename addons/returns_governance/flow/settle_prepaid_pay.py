"""Paying prepayments back: by their provider, or by hand."""

from odoo import models

from ..const import RECEIVABLE
from ..engine.shares import ZERO


class ReturnsStepSettle(models.AbstractModel):
    """A prepayment waits for no document: its way back is found at once."""

    _inherit = "returns.step.settle"

    def _settle_on(self, settlements):
        result = super()._settle_on(settlements)
        prepaid = settlements.filtered(lambda row: row.kind == "prepaid")
        if prepaid:
            self.env["returns.payout"]._prepare(prepaid)
        return result

    def _take_back(self, wanted, reason, settlements=None):
        """Goods are billed again: what was to go back of their prepayment stays."""
        rows = self.env["returns.settlement.line"].union(*wanted).settlement_id
        rows |= settlements or rows.browse()
        counter = super()._take_back(wanted, reason, settlements)
        if prepaid := rows.prepaid_ids:
            self.env["returns.prepaid"]._take_back(prepaid, reason)
            prepaid._shrink_payouts(self.env._("The refund was taken back"))
        return counter

    def _reverse(self, settlements, reason):
        """How a prepayment goes back follows from the row *less to invoice*: whichever
        of the two a person reverses, both are."""
        behind = settlements.sudo().less_id  # sudo: what kind of row it is
        rows = settlements.filtered(lambda row: not row.sudo().less_id)
        return super()._reverse(rows | behind.with_env(self.env), reason)


class ReturnsPosting(models.AbstractModel):
    """What becomes of a down payment that was credited, and of a return paid back."""

    _inherit = "returns.posting"

    def _posted(self, settlements):
        credits = settlements.filtered(lambda row: (row | row.reverses_id).less_id)
        lines = credits.move_id.line_ids.sale_line_ids.filtered(
            lambda line: line.is_downpayment and not line.order_id.locked
        )
        for line in lines:
            # As core does at its own button: what the last bill still takes off.
            others = line.order_id.order_line - lines
            line.price_unit = line._get_downpayment_line_price_unit(
                others.filtered(
                    lambda known: not known.is_downpayment
                ).invoice_lines.move_id
            )
        self._meet_unpaid_down_payments(settlements)
        return super()._posted(settlements)

    def _meet_unpaid_down_payments(self, settlements):
        """Goods are credited in full: with their bill, its down payment, if that was
        never paid."""
        for row in settlements:
            off = row.invoice_id.line_ids.filtered("is_downpayment")
            if not off or row.state != "to_pay" or row.less_id:
                continue
            bills = off.sale_line_ids.invoice_lines.move_id.filtered(
                lambda move, row=row: (
                    move.state == "posted"
                    and move.move_type == "out_invoice"
                    and move.currency_id == row.currency_id
                )
            )
            self.env["returns.exchange.bill"]._reconcile(
                row.move_id, bills - row.invoice_id
            )

    def _prepaid_paid(self, rows):
        """Go on after prepayments went back."""
        self.env["returns.event"]._log(
            [
                {"order": row.order_id, "what": "payout", "data": row._event_data()}
                for row in rows
            ]
        )
        rows.order_id.exception_ids._close_gone()
        self.env["returns.step.advance"]._after(rows.order_id)


class ReturnsPayout(models.AbstractModel):
    """Payments by hand that give a prepayment back, and meet it in the books."""

    _inherit = "returns.payout"

    def _lock_credits(self, settlements):
        """What is left of the prepayments is looked at anew, behind the lock."""
        result = super()._lock_credits(settlements)
        settlements.filtered(lambda row: row.kind == "prepaid")._recount_prepaid()
        return result

    def _goes_another_way(self, share):
        settlement = share["settlement"].sudo()  # as in _pay_by_hand
        if settlement.kind != "prepaid":
            return super()._goes_another_way(share)
        hand = self.env["returns.payout.hand"].sudo()
        return share["tender"] != hand._tender_of_prepaid(settlement)

    def _payment_vals(self, share, date):
        vals = super()._payment_vals(share, date)
        settlement = share["settlement"].sudo()  # as in _pay_by_hand
        if settlement.kind != "prepaid":
            return vals
        items = settlement._received_items()
        received = settlement.received_id
        partner = items.partner_id[:1] or received.partner_id or settlement.partner_id
        account = items.account_id[:1] or received.destination_account_id
        vals.pop("invoice_ids")
        return {
            **vals,
            "partner_id": partner.commercial_partner_id.id,
            "company_id": settlement.company_id.id,
            "destination_account_id": account.id,
            "memo": self._prepaid_memo(settlement),
        }

    def _prepaid_memo(self, settlement):
        orders = settlement.less_id.line_ids.sale_line_id.order_id
        return ", ".join([settlement.order_id.name, *orders.mapped("name")])

    def _settle_payments(self, payments):
        """Those of prepayments meet the payment that they give back."""
        # sudo: as in _pay_by_hand
        rows = self.env["returns.settlement"].sudo()
        rows = rows.search(
            [("payment_id", "in", payments.ids), ("credit_id.kind", "=", "prepaid")]
        )
        result = super()._settle_payments(payments - rows.payment_id)
        for row in rows:
            self._meet_prepaid(row.payment_id, row.credit_id)
        if done := rows.credit_id.filtered(lambda row: row.state == "paid"):
            self.env["returns.posting"].sudo()._prepaid_paid(done)
        return result

    def _finish(self, row, outcome, message=""):
        result = super()._finish(row, outcome, message)
        prepaid = row.settlement_id
        if prepaid.kind == "prepaid" and prepaid.state == "paid":
            self.env["returns.posting"]._prepaid_paid(prepaid)
        return result

    def _meet_prepaid(self, payment, settlement):
        """Reconcile what was paid back with the customer's payment."""
        items = (payment.move_id.line_ids | settlement._received_items()).filtered(
            lambda item: (
                item.account_id.account_type == RECEIVABLE
                and not item.reconciled
                and item.parent_state == "posted"
            )
        )
        for group in items.grouped("account_id").values():
            if len(group.move_id) > 1:
                group.reconcile()


class ReturnsCredit(models.AbstractModel):
    """Where less is billed, what was paid before the bill goes back."""

    _inherit = "returns.credit"

    def _make(self, batches, extra=None, order=None, more=ZERO):
        settlements = super()._make(batches, extra=extra, order=order, more=more)
        less = settlements.filtered(lambda row: row.kind == "less_to_invoice")
        if less:
            settlements |= self.env["returns.prepaid"]._give_back(less)
        return settlements
