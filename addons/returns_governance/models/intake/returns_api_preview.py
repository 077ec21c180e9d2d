from odoo import fields, models

from ...engine.law import withdrawal_right
from ...engine.release import ReleaseFacts, released
from .returns_api_feed import plain
from .returns_snapshot import QUANTITIES


class ReturnsApiPreview(models.AbstractModel):
    """What a request would get, in the snapshot's words.

    The step's own preview decides and computes; this only tells it. Writes nothing.
    """

    _name = "returns.api.preview"
    _description = "Public API of returns: preview"

    def _of(self, request):
        """:param dict request: as returns.step.request takes it"""
        # sudo: as the step itself, which reads invoices; it writes nothing
        step = self.env["returns.step.request"].sudo()
        answer = step._preview(step.env["returns.order"], {"requests": [request]})[0]
        lines = [
            self._line(line["spec"], line["decision"], line["money"])
            for line in answer["lines"]
        ]
        return {
            "lines": lines,
            "money": self._money(request, answer, lines),
            "policy": self.env["returns.snapshot"]._policy(answer["version"]),
        }

    def _line(self, spec, decision, money):
        head = (
            self.env["returns.snapshot"]
            .sudo()
            .with_context(lang="en_US")
            ._line_head(spec["sale_line"].with_context(lang="en_US"))
        )
        quantity = dict.fromkeys(QUANTITIES, 0.0)
        quantity["requested"] = spec["quantity"]
        quantity["authorised"] = spec["quantity"] if decision.eligible else 0.0
        owed = money if decision.eligible else {}
        return {
            "line_ref": head["line_ref"],
            "sku": head["sku"],
            "uom": head["uom"],
            "quantity": quantity,
            "decision": {
                "eligible": decision.eligible,
                "rule": decision.rule or False,
                "codes": list(decision.codes),
                "trace": plain(decision.trace),
            },
            "refund": {
                "due": owed.get("total", 0.0),
                "settled": 0.0,
                "tax": owed.get("tax", 0.0),
                "fees": owed.get("fees", 0.0),
            },
        }

    def _money(self, request, answer, lines):
        currency, answers = request["currency"], answer["lines"]
        delivery = answer["delivery"]["total"]
        due = currency.round(sum(line["refund"]["due"] for line in lines) + delivery)
        verdicts = [
            self._verdict(request, answer, self._waits(request, answers, due))
            for answer in answers
        ]
        dates = [verdict.due_date for verdict in verdicts if verdict.due_date]
        return {
            "paid": currency.round(
                sum(answer["money"].get("paid", 0.0) for answer in answers) + delivery
            ),
            "due": due,
            "settled": 0.0,
            "fees": currency.round(sum(line["refund"]["fees"] for line in lines)),
            "held_because": sorted(
                {code for verdict in verdicts for code in verdict.held_because}
            )
            if due
            else [],
            "due_date": fields.Date.to_string(min(dates, default=None)) or False,
        }

    def _waits(self, request, answers, due):
        """The state that the case would have: whether a person has to approve it."""
        eligible = [a["decision"] for a in answers if a["decision"].eligible]
        if not eligible:
            return "rejected"
        company = request["company"]
        # Of goods that are sent for nothing, what was paid for the old ones.
        worth = sum(
            answer["money"].get("paid", 0.0)
            for answer in answers
            if answer["decision"].eligible
            and answer["spec"].get("resolution") == "replacement"
        )
        amount = request["currency"]._convert(
            due + worth, company.currency_id, company, request["requested_at"]
        )
        waits = self.env["returns.step.authorise"]._levels_of_request(
            company,
            company.currency_id.round(amount),
            [answer for answer in answers if answer["decision"].eligible],
        )
        return "to_approve" if waits else "authorised"

    def _verdict(self, request, answer, case_state):
        decision, quantity = answer["decision"], answer["spec"]["quantity"]
        return released(
            decision.outcomes["release"],
            ReleaseFacts(
                requested=quantity,
                authorised=quantity if decision.eligible else 0,
                case_state=case_state,
                approval_pending=case_state == "to_approve",
                withdrawal=withdrawal_right(decision.verdict.facts),
                withdrawal_at=request["requested_at"].date(),
            ),
        )
