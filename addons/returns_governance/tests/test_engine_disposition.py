from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.disposition import (
    DispositionSpec,
    check_matrix,
    dispose,
)
from odoo.addons.returns_governance.engine.eligibility import compile_rules, evaluate
from odoo.addons.returns_governance.engine.facts import Condition, LineFacts, Rule

RULES = compile_rules(
    (
        Rule(
            "standard",
            outcomes={"dispositions": {"A": "restock", "D": "quarantine"}},
        ),
        Rule(
            "old",
            conditions=(Condition("stock_age_days", "ge", (365,)),),
            outcomes={"dispositions": {"A": "liquidate"}},
        ),
        Rule(
            "toys",
            conditions=(Condition("categories", "under", ("toys",)),),
            outcomes={"route_by_human": True},
        ),
    )
)
SOUND = (
    DispositionSpec("restock", "restock", "sellable", available=True),
    DispositionSpec("refurbish", "refurbish", "refurbish"),
    DispositionSpec("liquidate", "liquidate", "damaged", value="write_down"),
    DispositionSpec("return_to_vendor", "return_to_vendor", "quarantine"),
    DispositionSpec("quarantine", "quarantine", "quarantine"),
    DispositionSpec("donate", "donate", "write_off", value="write_off"),
    DispositionSpec("recycle", "recycle", "write_off", value="write_off"),
    DispositionSpec("destroy", "destroy", "write_off", value="write_off"),
    DispositionSpec("keep_with_customer", "keep_with_customer", None, moves=False),
)


@tagged("post_install", "-at_install")
class TestEngineDisposition(BaseCase):
    def test_the_same_facts_go_the_same_way_with_a_reason(self):
        cases = [
            (LineFacts(condition="A"), "restock", "standard"),
            (LineFacts(condition="A", stock_age_days=400), "liquidate", "old"),
            (LineFacts(condition="D", stock_age_days=400), "quarantine", "standard"),
        ]
        for facts, code, rule in cases:
            with self.subTest(facts=facts):
                verdict = dispose(facts, evaluate(facts, RULES), 2)
                self.assertEqual((verdict.code, verdict.rule), (code, rule))
                self.assertIn(rule, verdict.reason)
                self.assertEqual(verdict.trace[-1]["quantity"], 2)
                self.assertFalse(verdict.needs_human)

    def test_an_unknown_condition_or_the_policy_asks_a_person(self):
        for facts in (LineFacts(condition="Z"), LineFacts()):
            verdict = dispose(facts, rules=RULES)
            self.assertTrue(verdict.needs_human)
            self.assertIsNone(verdict.code)
        asked = dispose(LineFacts(condition="A", categories=("toys",)), rules=RULES)
        self.assertEqual((asked.code, asked.needs_human), ("restock", True))

    def test_the_installed_matrix_is_sound(self):
        self.assertEqual(check_matrix(SOUND), ())

    def test_contradictions_are_named(self):
        cases = [
            (DispositionSpec("x", "restock", "quarantine"), "restock_not_available"),
            (DispositionSpec("x", "keep_with_customer"), "kept_but_moved"),
            (
                DispositionSpec("x", "destroy", "sellable", True, value="write_off"),
                "gone_but_available",
            ),
            (
                DispositionSpec("x", "quarantine", "sellable", True),
                "held_but_available",
            ),
            (DispositionSpec("x", "liquidate"), "moved_nowhere"),
            (DispositionSpec("x", "", "damaged", moves=False), "state_without_move"),
            (DispositionSpec("x", "destroy", "write_off"), "gone_with_value"),
            (
                DispositionSpec("x", "", "s", True, value="write_off"),
                "available_without_value",
            ),
            (DispositionSpec("x", "", "s", refund_percent=120), "refund_out_of_range"),
            (DispositionSpec("x", "", "s", value="burn"), "value_unknown"),
        ]
        for spec, code in cases:
            with self.subTest(code=code):
                self.assertIn(code, [found.code for found in check_matrix((spec,))])
        twice = check_matrix((SOUND[0], SOUND[0]))
        self.assertEqual([found.code for found in twice], ["twice"])
