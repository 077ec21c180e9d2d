from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...const import APPROVAL_KIND, APPROVAL_STATE
from ...guard import deny, refuse

# Who decides. Not finance: who lets money go is not who approves it.
DECIDER = "returns_governance.group_manager"
HOURS_TO_DECIDE = 24
# Steps by which a person takes part in what is to be approved.
TAKING_PART = ("requested", "inspected", "corrected")
QUIET = {"tracking_disable": True, "mail_create_nolog": True}


class ReturnsApproval(models.Model):
    """A question that a second person has to answer (four eyes).

    ``refund``: a refund above the policy's limit. ``state_change``: stock that leaves
    a state only with an approval (inventory_role_approval.py).
    """

    _name = "returns.approval"
    _description = "Approval of a return"
    _inherit = ["returns.guarded", "mail.activity.mixin", "mail.thread"]
    _append_only = True
    _order = "id desc"
    _mail_post_access = "read"

    order_id = fields.Many2one(
        "returns.order", "Return", ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", index=True)
    kind = fields.Selection(
        APPROVAL_KIND,
        required=True,
        default="refund",
    )
    amount = fields.Monetary(help="With tax, in the company's currency.")
    limit = fields.Monetary(help="The policy's limit.")
    currency_id = fields.Many2one("res.currency", required=True)
    state = fields.Selection(
        APPROVAL_STATE,
        default="open",
        required=True,
        index=True,
    )
    requested_by_id = fields.Many2one("res.users", required=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Char("Reason of the decision")
    due_at = fields.Datetime("Decide by")
    can_approve = fields.Boolean(compute="_compute_can")
    can_refuse = fields.Boolean(compute="_compute_can")

    # Of a change of state: exactly this, and nothing else, is approved.
    stock_move_id = fields.Many2one(
        "stock.move", "Stock move", ondelete="cascade", index="btree_not_null"
    )
    transition_id = fields.Many2one("inventory.state.transition", "Change")
    product_id = fields.Many2one("product.product", "Product")
    quantity = fields.Float(digits="Product Unit", help="In the product's unit.")
    location_dest_id = fields.Many2one("stock.location", "To")

    _one_open_per_return = models.UniqueIndex(
        "(order_id, kind) WHERE state = 'open'",
        "This return waits for an approval already.",
    )
    _one_open_per_move = models.UniqueIndex(
        "(stock_move_id) WHERE state = 'open'",
        "This stock move waits for an approval already.",
    )

    @api.depends("order_id.name", "stock_move_id.reference")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for approval in self:
            what = approval.order_id.name or approval.stock_move_id.reference or ""
            approval.display_name = f"{what}: {kinds[approval.kind]}"

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_can(self):
        decides = self.env.user.has_group(DECIDER)
        for approval in self:
            waits = approval.state == "open"
            involved = self.env.user in approval._involved()
            approval.can_approve = waits and decides and not involved
            approval.can_refuse = waits and (decides or involved)

    # --- ask, by the steps ----------------------------------------------------------
    @api.model
    def _ask(self, rows):
        """Open approvals, one per return and kind; an open one takes the new sum.

        :param list[dict] rows: ``order``, ``kind``, ``amount`` (company currency),
            ``limit``
        :return: the open approvals
        """
        if not rows:
            return self.browse()
        # sudo: the machine asks, whoever's step it was
        model = self.sudo().with_context(**QUIET)
        orders = self.env["returns.order"].union(*(row["order"] for row in rows))
        waiting = {
            (approval.order_id.id, approval.kind): approval
            for approval in model.search(
                [("state", "=", "open"), ("order_id", "in", orders.ids)]
            )
        }
        new = []
        for row in rows:
            known = waiting.get((row["order"].id, row["kind"]))
            if known:
                known._machine_write({"amount": row["amount"], "limit": row["limit"]})
            else:
                new.append(self._opening_vals(row))
        return model.union(*waiting.values()) | model._machine_create(new)

    def _opening_vals(self, row):
        company = row["order"].company_id
        return {
            "order_id": row["order"].id,
            "company_id": company.id,
            "warehouse_id": row["order"].warehouse_id.id,
            "kind": row["kind"],
            "amount": row["amount"],
            "limit": row["limit"],
            "currency_id": company.currency_id.id,
            "requested_by_id": self.env.uid,
            "due_at": fields.Datetime.now() + timedelta(hours=HOURS_TO_DECIDE),
        }

    @api.model
    def _withdraw(self, orders):
        """What was asked about ``orders`` needs no answer any more."""
        # sudo: as in _ask
        self.sudo().search(
            [("state", "=", "open"), ("order_id", "in", orders.ids)]
        )._finish("withdrawn", False)

    # --- decide, by people ------------------------------------------------------------
    @patient
    def action_approve(self, reason=None):
        """Approve as a second person; the flow goes on by itself.

        :param str reason: why; may also come as ``returns_reason`` in the context
        :return: True
        :raise AccessError: the user may not decide
        :raise UserError: SELF_APPROVAL, or RETURN_STATE where it is decided already
        """
        self._check_open()
        for approval in self:
            if not self.env.user.has_group(DECIDER):
                deny(
                    self.env._(
                        "%(name)s: only managers of returns approve. Ask one.",
                        name=approval.display_name,
                    )
                )
            if self.env.user in approval._involved():
                refuse(
                    "SELF_APPROVAL",
                    self.env._(
                        "%(name)s: you asked for it or had a hand in it. Another "
                        "manager has to approve; you may refuse it.",
                        name=approval.display_name,
                    ),
                )
        self._decide("approved", reason)
        return True

    @patient
    def action_refuse(self, reason=None):
        """Refuse; who asked may take the question back in this way too.

        :param str reason: why; may also come as ``returns_reason`` in the context
        :return: True
        """
        self._check_open()
        for approval in self:
            if not approval.can_refuse:
                deny(
                    self.env._(
                        "%(name)s: only managers of returns, or who asked, refuse it.",
                        name=approval.display_name,
                    )
                )
        self._decide("refused", reason)
        return True

    def _check_open(self):
        self.check_access("read")
        for approval in self:
            if approval.state != "open":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s was answered already by %(who)s.",
                        name=approval.display_name,
                        who=approval.decided_by_id.name or self.env._("the system"),
                    ),
                )

    def _involved(self):
        """Users who may not approve it: who asked, made, changed or inspected it."""
        # sudo: who took part counts, whatever of it the user can see
        approval = self.sudo()
        order = approval.order_id
        users = approval.requested_by_id | order.create_uid | order.editor_ids
        return users | order.event_ids.filtered(lambda e: e.what in TAKING_PART).user_id

    def _decide(self, state, reason):
        """Write the answer and let the flow go on; rights were checked."""
        reason = reason or self.env.context.get("returns_reason") or False
        # sudo: the decider may decide, and the step that follows is the machine's
        decided = self.sudo().with_context(**QUIET)
        decided._finish(state, reason)
        what = "approved" if state == "approved" else "approval_refused"
        refunds = decided.filtered(lambda approval: approval.kind == "refund")
        if state == "approved":
            for approval in refunds:
                approval.order_id._machine_write({"approved_amount": approval.amount})
        self.env["returns.event"]._log(
            [
                {
                    "order": approval.order_id,
                    "what": what,
                    "why": reason,
                    "data": approval._event_data(),
                }
                for approval in decided
                if approval.order_id
            ]
        )
        if refunds:
            self.env["returns.step.authorise"]._decided(refunds)

    def _event_data(self):
        return {"approval": self.id, "kind": self.kind, "amount": self.amount}

    def _finish(self, state, reason):
        if not self:
            return
        self._machine_write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "reason": reason,
            }
        )
        self.env["returns.exception"]._clear(
            "approval_overdue",
            [f"approval {approval.id}" for approval in self],
            self.env._("Decided"),
        )
