from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def action_change_state(self):
        """Open the dialog that brings stock of these products into another state."""
        return self.product_variant_ids.action_change_state()
