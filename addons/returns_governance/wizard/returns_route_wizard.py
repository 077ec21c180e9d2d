from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once


class ReturnsRouteWizard(models.TransientModel):
    """Choose by hand where inspected units go."""

    _name = "returns.route.wizard"
    _description = "Route goods of returns"
    _inherit = ["returns.dialog"]

    line_ids = fields.One2many("returns.route.wizard.line", "dialog_id", "Goods")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        if "line_ids" in fields_list:
            values["line_ids"] = [
                fields.Command.create(row) for row in self._rows(orders)
            ]
        return values

    def _rows(self, orders):
        waiting = [
            (row, left)
            for row in orders.inspection_ids
            if row.product_id.uom_id.compare(left := row._quantity_to_route(), 0.0) > 0
        ]
        # sudo: reads only; what the policy says of the goods is told to who routes them
        given = (
            self.env["returns.step.route"]
            .sudo()
            ._policy_dispositions(
                [(row.receipt_id.sudo(), row.condition_id) for row, _left in waiting]
            )
        )
        return [
            {
                "inspection_id": row.id,
                "left": left,
                "quantity": left,
                "given_id": disposition.id,
                "disposition_id": disposition.id,
            }
            for (row, left), (disposition, _verdict) in zip(waiting, given, strict=True)
        ]

    @once
    def action_confirm(self):
        """Move the goods to where they go."""
        self.ensure_one()
        rows = self.line_ids.filtered("quantity")
        if not rows:
            raise UserError(self.env._("Nothing to route: enter a quantity."))
        orders = rows.order_id
        self._take_step(
            "route",
            orders,
            {
                order.id: [row._entry() for row in group]
                for order, group in rows.grouped("order_id").items()
            },
        )
        return self._done(self.env._("The goods are in their place."))
