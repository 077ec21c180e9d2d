from odoo import models

from ... import const
from ...engine.disposition import dispose
from ...engine.eligibility import decide_line, returnless_allowed


class ReturnsPolicyTest(models.Model):
    """How a case is judged: what it expects beside what came, both in words."""

    _inherit = "returns.policy.test"

    def _wrong(self, book):
        """What came otherwise than expected, in words; empty when the case is green."""
        facts = self._facts()
        decision = decide_line(facts, book)
        goods = dispose(facts, rules=book) if self.condition_id else None
        return [
            self.env._(
                "%(what)s: expected %(expected)s, came %(came)s",
                what=what,
                expected=expected,
                came=came,
            )
            for what, expected, came in self._compared(decision, goods)
            if expected != came
        ]

    def _compared(self, decision, goods):
        """(what, expected, came), in words, of each thing that the case asks."""
        outcomes = decision.outcomes
        if self.expect:
            yield self._in_words("expect", self._verdict(decision), decision)
        for name, came in (
            ("expect_release", outcomes["release"]),
            ("expect_shipping", outcomes["refund_shipping"]),
            ("expect_label", outcomes["label_mode"]),
            ("expect_route", "yes" if outcomes["route_by_human"] else "no"),
            ("expect_returnless", "yes" if self._returnless(outcomes) else "no"),
        ):
            if self[name]:
                yield self._in_words(name, came)
        if self.expect_rule:
            came = decision.rule or self.env._("none")
            yield self._label_of("expect_rule"), self.expect_rule, came
        for name, compare in (
            ("expect_window", self._windows),
            ("expect_evidence", self._evidences),
            ("expect_fee", self._fees),
            ("expect_deduction", self._deductions),
        ):
            if self[name]:
                yield self._label_of(name), *compare(outcomes)
        if self.expect_disposition_id:
            yield self._label_of("expect_disposition_id"), *self._goods(goods)

    def _verdict(self, decision):
        if decision.needs_approval:
            return "approval"
        return "accepted" if decision.eligible else "refused"

    def _in_words(self, name, came, decision=None):
        """The labels of what a selection expects and of what came."""
        labels = dict(self._fields[name]._description_selection(self.env))
        said = labels.get(came, came)
        if decision is not None and not decision.eligible and came != self[name]:
            said = f"{said} ({decision.sentence})"
        return self._label_of(name), labels[self[name]], said

    def _returnless(self, outcomes):
        """Whether the customer may keep the goods, at the first case of the month."""
        return returnless_allowed(outcomes, self._facts().value or 0, 0)

    def _windows(self, outcomes):
        limited = self.expect_window == "days"
        expected = self.expect_window_days if limited else None
        return self._days_words(expected), self._days_words(outcomes["window_days"])

    def _evidences(self, outcomes):
        """What is asked for, by kind; a case that wants photos counts them."""
        wanted = {kind: count for kind, count, _most in outcomes["evidence"]}
        if self.expect_evidence == "images":
            expected = {"image": self.expect_images}
        elif self.expect_evidence == "files":
            expected = wanted if wanted else {"any": 1}
        else:
            expected = {}
        return self._evidence_words(expected), self._evidence_words(wanted)

    def _evidence_words(self, wanted):
        kinds = dict(const.EVIDENCE_KINDS)
        said = [
            self.env._("%(count)s photos", count=count)
            if kind == "image"
            else f"{count} {kinds[kind]}"
            for kind, count in wanted.items()
        ]
        return ", ".join(said) or self.env._("none")

    def _fees(self, outcomes):
        """A case that names no kind only asks whether there is a fee."""
        came = {kind: float(amount) for kind, amount, _mode in outcomes["fees"]}
        if self.expect_fee == "none":
            return self.env._("none"), self._fee_words(came)
        if not self.expect_fee_kind:
            expected = self._fee_words(came) if came else self.env._("a fee")
            return expected, self._fee_words(came)
        kind = self.expect_fee_kind
        expected = {kind: self.expect_fee_amount}
        same = {kind: came[kind]} if kind in came else came
        return self._fee_words(expected), self._fee_words(same)

    def _fee_words(self, fees):
        labels = dict(self._fields["expect_fee_kind"]._description_selection(self.env))
        said = [f"{labels[kind]} {amount:g}" for kind, amount in fees.items()]
        return ", ".join(said) or self.env._("none")

    def _deductions(self, outcomes):
        came = dict(outcomes["deductions"]).get(self.condition_id.code, 0)
        percent = self.expect_deduction == "percent"
        expected = self.expect_deduction_percent if percent else 0.0
        return f"{expected:g} %", f"{float(came):g} %"

    def _goods(self, goods):
        expected = self.expect_disposition_id
        if goods.code == expected.code:
            return expected.name, expected.name
        # only a case that is red asks the database
        Disposition = expected.with_context(active_test=False)
        came = Disposition.search([("code", "=", goods.code)], limit=1)
        return expected.name, came.name or self.env._("a person chooses")

    def _label_of(self, name):
        return self._fields[name]._description_string(self.env)

    def _days_words(self, days):
        if days is None:
            return self.env._("no limit")
        return self.env._("%s days", days)
