from odoo import models

from ..guard import refuse


class InventoryStateReversalWizard(models.TransientModel):
    """What a return has moved is taken back on the return, with its own rows."""

    _inherit = "inventory.state.reversal.wizard"

    def action_apply(self):
        move = self.change_id.move_line_id.move_id
        # sudo: whoever stands before the ledger may not read the return
        rows = [
            row
            for model in ("returns.receipt", "returns.routing")
            for row in self.env[model].sudo().search([("move_id", "=", move.id)])
        ]
        for row in rows:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(product)s was moved by return %(name)s. Correct it there: the "
                    "return, its stock and its refund stay one.",
                    product=self.product_id.display_name,
                    name=row.order_id.name,
                ),
            )
        return super().action_apply()
