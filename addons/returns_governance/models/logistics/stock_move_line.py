from odoo import models


class StockMoveLine(models.Model):
    """A change of state that a return made names the policy that decided it."""

    _inherit = "stock.move.line"

    def _prepare_state_change_vals(self):
        vals = super()._prepare_state_change_vals()
        # sudo: whoever books the goods may not read the return behind them
        version = self.move_id.sudo().returns_line_id.order_id.policy_version_id
        if version:
            vals["policy_version"] = f"{version.policy_id.code} {version.number}"
        return vals
