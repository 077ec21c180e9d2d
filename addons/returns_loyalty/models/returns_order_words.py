from odoo import models


class ReturnsOrder(models.Model):
    """What is next where a prepayment becomes store credit, and could not yet."""

    _inherit = "returns.order"

    def _next_by_hand(self, rows):
        credit = self.env["returns.store.credit"]
        waiting = rows.filtered(lambda row: row.hand_amount and row.less_id)
        due = {row: sum(credit._share(row).values()) for row in waiting}
        amount = self.currency_id.round(
            sum(min(row.hand_amount, due[row]) for row in waiting)
        )
        if self.currency_id.is_zero(amount):
            return super()._next_by_hand(rows)
        return (
            self.env._("Next: give %s as store credit", self._prepaid_sum(amount)),
            self.env._("by itself, once it can be booked"),
            self.env._("Why it could not be given is told under Exceptions."),
        )
