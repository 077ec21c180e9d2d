from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once

from ..const import REPAIR_OUTCOMES


class ReturnsRepairWizard(models.TransientModel):
    """Say how repairs ended; the goods go back to the customer.

    Lists what is in repair, and what was inspected and is to go back without one.
    """

    _name = "returns.repair.wizard"
    _description = "End of repairs"
    _inherit = ["returns.dialog"]

    outcome = fields.Selection(REPAIR_OUTCOMES, required=True, default="repaired")
    reason = fields.Text("What was done")
    line_ids = fields.One2many("returns.repair.wizard.line", "dialog_id", "Goods")
    has_lots = fields.Boolean(compute="_compute_has_lots")

    @api.depends("line_ids.lot_id")
    def _compute_has_lots(self):
        for dialog in self:
            dialog.has_lots = bool(dialog.line_ids.lot_id)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        if "line_ids" in fields_list:
            rows = self._rows(orders)
            if not rows:
                raise UserError(
                    self.env._(
                        "Nothing of this is in repair. Receive and inspect it first; "
                        "what was sent back already is done."
                    )
                )
            values["line_ids"] = [fields.Command.create(row) for row in rows]
        return values

    def _rows(self, orders):
        lines = orders.line_ids.filtered(lambda line: line._is_repair())
        begun = [
            (row.inspection_id, row, row._quantity_here())
            for line in lines
            for row in line._repair_routings()
        ]
        waiting = [
            (row, row.routing_ids.browse(), row._quantity_to_route())
            for row in lines.inspection_ids
        ]
        return [
            {
                "inspection_id": inspection.id,
                "routing_id": routing.id,
                "left": left,
                "quantity": left,
            }
            for inspection, routing, left in begun + waiting
            if inspection.product_id.uom_id.compare(left, 0.0) > 0
        ]

    @once
    def action_confirm(self):
        """Send the goods back."""
        self.ensure_one()
        rows = self.line_ids.filtered("quantity")
        if not rows:
            raise UserError(self.env._("Nothing is ended: enter a quantity."))
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say what was done, or why it could not be repaired.")
            )
        data = {
            order.id: [row._entry() for row in group]
            for order, group in rows.grouped("order_id").items()
        }
        self._take_step("repair", rows.order_id, data)
        names = rows.order_id.sudo().routing_ids.delivery_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).picking_id.mapped("name")  # sudo: names alone, for who sends them back
        return self._done(
            self.env._(
                "The goods go back with delivery %(names)s.", names=", ".join(names)
            )
        )


class ReturnsRepairWizardLine(models.TransientModel):
    """Units found in one condition that wait for the end of their repair."""

    _name = "returns.repair.wizard.line"
    _description = "Goods in repair"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one(
        "returns.repair.wizard", required=True, ondelete="cascade"
    )
    inspection_id = fields.Many2one("returns.inspection", required=True)
    routing_id = fields.Many2one("returns.routing", help="Of goods in repair.")
    order_id = fields.Many2one(related="inspection_id.order_id")
    product_id = fields.Many2one(related="inspection_id.product_id")
    lot_id = fields.Many2one(related="inspection_id.lot_id")
    condition_id = fields.Many2one(related="inspection_id.condition_id")
    left = fields.Float("In repair", digits="Product Unit")
    quantity = fields.Float(digits="Product Unit")

    def _entry(self):
        return {
            "inspection": self.inspection_id,
            "routing": self.routing_id,
            "quantity": self.quantity,
            "outcome": self.dialog_id.outcome,
            "reason": self.dialog_id.reason,
        }


class ReturnsRepairSwitch(models.TransientModel):
    """Give a refund or a replacement instead of a repair, and say why."""

    _name = "returns.repair.switch"
    _description = "Another resolution instead of a repair"
    _inherit = ["returns.dialog"]

    resolution = fields.Selection("_resolutions", required=True, default="refund")
    reason = fields.Text()
    line_ids = fields.Many2many(
        "returns.order.line",
        string="Goods",
        domain="[('order_id', 'in', order_ids), ('resolution', '=', 'repair')]",
    )
    consequence = fields.Text(compute="_compute_consequence")

    @api.model
    def _resolutions(self):
        field = self.env["returns.order.line"]._fields["resolution"]
        wanted = self.env["returns.step.switch"]._instead()
        labels = field._description_selection(self.env)
        return [pair for pair in labels if pair[0] in wanted]

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        if "line_ids" in fields_list:
            lines = self.env["returns.order.line"].union(
                *(order._repair_lines() for order in orders)
            )
            if not lines:
                raise UserError(self.env._("Nothing of this is for repair any more."))
            values["line_ids"] = [fields.Command.set(lines.ids)]
        return values

    @api.depends("resolution", "line_ids")
    @api.depends_context("lang")
    def _compute_consequence(self):
        for dialog in self:
            given = (
                self.env._(
                    "The customer is paid back as for any return: approvals and the "
                    "release rule of the policy hold."
                )
                if dialog.resolution == "refund"
                else self.env._(
                    "The same goods are held for the customer and sent, free of charge."
                )
            )
            dialog.consequence = self.env._(
                "What was not sent back becomes the company's, at the cost at which "
                "it left. %(given)s",
                given=given,
            )

    @once
    def action_confirm(self):
        """Give it instead."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why it is not repaired."))
        data = {
            order.id: {
                "lines": lines,
                "resolution": self.resolution,
                "reason": self.reason,
            }
            for order, lines in self.line_ids.grouped("order_id").items()
        }
        self._take_step("switch", self.line_ids.order_id, data)
        return self._done(self.env._("The return goes on with it."))
