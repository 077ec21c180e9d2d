from odoo import fields, models


class ProductProduct(models.Model):
    """The returns that concern a product."""

    _inherit = "product.product"

    returns_count = fields.Integer("Returns", compute="_compute_returns_count")

    def _compute_returns_count(self):
        counts = {
            product: count
            for product, count in self.env["returns.order.line"]._read_group(
                [("product_id", "in", self.ids), ("case_state", "!=", "draft")],
                ["product_id"],
                ["order_id:count_distinct"],
            )
        }
        for product in self:
            product.returns_count = counts.get(product._origin, 0)

    def action_view_returns(self):
        """Open the returns in which these products came back."""
        return self.env["returns.order"]._action_open(
            self.env["returns.order"].search(
                [("line_ids.product_id", "in", self.ids), ("case_state", "!=", "draft")]
            )
        )
