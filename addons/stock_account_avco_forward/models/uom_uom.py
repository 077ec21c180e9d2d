from odoo import models


class UomUom(models.Model):
    """Tells the marks of average cost when a unit becomes larger or smaller."""

    _inherit = "uom.uom"

    def write(self, vals):
        """Hook of core."""
        result = super().write(vals)
        if {"factor", "relative_factor", "relative_uom_id"} & vals.keys():
            self.env["stock.avco.mark"]._forget_all()
        return result
