from odoo import fields, models

from .inventory_dialog import once


class InventoryStateReversalWizard(models.TransientModel):
    """Dialog: take a change of the ledger back."""

    _name = "inventory.state.reversal.wizard"
    _description = "Undo of a Change"
    _inherit = ["inventory.dialog"]

    change_id = fields.Many2one(
        "inventory.state.change", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="change_id.product_id")
    quantity = fields.Float(related="change_id.quantity")
    product_uom_id = fields.Many2one(related="change_id.product_uom_id")
    location_id = fields.Many2one(related="change_id.location_dest_id", string="From")
    location_dest_id = fields.Many2one(
        related="change_id.location_id", string="Back To"
    )
    reason = fields.Char(required=True)

    @once
    def action_apply(self):
        """Take the change back, by those who may make it."""
        self.ensure_one()
        line = self.change_id.move_line_id
        line._reverse_state_changes(self.reason, {line: self.change_id.quantity})
        self._end()
        return {"type": "ir.actions.act_window_close"}
