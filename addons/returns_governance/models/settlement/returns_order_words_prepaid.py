from odoo import models

LOST = ("failed", "unknown")


class ReturnsOrder(models.Model):
    """What is next where money goes back that was paid before any bill."""

    _inherit = "returns.order"

    def _next_settle(self):
        rows = self.settlement_ids.filtered(lambda row: row.state == "to_pay")
        prepaid = rows.filtered(lambda row: row.kind == "prepaid")
        others = sum((rows - prepaid).mapped("open_amount"))
        if not prepaid or not self.currency_id.is_zero(others):
            return super()._next_settle()
        return (
            self._next_lost(prepaid)
            or self._next_by_hand(prepaid)
            or self._next_to_confirm(prepaid)
            or self._next_by_provider(prepaid)
        )

    def _prepaid_sum(self, amount):
        return self.env["returns.words"]._money(self.currency_id, amount)

    def _next_lost(self, rows):
        """Payouts that a person has to look after."""
        boxes = rows.outbox_ids.filtered(
            lambda box: box.kind == "payout" and box.state in LOST
        )
        unknown = boxes.filtered(lambda box: box.state == "unknown")
        if unknown:
            amount = self._prepaid_sum(sum(unknown.mapped("amount")))
            what = self.env._("Next: find out whether %s was paid back", amount)
            why = self.env._("The provider gave no answer: see Money > Payouts.")
        elif boxes:
            what = self.env._("Next: find out why the refund failed")
            why = self.env._("The provider refused it: see Money > Payouts.")
        return boxes and (what, self.env._("Finance controller"), why)

    def _next_by_hand(self, rows):
        amount = sum(rows.mapped("hand_amount"))
        return not self.currency_id.is_zero(amount) and (
            self.env._("Next: pay %s back", self._prepaid_sum(amount)),
            self.env._("Finance controller"),
            self.env._(
                "It was paid before any bill, with %(payments)s, and no payment "
                "provider can give it back: see Money > To pay by hand.",
                payments=self._payments_named(rows),
            ),
        )

    def _next_to_confirm(self, rows):
        waiting = rows.filtered("unproved_amount")
        amount = sum(waiting.mapped("unproved_amount"))
        return waiting and (
            self.env._("Next: confirm that %s came in", self._prepaid_sum(amount)),
            self.env._(
                "a controller other than %(maker)s",
                maker=", ".join(waiting.received_maker_id.mapped("name")),
            ),
            self.env._(
                "It was paid before any bill; %(payments)s was booked by a person and "
                "is not matched with the bank. Match it, or confirm it under Money > "
                "Controller's page > To confirm; then it goes back.",
                payments=self._payments_named(waiting),
            ),
        )

    def _next_by_provider(self, rows):
        amount = sum(rows.mapped("open_amount"))
        return (
            self.env._("Next: pay %s back", self._prepaid_sum(amount)),
            self.env._("by itself"),
            self.env._(
                "It was paid before any bill, with %(payments)s; the payment provider "
                "is asked, or has still to answer.",
                payments=self._payments_named(rows),
            ),
        )

    def _payments_named(self, rows):
        return ", ".join(name for name in rows.mapped("credit_name") if name)

    def _money_sentence(self):
        open_rows = self.settlement_ids.filtered(lambda row: row.state == "to_pay")
        others = open_rows.filtered(lambda row: row.kind != "prepaid")
        if self.money_state != "due" or others or not open_rows:
            return super()._money_sentence()
        return self.env._(
            "%(sum)s will not be billed, and is still to be paid back",
            sum=self._prepaid_sum(sum(open_rows.mapped("open_amount"))),
        )


class ReturnsOrderLine(models.Model):
    """The word for the money of goods that are not billed any more."""

    _inherit = "returns.order.line"

    def _refund_state(self):
        word, tone = super()._refund_state()
        kinds = set(self.settlement_line_ids._standing().settlement_id.mapped("kind"))
        if tone == "warning" and kinds == {"less_to_invoice"} and self.amount_settled:
            return self.env._("Not billed"), tone
        return word, tone
