from odoo import api, models

#: What the replay reads of a line.
READ = {
    "company_id",
    "location_dest_id",
    "location_id",
    "move_id",
    "owner_id",
    "picked",
    "product_id",
    "product_uom_id",
    "quantity",
    "quantity_product_uom",
}


class StockMoveLine(models.Model):
    """Tells the marks of average cost when lines of old moves change."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Hook of core: a line may be added to an old move."""
        lines = super().create(vals_list)
        lines.move_id._avco_changed()
        return lines

    def write(self, vals):
        """Hook of core: a line may go from one move to another."""
        watched = not READ.isdisjoint(vals)
        if watched:
            self.move_id._avco_changed()
        result = super().write(vals)
        if watched:
            self.move_id._avco_changed()
        return result

    def unlink(self):
        """Hook of core."""
        self.move_id._avco_changed()
        return super().unlink()
