from odoo import api, fields, models

from ..intake.returns_order import ReturnsOrder as Order

REPAIR_STEPS = ("repair", "send_back")


class ReturnsOrder(models.Model):
    """A return with goods for repair: its buttons, and what is next."""

    _inherit = "returns.order"
    _machine_fields = Order._machine_fields | {"in_repair"}

    in_repair = fields.Boolean(
        compute="_compute_in_repair",
        store=True,
        help="Goods of the customer that came for repair are in the house.",
    )
    wants_repair = fields.Boolean(compute="_compute_wants_repair")
    can_end_repair = fields.Boolean(compute="_compute_can_repair", compute_sudo=True)
    can_switch = fields.Boolean(compute="_compute_can_repair", compute_sudo=True)

    @api.depends(
        "line_ids.resolution",
        "line_ids.quantity_received",
        "line_ids.quantity_sent_back",
    )
    def _compute_in_repair(self):
        for order in self:
            order.in_repair = any(
                line.uom_id.compare(line._quantity_in_repair(), 0.0) > 0
                for line in order.line_ids
                if line._is_repair()
            )

    @api.depends("line_ids.resolution", "line_ids.resolution_asked")
    def _compute_wants_repair(self):
        for order in self:
            order.wants_repair = any(line._was_repair() for line in order.line_ids)

    @api.depends("case_state", "line_ids.resolution", "routing_ids.quantity")
    def _compute_can_repair(self):
        for order in self:
            own = order._repair_lines()
            order.can_switch = order.case_state == "authorised" and bool(own)
            order.can_end_repair = bool(
                own._repair_routings()
                or any(row._quantity_to_route() > 0 for row in own.inspection_ids)
            )

    def _repair_lines(self):
        """Lines whose goods came for repair and are not all back."""
        return self.line_ids.filtered(
            lambda line: (
                line._is_repair()
                and (
                    not line.quantity_received
                    or line.uom_id.compare(line._quantity_in_repair(), 0.0) > 0
                )
            )
        )

    # --- buttons ----------------------------------------------------------------------
    def action_repaired(self):
        """Open the dialog that ends repairs: the goods go back, repaired."""
        return self._repair_dialog("repaired", self.env._("Repaired"))

    def action_not_repaired(self):
        """Open the dialog that ends repairs that failed: the goods go back."""
        return self._repair_dialog(
            "not_repaired", self.env._("Could not be repaired")
        )

    def action_switch_repair(self):
        """Open the dialog that gives a refund or a replacement instead."""
        return self._dialog(
            "returns.repair.switch", self.env._("Another resolution"), "lg"
        )

    def _repair_dialog(self, outcome, name):
        action = self._dialog("returns.repair.wizard", name)
        action["context"]["default_outcome"] = outcome
        return action

    def _transfers(self):
        return super()._transfers() | self.routing_ids.delivery_move_ids.picking_id

    @api.model
    def _expand_next_steps(self, steps, domain):
        """Columns of repairs are there where something waits in them."""
        shown = super()._expand_next_steps(steps, domain)
        return [step for step in shown if step in steps or step not in REPAIR_STEPS]

    # --- what is next -----------------------------------------------------------------
    @api.depends("line_ids.resolution", "routing_ids.quantity_sent_back")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _derive_next_step(self):
        """Goods of customers in the house come before what was not sent yet."""
        step = super()._derive_next_step()
        if step not in ("none", "parcel", "receive"):
            return step
        lines = self.line_ids.filtered(lambda line: line._is_repair())
        if not lines:
            return step
        if any(line._repair_routings() for line in lines):
            return "repair"
        if any(line._send_back_routings() for line in lines):
            return "send_back"
        return step

    def _next_times(self, step):
        if step == "repair":
            rows = self.line_ids._repair_routings()
        elif step == "send_back":
            rows = self.line_ids._send_back_routings()
        else:
            return super()._next_times(step)
        since = min(rows.mapped("occurred_at"), default=False)
        return since, step == "repair" and self._repair_due()

    def _repair_due(self):
        """By when the customer's goods should be on their way back."""
        rows = self.line_ids._repair_routings()
        since = min(rows.mapped("occurred_at"), default=False)
        days = self.company_id.returns_repair_days
        return since and days and fields.Datetime.add(since, days=days)

    def _next_repair(self):
        rows = self.line_ids.filtered(lambda line: line._is_repair())._repair_routings()
        return (
            self.env._(
                "Next: repair %(count)s units, and say how it ended",
                count=self.env["returns.words"]._number(
                    sum(row._quantity_here() for row in rows)
                ),
            ),
            self.env._("Inspector"),
            self.env._("The goods are the customer's own and go back."),
        )

    def _next_send_back(self):
        rows = self.line_ids._send_back_routings()
        moves = rows.delivery_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        names = ", ".join(filter(None, moves.picking_id.mapped("name")))
        return (
            self.env._(
                "Next: send %(count)s units back to the customer",
                count=self.env["returns.words"]._number(
                    sum(row._quantity_to_send_back() for row in rows)
                ),
            ),
            self.env._("Warehouse"),
            names and self.env._("Delivery %(names)s is ready.", names=names) or "",
        )
