from odoo import models


class ProductTemplate(models.Model):
    """Tells the marks of average cost when a product is counted in another unit."""

    _inherit = "product.template"

    def write(self, vals):
        """Hook of core."""
        result = super().write(vals)
        if "uom_id" in vals:
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["stock.avco.mark"]._forget(variants)
        return result
