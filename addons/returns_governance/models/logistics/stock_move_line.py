from odoo import fields, models


class StockMoveLine(models.Model):
    """The policy behind a change of state, and what a lot cost when it left."""

    _inherit = "stock.move.line"

    returns_lot_cost = fields.Float(
        "Cost of the lot",
        readonly=True,
        copy=False,
        help="Per unit, when the goods left; at this value they come back.",
    )

    def _prepare_state_change_vals(self):
        vals = super()._prepare_state_change_vals()
        # sudo: whoever books the goods may not read the return behind them
        version = self.move_id.sudo().returns_line_id.order_id.policy_version_id
        if version:
            vals["policy_version"] = f"{version.policy_id.code} {version.number}"
        return vals

    def _keep_lot_costs(self):
        """Write what the lots cost now, as core values the move by it."""
        for line in self:
            cost = (line.lot_id or line.product_id).standard_price
            if line.returns_lot_cost != cost:
                line.returns_lot_cost = cost

    def _lot_costs(self):
        """{lot: cost per unit when it left}; for goods that left before the addon was
        installed what it costs now."""
        return {
            line.lot_id: line.returns_lot_cost or line.lot_id.standard_price
            for line in self
        }
