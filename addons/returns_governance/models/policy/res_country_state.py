from odoo import models


class ResCountryState(models.Model):
    """Published rules are kept compiled, with the codes of states in them."""

    _inherit = "res.country.state"

    def write(self, vals):
        if {"code", "country_id"} & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)


class ResCountry(models.Model):
    """The same for the codes of countries."""

    _inherit = "res.country"

    def write(self, vals):
        if "code" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)
