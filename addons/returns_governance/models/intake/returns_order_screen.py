from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import float_compare

from ...const import CASE_STATES, NEXT_STEPS

DIGITS = 4  # finer than any unit's rounding in use
# The carrier brings it today, or has brought it.
AT_THE_DOOR = ("delivered", "out_for_delivery")


class ReturnsOrder(models.Model):
    """What waits for whom: the next step of a return, by when, and since when.

    Stored, so that lists, filters and the overview count by it. Nothing decides by
    these fields; they are read off what the steps wrote.
    """

    _inherit = "returns.order"
    _machine_fields = frozenset({"next_step", "next_by", "next_since"})

    case_state = fields.Selection(group_expand="_expand_case_states")
    next_step = fields.Selection(
        NEXT_STEPS,
        "Next",
        compute="_compute_next_step",
        store=True,
        index=True,
        group_expand="_expand_next_steps",
    )
    next_by = fields.Datetime(
        "By",
        compute="_compute_next_step",
        store=True,
        index=True,
        help="When the next step has to be done; a promise is broken after that.",
    )
    next_since = fields.Datetime(
        "Waiting since", compute="_compute_next_step", store=True
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )
    waiting = fields.Char("Waiting for", compute="_compute_waiting")
    open_exception_count = fields.Integer(
        "Open exceptions", compute="_compute_open_exception_count"
    )
    country_id = fields.Many2one(related="partner_id.country_id")
    tracking_refs = fields.Char(
        "Tracking numbers", compute="_compute_tracking_refs", compute_sudo=True
    )
    product_names = fields.Char(
        "Products", compute="_compute_products", compute_sudo=True
    )

    @api.depends("name", "partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for order in self:
            if order.name and order.name != "/":
                order.display_name = order.name
            elif order.partner_id:
                order.display_name = self.env._(
                    "Draft for %(customer)s", customer=order.partner_id.name or ""
                )
            else:
                order.display_name = self.env._("New return")

    @api.model
    def _expand_case_states(self, states, domain):
        """The columns of the board stand in the order of a return's life."""
        life = [state for state, _label in CASE_STATES]
        return [state for state in life if state in states]

    @api.model
    def _expand_next_steps(self, steps, domain):
        """Columns of the overview are there though nothing waits in them."""
        return [step for step, _label in NEXT_STEPS if step not in ("request", "none")]

    # --- next step ------------------------------------------------------------------
    @api.depends(
        "case_state",
        "money_state",
        "refund_due_date",
        "requested_at",
        "authorised_at",
        "parcel_ids.status",
        "parcel_ids.received",
        "parcel_ids.eta",
        "line_ids.quantity_authorised",
        "line_ids.quantity_cancelled",
        "line_ids.quantity_received",
        "receipt_ids.quantity",
        "inspection_ids.quantity",
        "routing_ids.quantity",
        "approval_ids.state",
        "approval_ids.due_at",
        "company_id.returns_inspection_hours",
        "warehouse_id.returns_inspection_hours",
        "warehouse_id.returns_calendar_id",
    )
    def _compute_next_step(self):
        for order in self:
            step = order._derive_next_step()
            order.next_step = step
            order.next_since, order.next_by = order._next_times(step)

    def _derive_next_step(self):
        """The one step that comes next: goods in the house first, then the money."""
        if self.case_state == "draft":
            return "request"
        if self.case_state in ("requested", "to_approve"):
            return "authorise"
        received, inspected, routed = self._row_sums()
        if float_compare(received, inspected, DIGITS) > 0:
            return "inspect"
        if float_compare(inspected, routed, DIGITS) > 0:
            return "route"
        if self.money_state == "due":
            return "settle"
        if self.case_state != "authorised":
            return "none"
        if any(self.line_ids._open_to_receive().values()):
            return self._derive_way_step()
        return "none" if self.money_state in ("none", "settled") else "settle"

    def _derive_way_step(self):
        """The parcel is here, or still on its way."""
        open_parcels = self.parcel_ids.filtered(lambda parcel: not parcel.received)
        here = any(parcel.status in AT_THE_DOOR for parcel in open_parcels)
        return "receive" if here else "parcel"

    def _row_sums(self):
        """Units received, inspected and routed; counter-rows cancel theirs out."""
        return (
            sum(self.receipt_ids.mapped("quantity")),
            sum(self.inspection_ids.mapped("quantity")),
            sum(self.routing_ids.mapped("quantity")),
        )

    def _next_times(self, step):
        """(waiting since, to be done by) of the next step."""
        times = {
            "request": (self.create_date, False),
            "authorise": (self.requested_at, self._approval_due()),
            "parcel": (self.authorised_at, self._parcel_due()),
            "receive": (self._parcel_since(), self._parcel_due()),
            "inspect": self._inspection_times(),
            "route": (self._oldest(self.inspection_ids, self.routing_ids), False),
            "settle": (self._money_since(), self._law_due()),
            "none": (self.closed_at, False),
        }
        return times[step]

    def _approval_due(self):
        waiting = self.approval_ids.filtered(
            lambda row: row.state == "open" and row.kind == "refund"
        )
        return min(filter(None, waiting.mapped("due_at")), default=False)

    def _parcel_due(self):
        """The carrier's own promise, of what has not arrived."""
        waiting = self.parcel_ids.filtered(lambda parcel: not parcel.received)
        return min(filter(None, waiting.mapped("eta")), default=False)

    def _parcel_since(self):
        moments = self.parcel_ids.filtered(lambda parcel: not parcel.received)
        return min(filter(None, moments.mapped("status_at")), default=False)

    def _inspection_times(self):
        since = self._oldest(self.receipt_ids, self.inspection_ids)
        here = self.receipt_ids.warehouse_id
        node = here if len(here) == 1 else self.warehouse_id
        return since, node._returns_inspect_by(self.company_id, since)

    def _oldest(self, rows, done):
        """When the oldest of ``rows`` came that ``done`` does not cover."""
        covered = sum(done.mapped("quantity"))
        reversed_rows = rows.reverses_id
        for row in rows.sorted("occurred_at"):
            if row.reverses_id or row in reversed_rows:
                continue
            covered -= row.quantity
            if float_compare(covered, 0.0, DIGITS) < 0:
                return row.occurred_at
        return False

    def _money_since(self):
        moments = [
            *self.routing_ids.mapped("occurred_at"),
            *self.inspection_ids.mapped("occurred_at"),
            *self.receipt_ids.mapped("occurred_at"),
        ]
        return max(moments, default=self.authorised_at)

    def _law_due(self):
        day = self.refund_due_date
        return day and datetime.combine(day, time(23, 59, 59))

    # --- late -----------------------------------------------------------------------
    @api.depends("next_by", "next_step")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for order in self:
            order.is_late = bool(order.next_by and order.next_by < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("next_by", "<", fields.Datetime.now())]
        return late if True in value else ["!", *late]

    @api.depends("next_since")
    @api.depends_context("lang")
    def _compute_waiting(self):
        words = self.env["returns.words"]
        for order in self:
            since = order.next_since
            open_case = order.next_step not in ("none", False)
            order.waiting = words._age(since) if since and open_case else False

    # --- what a card shows ------------------------------------------------------------
    def _compute_open_exception_count(self):
        counts = dict(
            self.env["returns.exception"]._read_group(
                [("order_id", "in", self.ids), ("state", "=", "open")],
                ["order_id"],
                ["__count"],
            )
        )
        for order in self:
            order.open_exception_count = counts.get(order._origin, 0)

    @api.depends("parcel_ids.tracking_ref")
    def _compute_tracking_refs(self):
        for order in self:
            order.tracking_refs = ", ".join(order.parcel_ids.mapped("tracking_ref"))

    @api.depends("line_ids.product_id", "line_ids.quantity")
    @api.depends_context("lang")
    def _compute_products(self):
        words = self.env["returns.words"]
        for order in self:
            order.product_names = ", ".join(
                f"{words._number(line.quantity)} × {line.product_id.name}"
                for line in order.line_ids[:3]
            ) + (" …" if len(order.line_ids) > 3 else "")
