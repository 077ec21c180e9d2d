from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_change_state(self):
        """Open the dialog that brings stock of these lots into another state."""
        quants = self.env["stock.quant"]._gather_for_state_change(
            [("lot_id", "in", self.ids)]
        )
        return self.env["inventory.state.change.wizard"]._open_for(quants)
