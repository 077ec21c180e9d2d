from odoo import fields, models


class StockPicking(models.Model):
    """Whether a transfer brought returned goods that nobody has looked at."""

    _inherit = "stock.picking"

    returns_to_inspect = fields.Boolean(compute="_compute_returns_to_inspect")

    def _compute_returns_to_inspect(self):
        Receipt = self.env["returns.receipt"]
        receipts = Receipt
        if Receipt.has_access("read"):
            receipts = Receipt.search([("picking_id", "in", self.ids)])
        waiting = receipts.filtered(
            lambda row: row.product_id.uom_id.compare(row._quantity_to_inspect(), 0) > 0
        )
        for picking in self:
            picking.returns_to_inspect = picking in waiting.picking_id
