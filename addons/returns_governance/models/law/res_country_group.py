from odoo import models


class ResCountryGroup(models.Model):
    """A group of countries for which a law holds."""

    _inherit = "res.country.group"

    def write(self, vals):
        """Forget where laws hold: the table of them is kept in memory."""
        if "country_ids" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)
