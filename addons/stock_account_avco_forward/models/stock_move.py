from odoo import api, models

#: What the replay reads of a move.
READ = {
    "company_id",
    "date",
    "is_dropship",
    "is_in",
    "is_out",
    "location_dest_id",
    "location_id",
    "move_line_ids",
    "picked",
    "product_id",
    "product_uom",
    "quantity",
    "restrict_partner_id",
    "state",
    "value",
}


class StockMove(models.Model):
    """Tells the marks of average cost when the past changes."""

    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Hook of core: moves that are created as done, in the past."""
        moves = super().create(vals_list)
        moves._avco_changed()
        return moves

    def write(self, vals):
        """Hook of core: before and after, since the date or product may change."""
        watched = not READ.isdisjoint(vals)
        if watched:
            self._avco_changed()
        result = super().write(vals)
        if watched:
            self._avco_changed()
        return result

    def unlink(self):
        """Hook of core."""
        self._avco_changed()
        return super().unlink()

    def _avco_changed(self):
        """Forget the marks that may stand on these moves."""
        marks = self.env["stock.avco.mark"]
        settled = marks._settled_before()
        past = self.filtered(
            lambda move: move.state == "done" and move.date and move.date < settled
        )
        for company, moves in past.grouped("company_id").items():
            marks._forget(moves.product_id, company)
