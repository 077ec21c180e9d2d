from odoo import models
from odoo.tools import SQL


class ResPartner(models.Model):
    """An address in another country moves the figures of what was sent there."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if "country_id" in vals:
            self.env["returns.fact.todo"]._note_orders(
                SQL(
                    "SELECT id FROM sale_order WHERE partner_id = ANY(%(ids)s)"
                    " OR partner_shipping_id = ANY(%(ids)s)",
                    ids=list(self.ids),
                )
            )
        return result
