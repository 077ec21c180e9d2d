from odoo import models


class StockMove(models.Model):
    """Goods that leave for a customer count as sold."""

    _inherit = "stock.move"

    def write(self, vals):
        result = super().write(vals)
        if {"state", "date"} & vals.keys():
            self.filtered(lambda move: move.state == "done")._note_sold()
        return result

    def _note_sold(self):
        """Have what these moves sent out counted; those of other kinds are passed."""
        sent = self.filtered(
            lambda move: move.sale_line_id and move.location_dest_id.usage == "customer"
        )
        self.env["returns.fact.todo"]._note_ids(sent.sale_line_id.ids)
