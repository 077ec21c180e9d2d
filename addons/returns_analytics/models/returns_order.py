from odoo import api, fields, models

from .returns_fact import MONEY_GROUPS


class ReturnsOrder(models.Model):
    """What a return earned or cost in all."""

    _inherit = "returns.order"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    profit = fields.Monetary(
        "Profit and loss",
        compute="_compute_profit",
        currency_field="company_currency_id",
        groups=MONEY_GROUPS,
        help="Revenue given back, cost of the goods, label, labour, fees, what was "
        "sent instead and what was written off or earned again; below zero the return "
        "cost that much.",
    )

    @api.depends("settlement_ids.state", "receipt_ids", "routing_ids")
    def _compute_profit(self):
        sums = {}
        if self.ids:
            groups = self.env["returns.profit"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["amount:sum"]
            )
            sums = {order.id: amount for order, amount in groups}
        for order in self:
            order.profit = sums.get(order.id, 0.0)

    def action_view_profit(self):
        """Open what this return earned and cost, entry by entry."""
        self.ensure_one()
        self.env["returns.profit"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_analytics.returns_profit_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {"search_default_by_kind": 1}
        return action
