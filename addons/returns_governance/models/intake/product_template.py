from odoo import api, fields, models

from .product_product import READER


class ProductTemplate(models.Model):
    """The returns that concern any variant of a product."""

    _inherit = "product.template"

    returns_count = fields.Integer(
        "Returns", compute="_compute_returns_count", groups=READER
    )
    returns_expected = fields.Float(
        "Expected back",
        compute="_compute_returns_expected",
        digits="Product Unit",
        groups=READER,
    )

    @api.depends("product_variant_ids")
    def _compute_returns_count(self):
        for template in self.with_context(active_test=False):
            counts = template.product_variant_ids.mapped("returns_count")
            template.returns_count = sum(counts)

    @api.depends("product_variant_ids")
    def _compute_returns_expected(self):
        for template in self.with_context(active_test=False):
            expected = template.product_variant_ids.mapped("returns_expected")
            template.returns_expected = sum(expected)

    def action_view_returns_expected(self):
        """Open what is expected back of any variant."""
        variants = self.with_context(active_test=False).product_variant_ids
        return variants.with_context(active_test=True).action_view_returns_expected()

    def action_view_returns(self):
        """Open the returns in which a variant came back."""
        variants = self.with_context(active_test=False).product_variant_ids
        return variants.with_context(active_test=True).action_view_returns()
