from odoo import models


class ProductTemplate(models.Model):
    """A product in another category moves its figures there."""

    _inherit = "product.template"

    def write(self, vals):
        result = super().write(vals)
        if "categ_id" in vals:
            self.env["returns.fact.todo"]._note_products(self)
        return result
