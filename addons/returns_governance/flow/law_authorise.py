from odoo import models

from ..engine.facts import local_date
from ..engine.law import conformity_right


class ReturnsStepAuthorise(models.AbstractModel):
    """No refusal by a list: what a block concerns waits for a named person.

    Regulation (EU) 2016/679 Art 22. A right that the law gives passes by any list; the
    trace of the decision says what a list did. Lists are kept in memory.
    """

    _inherit = "returns.step.authorise"

    def _decision_vals(self, version, line, decision):
        vals = super()._decision_vals(version, line, decision)
        facts = decision.verdict.facts
        vals["guarantee_right"] = conformity_right(facts)
        entry = self.env["returns.customer.list"]._entry(
            line.order_id.company_id,
            line.order_id.partner_id,
            facts.today or local_date(line.order_id.requested_at, None),
        )
        if entry:
            statutory = vals["withdrawal_right"] or vals["guarantee_right"]
            blocked = entry.kind == "block" and not statutory
            vals["list_review"] = blocked
            effect = "review" if blocked else entry.kind
            if entry.kind == "block" and statutory:
                effect = "statutory"
            vals["trace"] = [
                *vals["trace"],
                {
                    "step": "list",
                    "kind": entry.kind,
                    "entry": entry.id,
                    "effect": effect,
                },
            ]
        return vals

    def _needing_approval(self, orders):
        found = super()._needing_approval(orders)
        return orders.filtered(
            lambda order: order in found or self._needs_named_person(order)
        )

    def _needs_named_person(self, order):
        """Whether a block holds the order, and nobody has decided on it yet.

        One line that stands on the law lets the whole return pass.
        """
        decisions = order.line_ids.decision_id.filtered("eligible")
        if not any(decisions.mapped("list_review")):
            return False
        if any(decision._is_statutory() for decision in decisions):
            return False
        if "approved" not in order.approval_ids.mapped("state"):
            return True
        compare = order.company_id.currency_id.compare_amounts
        return compare(self._company_amount(order), order.approved_amount) > 0

    def _log(self, rows):
        for row in rows:
            if row["what"] == "needs_review" and self._needs_named_person(row["order"]):
                row["data"] = {**row["data"], "list": True}
        return super()._log(rows)
