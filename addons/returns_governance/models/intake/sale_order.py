from odoo import fields, models


class SaleOrder(models.Model):
    """The returns of an order, and the clock of its window."""

    _inherit = "sale.order"

    returns_channel_id = fields.Many2one(
        "returns.channel",
        "Returns channel",
        help="Where the order came from; tells the policy of its returns.",
    )
    returns_line_ids = fields.One2many("returns.order.line", "sale_order_id")
    returns_count = fields.Integer(compute="_compute_returns_count")

    def _compute_returns_count(self):
        counts = {
            order: len(returns)
            for order, returns in self.env["returns.order.line"]._read_group(
                [("sale_order_id", "in", self.ids)],
                ["sale_order_id"],
                ["order_id:recordset"],
            )
        }
        for order in self:
            order.returns_count = counts.get(order, 0)

    def _returns_last_delivery(self):
        """Return {order: UTC datetime of its last outgoing transfer done, or False}."""
        rows = self.env["stock.picking"]._read_group(
            [
                ("sale_id", "in", self.ids),
                ("state", "=", "done"),
                ("picking_type_code", "=", "outgoing"),
            ],
            ["sale_id"],
            ["date_done:max"],
        )
        last = dict(rows)
        return {order: last.get(order, False) for order in self}

    def action_view_returns(self):
        """Open the returns of these orders."""
        return self.env["returns.order"]._action_open(
            self.env["returns.order"].search(
                [("line_ids.sale_order_id", "in", self.ids)]
            )
        )
