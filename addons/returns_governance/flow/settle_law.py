"""What a withdrawal is owed by law, on the day on which it is due."""

from odoo import fields, models


class ReturnsStepSettle(models.AbstractModel):
    """Pays withdrawals that waited for an inspection, on the due day at the latest."""

    _inherit = "returns.step.settle"

    def _release_due(self):
        """Let go what was held so that the goods could be looked at.

        Called every hour, beside the search for what is overdue.

        :return: the returns that were looked at
        """
        orders = self.env["returns.order"].search(
            [
                ("withdrawal", "=", True),
                ("refund_due_date", "<=", fields.Date.today()),
                ("case_state", "=", "authorised"),
                ("money_state", "in", ("held", "partly_settled")),
                ("goods_state", "not in", ("none", "announced")),
            ],
            limit=500,
        )
        if orders:
            self.env["returns.step.advance"]._after(orders)
        return orders
