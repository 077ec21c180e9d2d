from odoo import api, models


class SaleOrderLine(models.Model):
    """Goods in repair stay delivered: nothing is to be billed or credited for them."""

    _inherit = "sale.order.line"

    @api.depends("returns_line_ids.quantity_not_ours")
    def _compute_returns_quantities(self):
        res = super()._compute_returns_quantities()
        for line in self:
            # sudo: as in super()
            kept = line.sudo().returns_line_ids.filtered("quantity_not_ours")
            if not kept:
                continue
            line.returns_quantity_back -= sum(kept.mapped("quantity_not_ours"))
            for row in kept:
                refunded, owed = row.quantity_refunded, row.quantity_owed
                ours = row.quantity_received - row.quantity_not_ours
                line.returns_quantity_pending += max(
                    0.0, min(ours, owed) - refunded
                ) - max(0.0, min(row.quantity_received, owed) - refunded)
        return res
