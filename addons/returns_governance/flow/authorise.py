from odoo import fields, models

from ..engine.authority import merge, policy_chain
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
        lines, terms = orders.line_ids, self.env["returns.terms"]
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
                    **terms._line_vals(line, row),
                }
            )
        terms._take_effect(orders)

    def _specs(self, lines):
        """What returns.facts needs to know of each line."""
        return [
            {
                "sale_line": line.sale_line_id,
                "quantity": line.quantity,
                "reason": line.reason_id,
                "resolution": line.resolution,
                "sealed": line.sealed,
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
                "sealed": line.get("sealed"),
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
    def _levels(self, order, amount):
        """Who has to approve a refund of ``amount``: ``(above, role)`` each, or ().

        By the policy of each eligible line and by the table of authority. A withdrawal
        within its right waits for nobody: the law took it out of the outcomes, and no
        table puts it back.
        """
        asking = order.line_ids.filtered(
            lambda line: (
                line.decision_id.eligible and not line.decision_id.withdrawal_right
            )
        )
        if not asking:
            return []
        return merge(
            [
                *(
                    policy_chain(*self._policy_levels(line.decision_id), amount)
                    for line in asking
                ),
                *self.env["returns.authority"]._chains(
                    "refund", order.company_id, amount, asking.reason_id
                ),
            ]
        )

    def _policy_levels(self, decision):
        """(limit or None, levels) as the decision pinned them."""
        return _limit_and_levels(decision._terms())

    def _levels_of_request(self, company, amount, answers):
        """The same for a request that is not in the database.

        :param list answers: dicts ``decision`` (the engine's) and ``spec``
        """
        asking = [
            answer
            for answer in answers
            if not withdrawal_right(answer["decision"].verdict.facts)
        ]
        if not asking:
            return []
        reasons = self.env["returns.reason"].union(
            *(answer["spec"]["reason"] for answer in asking)
        )
        return merge(
            [
                *(
                    policy_chain(
                        *_limit_and_levels(answer["decision"].outcomes), amount
                    )
                    for answer in asking
                ),
                *self.env["returns.authority"]._chains(
                    "refund", company, amount, reasons
                ),
            ]
        )

    def _company_amount(self, order):
        """What people approve, with tax and in the company's currency, at the day of
        the request."""
        return order.currency_id._convert(
            self._amount_to_approve(order),
            order.company_id.currency_id,
            order.company_id,
            order.requested_at,
        )

    def _amount_to_approve(self, order):
        """What the customer would get, with tax."""
        return order.amount_due

    def _needing_approval(self, orders):
        """Orders above their limit for which no approval covers the sum."""

        def above(order):
            amount = self._company_amount(order)
            compare = order.company_id.currency_id.compare_amounts
            return compare(amount, order.approved_amount) > 0 and bool(
                self._levels(order, amount)
            )

        return orders.filtered(above)

    def _ask_approval(self, orders, why=False):
        if not orders:
            return
        rows = [self._question(order, why) for order in orders]
        self.env["returns.approval"]._ask(rows)
        self._log(
            [
                {
                    "order": row["order"],
                    "what": "needs_review",
                    "why": why,
                    "data": {"amount": row["amount"], "limit": row["limit"]},
                }
                for row in rows
            ]
        )

    def _question(self, order, why):
        amount = self._company_amount(order)
        levels = self._levels(order, amount)
        return {
            "order": order,
            "kind": "refund",
            "amount": amount,
            "limit": levels[0][0] if levels else 0.0,
            "levels": levels,
            "why": why,
        }

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

        Called by returns.step.approve; who may and the four eyes were checked.
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


def _limit_and_levels(outcomes):
    limit = outcomes.get("approval_above")
    levels = outcomes.get("approval_levels") or ()
    return (
        None if limit is None else float(limit),
        [(float(above), role) for above, role in levels],
    )
