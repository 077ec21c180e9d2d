from odoo import api, models


class ProductSupplierinfo(models.Model):
    """Another first vendor takes the figures of its product."""

    _inherit = "product.supplierinfo"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["returns.fact.todo"]._note_products(records.product_tmpl_id)
        return records

    def write(self, vals):
        before = self.product_tmpl_id
        result = super().write(vals)
        self.env["returns.fact.todo"]._note_products(before | self.product_tmpl_id)
        return result

    def unlink(self):
        templates = self.product_tmpl_id
        result = super().unlink()
        self.env["returns.fact.todo"]._note_products(templates.exists())
        return result
