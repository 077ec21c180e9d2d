from odoo import models
from odoo.tools import SQL

SLICED_BY = {
    "carrier_id",
    "partner_id",
    "partner_shipping_id",
    "returns_channel_id",
    "warehouse_id",
}


class SaleOrder(models.Model):
    """An order that is put right after its delivery is counted where it belongs."""

    _inherit = "sale.order"

    def write(self, vals):
        result = super().write(vals)
        if SLICED_BY & vals.keys() and self.ids:
            self.env["returns.fact.todo"]._note_orders(
                SQL("SELECT unnest(%s)", list(self.ids))
            )
        return result
