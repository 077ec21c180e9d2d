import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from odoo.addons.inventory_states.patience import patient

from .returns_order_screen import DIGITS

# Steps that have a button of their own; the gate asks each step's own check.
GATED = ("request", "label", "receive", "inspect", "route", "cancel", "settle")


class ReturnsOrder(models.Model):
    """The buttons of a return, and whether each can be pressed now.

    A button checks nothing itself: it opens a dialog or takes the step, and the step
    refuses. ``step_gates`` asks the steps the same question beforehand, so that a
    button says why it cannot be used before anybody presses it.
    """

    _inherit = "returns.order"

    step_gates = fields.Json(
        compute="_compute_step_gates",
        help="For each step why it cannot be taken now; empty where it can.",
    )
    has_refused_line = fields.Boolean(compute="_compute_has_refused_line")
    can_ask_again = fields.Boolean(compute="_compute_can_ask_again")
    transfer_count = fields.Integer(compute="_compute_document_counts")
    credit_note_count = fields.Integer(compute="_compute_document_counts")
    sale_order_count = fields.Integer(compute="_compute_document_counts")
    parcel_count = fields.Integer(compute="_compute_document_counts")

    # --- gates ------------------------------------------------------------------------
    @api.depends("case_state", "next_step")
    @api.depends_context("uid", "lang")
    def _compute_step_gates(self):
        for order in self:
            order.step_gates = {
                verb: order._why_not(verb) for verb in GATED if order._origin
            }

    @api.depends("line_ids.decision_id.eligible", "case_state")
    def _compute_has_refused_line(self):
        for order in self:
            order.has_refused_line = order.case_state in (
                "rejected",
                "authorised",
            ) and any(not line.decision_id.eligible for line in order.line_ids)

    @api.depends("case_state", "approval_ids.state", "amount_due", "approved_amount")
    def _compute_can_ask_again(self):
        for order in self:
            refunds = order.approval_ids.filtered(lambda row: row.kind == "refund")
            states = refunds.mapped("state")
            order.can_ask_again = (
                order.case_state == "authorised"
                and "refused" in states
                and "open" not in states
                and bool(self.env["returns.step.authorise"]._needing_approval(order))
            )

    def _why_not(self, verb):
        """The refusal of step ``verb`` as a person reads it, or ''."""
        try:
            self._check_gate(verb)
        except (AccessError, UserError) as refusal:
            return self._plain(refusal)
        return ""

    def _check_gate(self, verb):
        """Let the step itself say no; writes nothing."""
        step = self.env[f"returns.step.{verb}"]
        step._check_right()
        if verb == "request":
            step._check_case(self, {"draft"})
        elif verb == "settle":
            step._check(self, {})
            self._check_can_release()
            step._check_releasable(self)
        else:
            step._check(self, {})
        own = getattr(self, f"_check_{verb}_is_due", None)
        if own:
            own()

    def _check_request_is_due(self):
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%(name)s has no line. Add what the customer sends back.",
                    name=self.display_name,
                )
            )

    def _check_inspect_is_due(self):
        received, inspected, _routed = self._row_sums()
        if float_compare(received, inspected, DIGITS) <= 0:
            raise UserError(
                self.env._(
                    "All that was received of %(name)s is inspected.",
                    name=self.display_name,
                )
            )

    def _check_route_is_due(self):
        if not any(row._quantity_to_route() for row in self.inspection_ids):
            raise UserError(
                self.env._(
                    "All that was inspected of %(name)s is in its place.",
                    name=self.display_name,
                )
            )

    def _check_can_release(self):
        """A release by hand is for money that is held."""
        if self.money_state not in ("held", "partly_settled") and not any(
            row.state in ("held", "waiting") for row in self._exchanges_to_send()
        ):
            raise UserError(
                self.env._(
                    "No money of %(name)s is held, so there is nothing to release.",
                    name=self.display_name,
                )
            )

    @api.model
    def _plain(self, refusal):
        """A refusal without the code that programs read."""
        return re.sub(r"^\[[A-Z_]+\] ", "", str(refusal.args[0]))

    # --- counts -----------------------------------------------------------------------
    @api.depends("receipt_ids", "routing_ids", "settlement_ids", "parcel_ids")
    def _compute_document_counts(self):
        for order in self:
            order.transfer_count = len(order._transfers())
            order.credit_note_count = len(order.settlement_ids.move_id)
            order.sale_order_count = len(order.sale_order_ids)
            order.parcel_count = len(order.parcel_ids)

    def _transfers(self):
        return self.receipt_ids.picking_id | self.routing_ids.move_id.picking_id

    # --- open -------------------------------------------------------------------------
    @api.model
    def _action_open(self, orders):
        """Window on ``orders``: the form of the only one, else the list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.returns_order_action"
        )
        action["context"] = {}
        return self._narrow(action, orders)

    @api.model
    def _narrow(self, action, records):
        """Show just ``records`` in ``action``; the form where it is only one."""
        if len(records) == 1:
            views = action.get("views") or []
            form = [view for view in views if view[1] == "form"] or [(False, "form")]
            action.update(views=form, res_id=records.id, view_mode="form")
        else:
            action["domain"] = [("id", "in", records.ids)]
        return action

    def _window(self, records, name):
        return self._narrow(
            {
                "type": "ir.actions.act_window",
                "name": name,
                "res_model": records._name,
                "views": [(False, "list"), (False, "form")],
                "context": {"create": False},
            },
            records,
        )

    def action_view_orders(self):
        """Open the orders that these returns come from."""
        return self._window(self.sale_order_ids, self.env._("Orders"))

    def action_view_transfers(self):
        """Open the transfers that moved the goods."""
        return self._window(self._transfers(), self.env._("Transfers"))

    def action_view_credit_notes(self):
        """Open the credit notes."""
        return self._window(self.settlement_ids.move_id, self.env._("Credit notes"))

    def action_view_parcels(self):
        """Open the parcels."""
        return self._window(self.parcel_ids, self.env._("Parcels"))

    def action_view_exceptions(self):
        """Open the exceptions, those that were cleared too."""
        return self._window(self.exception_ids, self.env._("Exceptions"))

    # --- steps ------------------------------------------------------------------------
    @patient
    def action_submit(self):
        """Submit these drafts; the policy decides at once."""
        self.env["returns.step.request"]._run(self)
        return True

    def action_receive(self):
        """Open the dialog that receives goods of these returns."""
        return self._dialog("returns.receive.wizard", self.env._("Receive"))

    def action_inspect(self):
        """Open the dialog that grades what was received."""
        return self._dialog("returns.inspect.wizard", self.env._("Inspect"), "xl")

    def action_route(self):
        """Open the dialog that gives inspected units their place by hand."""
        return self._dialog("returns.route.wizard", self.env._("Route"))

    def action_cancel(self):
        """Open the dialog that takes back what was asked."""
        return self._dialog("returns.cancel.wizard", self.env._("Cancel"))

    def action_add_lines(self):
        """Open the dialog that takes lines over from the customer's orders."""
        self.ensure_one()
        return self._dialog("returns.add.wizard", self.env._("Add from orders"))

    def action_add_parcel(self):
        """Open the dialog that ties a carrier's parcel to these returns."""
        return self._dialog("returns.label.wizard", self.env._("Add a parcel"))

    def action_preview_refund(self):
        """Open the dialog that says what will be paid, and why."""
        self.ensure_one()
        return self._dialog("returns.refund.preview", self.env._("Refund preview"))

    @patient
    def action_close(self):
        """Close these returns where nothing is left to do."""
        return self.env["returns.step.reopen"]._close_again(self)

    def action_ask_release(self):
        """Open the dialog that asks why the money goes before its time."""
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.returns_reason_wizard_action_release"
        )

    def _dialog(self, model, name, size="lg"):
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_order_ids": [fields.Command.set(self.ids)],
                "dialog_size": "extra-large" if size == "xl" else "large",
            },
        }
