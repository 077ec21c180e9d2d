from datetime import date

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.eligibility import decide_line
from odoo.addons.returns_governance.engine.facts import LineFacts, Rule

HARSH = Rule(
    "harsh",
    outcomes={
        "eligible": False,
        "window_days": 3,
        "resolutions": ["exchange"],
        "approval_above": 0,
        "evidence": [("image", 1)],
        "fees": [("restocking", 10, "percent"), ("label", 5, "fixed")],
        "deductions": {"C": 30},
        "refund_shipping": "never",
    },
)


def decide(**facts):
    facts = {"withdrawal": True, "value": 100, "evidence": (), **facts}
    return decide_line(LineFacts(resolution="refund", **facts), (HARSH,))


@tagged("post_install", "-at_install")
class TestEngineLaw(BaseCase):
    def test_no_rule_takes_a_withdrawal_away(self):
        for days in (None, 0, 14):
            with self.subTest(days=days):
                decision = decide(days_since_delivery=days)
                self.assertTrue(decision.eligible)
                self.assertFalse(decision.needs_approval)
                self.assertEqual(decision.outcomes["fees"], ())
                self.assertEqual(dict(decision.outcomes["deductions"]), {})
                self.assertEqual(decision.outcomes["refund_shipping"], "withdrawal")
                self.assertEqual(decision.verdict.codes, ("eu_withdrawal",))

    def test_the_last_day_to_withdraw_is_the_fourteenth(self):
        decision = decide(days_since_delivery=14, delivered_date=date(2026, 6, 1))
        self.assertEqual(decision.until, date(2026, 6, 15))
        self.assertFalse(decide(days_since_delivery=15).eligible)

    def test_who_was_not_told_may_withdraw_a_year_longer(self):
        informed = {"withdrawal_informed": False}
        self.assertTrue(decide(days_since_delivery=379, **informed).eligible)
        self.assertFalse(decide(days_since_delivery=381, **informed).eligible)

    def test_an_exception_of_article_16_leaves_it_to_the_policy(self):
        cases = [
            ("c", None, False),
            ("e", False, False),
            ("e", True, True),
            ("e", None, True),
        ]
        for letter, sealed, eligible in cases:
            with self.subTest(letter=letter, sealed=sealed):
                decision = decide(article16=letter, sealed=sealed)
                self.assertIs(decision.eligible, eligible)
        refused = decide(article16="c")
        sources = [e["source"] for e in refused.trace if e["step"] == "law"]
        self.assertEqual(sources, ["Directive 2011/83/EU Art 16(c)"])

    def test_a_deduction_needs_a_finding_and_the_information(self):
        for handled, informed, kept in (
            (True, True, True),
            (True, None, False),
            (None, True, False),
            (True, False, False),
        ):
            with self.subTest(handled=handled, informed=informed):
                decision = decide(excess_handling=handled, withdrawal_informed=informed)
                self.assertIs(bool(decision.outcomes["deductions"]), kept)

    def test_only_the_cost_of_sending_back_may_be_charged(self):
        fees = decide(costs_informed=True).outcomes["fees"]
        self.assertEqual([kind for kind, _amount, _mode in fees], ["label"])

    def test_a_law_that_does_not_hold_changes_nothing(self):
        self.assertFalse(decide(laws=()).eligible)
        self.assertFalse(decide(withdrawal=False).eligible)

    def test_a_better_policy_stays(self):
        rule = Rule("kind", outcomes={"window_days": 100, "refund_shipping": "always"})
        decision = decide_line(
            LineFacts(withdrawal=True, days_since_delivery=1), (rule,)
        )
        self.assertEqual(decision.outcomes["window_days"], 100)
        self.assertEqual(decision.outcomes["refund_shipping"], "always")
        self.assertEqual(decision.verdict.law, ())

    def test_a_defect_is_heard_whatever_is_excluded(self):
        facts = {"sealed": False, "days_since_delivery": 200, "resolution": "exchange"}
        defect = LineFacts(lack_of_conformity=True, **facts)
        decision = decide_line(defect, (HARSH,))
        self.assertTrue(decision.eligible)
        self.assertEqual(decision.verdict.codes, ("eu_conformity",))
        other = decide_line(LineFacts(**facts), (HARSH,))
        self.assertEqual((other.eligible, other.rule), (False, "harsh"))

    def test_the_trace_names_the_law_and_what_the_policy_said(self):
        entries = [e for e in decide().trace if e["step"] == "law"]
        changed = {entry["key"]: entry for entry in entries}
        self.assertEqual(changed["eligible"]["rule"], "harsh")
        self.assertEqual(changed["eligible"]["policy"], False)
        self.assertIn("2011/83/EU", changed["eligible"]["source"])
        said = {e["key"]: e["value"] for e in decide().trace if e["step"] == "outcome"}
        self.assertIs(said["eligible"], False)
        self.assertEqual(said["deductions:C"], "30")
