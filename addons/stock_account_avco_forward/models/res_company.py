from odoo import models


class ResCompany(models.Model):
    """Tells the marks of average cost when a company owns other goods than before."""

    _inherit = "res.company"

    def write(self, vals):
        """Hook of core: goods of the company's partner are its own."""
        result = super().write(vals)
        if "partner_id" in vals:
            self.env["stock.avco.mark"]._forget_all()
        return result
