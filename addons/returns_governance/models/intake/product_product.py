from odoo import fields, models

# Who reads returns; others read products all the same.
READER = "returns_governance.group_reader"


class ProductProduct(models.Model):
    """The returns that concern a product."""

    _inherit = "product.product"

    returns_count = fields.Integer(
        "Returns", compute="_compute_returns_count", groups=READER
    )
    returns_expected = fields.Float(
        "Expected back",
        compute="_compute_returns_expected",
        digits="Product Unit",
        groups=READER,
        help="Units that customers were allowed to send back and that have not "
        "arrived. Promised to nobody.",
    )

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

    def _compute_returns_expected(self):
        expected = dict(
            self.env["returns.expected"]._read_group(
                [("product_id", "in", self.ids)], ["product_id"], ["quantity:sum"]
            )
        )
        for product in self:
            product.returns_expected = expected.get(product._origin, 0.0)

    def action_view_returns_expected(self):
        """Open what is expected back of these products."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.returns_expected_action"
        )
        action["domain"] = [("product_id", "in", self.ids)]
        return action

    def action_view_returns(self):
        """Open the returns in which these products came back."""
        return self.env["returns.order"]._action_open(
            self.env["returns.order"].search(
                [("line_ids.product_id", "in", self.ids), ("case_state", "!=", "draft")]
            )
        )
