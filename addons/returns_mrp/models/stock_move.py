from odoo import models


class StockMove(models.Model):
    """Parts of kits on their way back."""

    _inherit = "stock.move"

    def _prepare_state_reversal_vals(self, reason, quantities):
        """A counter-move is of the same part of the kit, which Odoo counts by it."""
        vals = super()._prepare_state_reversal_vals(reason, quantities)
        if self.bom_line_id and vals.get("sale_line_id"):
            vals["bom_line_id"] = self.bom_line_id.id
        return vals

    def _get_cogs_price_unit(self, quantity=0):
        """Hook of Odoo, which fails on the moves of several parts of one kit; what they
        cost together is added up by sale_mrp afterwards."""
        if len(self.product_id) > 1:
            return 0.0
        return super()._get_cogs_price_unit(quantity)
