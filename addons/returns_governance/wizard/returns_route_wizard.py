from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnsRouteWizard(models.TransientModel):
    """Choose by hand where inspected units go, or where routed ones go next.

    Opened on returns it shows what waits for its place; opened on routings, what lies
    where they put it.
    """

    _name = "returns.route.wizard"
    _description = "Route goods of returns"
    _inherit = ["returns.dialog"]

    line_ids = fields.One2many("returns.route.wizard.line", "dialog_id", "Goods")
    further = fields.Boolean(help="The goods have a place, and are sent on from it.")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        routings = self._routings()
        orders = routings.order_id or self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        values["further"] = bool(routings)
        if "line_ids" in fields_list:
            rows = self._placed_rows(routings) if routings else self._rows(orders)
            values["line_ids"] = [fields.Command.create(row) for row in rows]
        return values

    def _routings(self):
        """The routings that the dialog was opened on, if it was."""
        Routing = self.env["returns.routing"]
        if self.env.context.get("active_model") != Routing._name:
            return Routing
        chosen = Routing.browse(self.env.context.get("active_ids") or []).exists()
        placed = chosen.filtered(lambda row: row._quantity_here() > 0)
        if not placed:
            raise UserError(
                self.env._(
                    "Nothing of this lies there any more: it was sent on or taken back."
                )
            )
        return placed

    def _placed_rows(self, routings):
        return [
            {
                "inspection_id": row.inspection_id.id,
                "routing_id": row.id,
                "left": row._quantity_here(),
                "quantity": row._quantity_here(),
                "given_id": row.disposition_id.id,
            }
            for row in routings
        ]

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

    def action_confirm(self):
        """Move the goods to where they go."""
        self.ensure_one()
        rows = self.line_ids.filtered("quantity")
        if not rows:
            raise UserError(self.env._("Nothing to route: enter a quantity."))
        orders = rows.order_id
        data = {
            order.id: [row._entry() for row in group]
            for order, group in rows.grouped("order_id").items()
        }
        if self.further:
            step = self.env["returns.step.route"]
            self._in_plain_words(lambda: step._route_on(orders, data))
        else:
            self._take_step("route", orders, data)
        return self._done(self.env._("The goods are in their place."))
