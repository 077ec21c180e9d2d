from odoo import models


class StockLocation(models.Model):
    """Tells the marks of average cost when places begin or cease to be valued."""

    _inherit = "stock.location"

    def write(self, vals):
        """Hook of core: use and company say what counts as in the house."""
        result = super().write(vals)
        if {"usage", "company_id"} & vals.keys():
            self.env["stock.avco.mark"]._forget_all()
        return result
