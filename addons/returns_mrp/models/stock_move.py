from odoo import models


class StockMove(models.Model):
    """Parts of kits on their way back."""

    _inherit = "stock.move"

    def action_explode(self):
        """Hook of Odoo, which looks for a kit move by move: for goods of returns once
        is enough to know that there is none."""
        ours = self.filtered("returns_line_id")
        if not ours or self._returns_has_kit(ours.product_id):
            return super().action_explode()
        return ours | super(StockMove, self - ours).action_explode()

    def _returns_has_kit(self, products):
        boms = self.env["mrp.bom"]
        if not boms._returns_any_kit():
            return False
        # sudo: as the hook itself
        return any(boms.sudo()._bom_find(products, bom_type="phantom").values())

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
