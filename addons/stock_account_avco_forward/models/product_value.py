from odoo import api, models


class ProductValue(models.Model):
    """Tells the marks of average cost when a cost is given for the past.

    The value of a move is not read from here: it is written on the move.
    """

    _inherit = "product.value"

    @api.model_create_multi
    def create(self, vals_list):
        """Hook of core."""
        values = super().create(vals_list)
        values._avco_changed()
        return values

    def write(self, vals):
        """Hook of core: before and after, since the date or product may change."""
        self._avco_changed()
        result = super().write(vals)
        self._avco_changed()
        return result

    def unlink(self):
        """Hook of core."""
        self._avco_changed()
        return super().unlink()

    def _avco_changed(self):
        """Forget the marks of these products in all companies, as core reads them."""
        marks = self.env["stock.avco.mark"]
        settled = marks._settled_before()
        past = self.filtered(
            lambda value: (
                not value.move_id and not value.lot_id and value.date < settled
            )
        )
        marks._forget(past.product_id)
