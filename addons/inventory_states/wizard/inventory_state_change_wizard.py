from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import STORED
from .inventory_dialog import once


class InventoryStateChangeWizard(models.TransientModel):
    """Dialog: bring goods into another state, by a real stock move."""

    _name = "inventory.state.change.wizard"
    _description = "Change of State"
    _inherit = ["inventory.dialog"]

    state_dest_id = fields.Many2one(
        "inventory.state",
        "New State",
        domain="[('id', 'in', allowed_state_ids)]",
    )
    allowed_state_ids = fields.Many2many(
        "inventory.state", compute="_compute_allowed_state_ids"
    )
    reason = fields.Char()
    needs_reason = fields.Boolean(compute="_compute_needs")
    needs_approval = fields.Boolean(compute="_compute_needs")
    line_ids = fields.One2many("inventory.state.change.wizard.line", "wizard_id")

    @api.depends("line_ids.state_id", "line_ids.quantity")
    def _compute_allowed_state_ids(self):
        rules = self.env["inventory.state.transition"]._get_rules()
        states = self.env["inventory.state"]
        for wizard in self:
            lines = wizard.line_ids.filtered("quantity") or wizard.line_ids
            ids = lines.state_id.ids
            wizard.allowed_state_ids = states.browse(
                {dest for source, dest in rules if source in ids}
            ).filtered(lambda s: s.kind == STORED and s.active)

    @api.depends("state_dest_id", "line_ids.state_id", "line_ids.quantity")
    def _compute_needs(self):
        rules = self.env["inventory.state.transition"]._get_rules()
        for wizard in self:
            lines = wizard.line_ids.filtered("quantity")
            found = [
                rules[line.state_id.id, wizard.state_dest_id.id]
                for line in lines
                if (line.state_id.id, wizard.state_dest_id.id) in rules
            ]
            wizard.needs_reason = any(rule.needs_reason for rule in found)
            wizard.needs_approval = any(rule.needs_approval for rule in found)

    @api.model
    def _open_for(self, quants, fill=False):
        """The action that opens the dialog for these goods.

        :param quants: ``stock.quant`` records; those outside the house are left out
        :param bool fill: propose to change all that is free
        """
        quants = quants.filtered(
            lambda q: q.location_id.usage == "internal" and q.quantity > 0
        )
        if not quants:
            raise UserError(
                self.env._("There is no stock here whose state could be changed.")
            )
        fill = fill or len(quants) == 1
        wizard = self.create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "quant_id": quant.id,
                            "quantity": max(quant.available_quantity, 0) if fill else 0,
                        }
                    )
                    for quant in quants
                ]
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change State"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @once
    def action_apply(self):
        """Make the stock moves, through the guard, and say what was done."""
        self.ensure_one()
        lines = self.line_ids.filtered("quantity")
        if not lines:
            raise UserError(self.env._("Enter the quantity that changes its state."))
        if not self.state_dest_id:
            raise UserError(self.env._("Choose the new state."))
        lines._lock_goods()
        lines._check_quantity()
        moves = self.env["stock.move"].create(lines._prepare_move_vals_list())
        moves._action_done()
        self._end()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s change(s) booked: the goods are now %(state)s.",
                    count=len(moves),
                    state=self.state_dest_id.name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
