from odoo import models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def action_change_state(self):
        """Open the dialog that brings stock of these products into another state."""
        return self.product_variant_ids.action_change_state()

    def action_open_states(self):
        """Show in which states the stock of these products is."""
        return self.product_variant_ids.action_open_states()
