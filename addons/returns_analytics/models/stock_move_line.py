from odoo import models


class StockMoveLine(models.Model):
    """The correction of a delivery that was booked corrects what was sold."""

    _inherit = "stock.move.line"

    def write(self, vals):
        result = super().write(vals)
        if "quantity" in vals:
            self.move_id.filtered(lambda move: move.state == "done")._note_sold()
        return result
