from odoo import fields, models


class StockMove(models.Model):
    """The return that a stock move belongs to."""

    _inherit = "stock.move"

    returns_line_id = fields.Many2one(
        "returns.order.line",
        "Return line",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )

    def _prepare_state_reversal_vals(self, reason, quantities):
        """A counter-move belongs to the same return, and undoes what it delivered."""
        vals = super()._prepare_state_reversal_vals(reason, quantities)
        if self.returns_line_id or self.sale_line_id:
            incoming = self.location_id.usage == "customer"
            vals.update(
                {
                    "returns_line_id": self.returns_line_id.id,
                    "sale_line_id": self.sale_line_id.id if incoming else False,
                    "origin_returned_move_id": self.id if incoming else False,
                    "to_refund": incoming,
                }
            )
        return vals
