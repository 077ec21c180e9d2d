from odoo import fields, models

from ..engine.law import withdrawal_right
from ..guard import refuse


class ReturnsStepAuthorise(models.AbstractModel):
    """Step 2: the pinned policy decides each line; people decide what it asks them to.

    Every line gets a decision row with its trace. Where none is eligible the return is
    rejected; above the policy's limit it waits for a second person; else it is
    authorised at once.
    """

    _name = "returns.step.authorise"
    _inherit = ["returns.step"]
    _description = "Step: authorise"
    _groups = ("returns_governance.group_agent",)

    def _check(self, orders, data):
        self._check_case(orders, {"requested"})

    def _apply(self, orders, data):
        for version, group in orders.grouped("policy_version_id").items():
            self._decide(version, group)
        settle = self.env["returns.step.settle"]
        settle._value(orders)
        self._refresh_sold_lines(orders)
        rejected = orders.filtered(
            lambda order: not any(order.line_ids.mapped("decision_id.eligible"))
        )
        waiting = self._needing_approval(orders - rejected)
        self._move_case(rejected, "rejected")
        self._move_case(waiting, "to_approve")
        self._log([self._refusal(order) for order in rejected])
        self._ask_approval(waiting)
        self._authorise(orders - rejected - waiting)
        if rejected:
            settle._value(rejected)
            self._refresh_sold_lines(rejected)
        return orders

    # --- the policy's part ----------------------------------------------------------
    def _decide(self, version, orders):
        """Ask the engine for every line and keep its verdict as a row."""
        lines = orders.line_ids
        decisions = version._decide(self._specs(lines))
        rows = self.env["returns.decision"]._machine_create(
            [
                self._decision_vals(version, line, decision)
                for line, decision in zip(lines, decisions, strict=True)
            ]
        )
        for line, row in zip(lines, rows, strict=True):
            line._machine_write(
                {
                    "decision_id": row.id,
                    "quantity_authorised": row.quantity,
                }
            )

    def _specs(self, lines):
        """What returns.facts needs to know of each line."""
        return [
            {
                "sale_line": line.sale_line_id,
                "quantity": line.quantity,
                "reason": line.reason_id,
                "resolution": line.resolution,
                "withdrawal": line.order_id.withdrawal,
                "evidence": line.evidence_ids,
                "channel": line.order_id.channel_id,
                "company": line.order_id.company_id,
                "partner": line.order_id.partner_id,
                "node": line.order_id.warehouse_id,
                "now": line.order_id.requested_at or fields.Datetime.now(),
            }
            for line in lines
        ]

    def _specs_of_request(self, request):
        """The same for a request that is not in the database."""
        return [
            {
                "sale_line": line["sale_line"],
                "quantity": line["quantity"],
                "reason": line.get("reason") or self.env["returns.reason"],
                "resolution": line.get("resolution") or "refund",
                "withdrawal": request.get("withdrawal", False),
                "evidence": line.get("evidence") or (),
                "channel": request["channel"],
                "company": request["company"],
                "partner": request["partner"],
                "node": request["warehouse"],
                "now": request.get("requested_at") or fields.Datetime.now(),
            }
            for line in request["lines"]
        ]

    def _decision_vals(self, version, line, decision):
        return {
            "order_id": line.order_id.id,
            "line_id": line.id,
            "stage": "eligibility",
            "version_id": version.id,
            "eligible": decision.eligible,
            "withdrawal_right": withdrawal_right(decision.verdict.facts),
            "rule": decision.rule,
            "sentence": self._sentence(version, decision),
            "codes": list(decision.codes),
            "outcomes": version._plain_outcomes(decision),
            "trace": list(decision.trace),
            "quantity": line.quantity if decision.eligible else 0.0,
            "until": decision.until,
        }

    def _sentence(self, version, decision):
        """The decision as people would say it, with the policy and its version."""
        return self.env._(
            "%(sentence)s (%(policy)s, version %(number)s)",
            sentence=version._rule_sentence(decision.rule)
            or decision.rule
            or self.env._("No rule"),
            policy=version.policy_id.name,
            number=version.number,
        )

    def _refusal(self, order):
        codes = sorted(
            {code for line in order.line_ids for code in line.decision_id.codes or ()}
        )
        return {"order": order, "what": "refused", "data": {"codes": codes}}

    # --- the people's part ----------------------------------------------------------
    def _limit(self, order):
        """The lowest approval limit among the eligible lines, or None."""
        limits = [
            float(limit)
            for line in order.line_ids
            if line.decision_id.eligible
            and (limit := (line.decision_id.outcomes or {}).get("approval_above"))
            is not None
        ]
        return min(limits) if limits else None

    def _company_amount(self, order):
        """The refund with tax in the company's currency, at the day of the request."""
        return order.currency_id._convert(
            order.amount_due,
            order.company_id.currency_id,
            order.company_id,
            order.requested_at,
        )

    def _needing_approval(self, orders):
        """Orders above their limit for which no approval covers the sum.

        A withdrawal within its right has no limit: the law took it out of the outcomes.
        """

        def above(order):
            limit = self._limit(order)
            if limit is None:
                return False
            amount = self._company_amount(order)
            compare = order.company_id.currency_id.compare_amounts
            return (
                compare(amount, limit) > 0
                and compare(amount, order.approved_amount) > 0
            )

        return orders.filtered(above)

    def _ask_approval(self, orders, why=False):
        if not orders:
            return
        self.env["returns.approval"]._ask(
            [
                {
                    "order": order,
                    "kind": "refund",
                    "amount": self._company_amount(order),
                    "limit": self._limit(order),
                }
                for order in orders
            ]
        )
        self._log(
            [
                {
                    "order": order,
                    "what": "needs_review",
                    "why": why,
                    "data": {
                        "amount": self._company_amount(order),
                        "limit": self._limit(order),
                    },
                }
                for order in orders
            ]
        )

    def _authorise(self, orders):
        """Give the permission: the parcel can come."""
        if not orders:
            return
        self._move_case(orders, "authorised")
        orders._machine_write({"authorised_at": fields.Datetime.now()})
        self._log(
            [
                {
                    "order": order,
                    "what": "authorised",
                    "data": {
                        "due": order.amount_due,
                        "lines": [
                            [line.id, line.quantity_authorised]
                            for line in order.line_ids
                        ],
                    },
                }
                for order in orders
            ]
        )
        self.env["returns.step.label"]._issue(orders)
        self._clear_unauthorised(orders.line_ids)

    def _clear_unauthorised(self, lines):
        """Goods that came before the permission have it now, if not more came."""
        whole = lines.filtered(
            lambda line: (
                line.uom_id.compare(line.quantity_received, line.quantity_authorised)
                <= 0
            )
        )
        early = whole.receipt_ids.filtered(lambda row: row.kind == "not_authorised")
        if early:
            self.env["returns.exception"]._clear(
                "not_authorised",
                [f"receipt {row.id}" for row in early],
                self.env._("Authorised since"),
            )

    def _decided(self, approvals):
        """Go on after people decided: authorise, or reject.

        Called by returns.approval, which has checked who may and the four eyes.
        """
        _step, approvals = self.sudo(), approvals.sudo()
        waiting = approvals.filtered(
            lambda approval: approval.order_id.case_state == "to_approve"
        )
        _step._authorise(waiting.filtered(lambda a: a.state == "approved").order_id)
        refused = waiting.filtered(lambda a: a.state == "refused").order_id
        if refused:
            _step._move_case(refused, "rejected")
            _step.env["returns.step.settle"]._value(refused)
            _step._refresh_sold_lines(refused)
        _step.env["returns.step.advance"]._after(approvals.order_id)

    def _ask_again(self, orders):
        """Open the approval anew where the refund has risen above what was approved.

        What people refused at this sum is not asked again: the money stays held.
        """
        risen = self._needing_approval(
            orders.filtered(lambda order: order.case_state == "authorised")
        )
        self._ask_approval(risen.filtered(lambda order: not self._was_asked(order)))

    def _ask_by_hand(self, orders, reason):
        """Ask once more for what people refused, and say why.

        :return: the orders, in the caller's environment
        """
        env = orders.env
        step, orders = self._admit(orders)
        for order in orders:
            if not order.can_ask_again:
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: no refused approval holds its money, so there is "
                        "nothing to ask again.",
                        name=order.name,
                    ),
                )
            if not (reason or "").strip():
                refuse(
                    "BAD_REQUEST",
                    self.env._("Asking again needs a reason. Say what has changed."),
                )
        step._ask_approval(orders, reason)
        return orders.with_env(env)

    def _was_asked(self, order):
        compare = order.company_id.currency_id.compare_amounts
        amount = self._company_amount(order)
        return any(
            approval.kind == "refund"
            and approval.state in ("open", "refused")
            and compare(amount, approval.amount) <= 0
            for approval in order.approval_ids
        )
