from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.errors import EngineError
from odoo.addons.returns_governance.engine.outcomes import RELEASE_RULES
from odoo.addons.returns_governance.engine.release import ReleaseFacts, released

NOTHING = ReleaseFacts(requested=3, authorised=3)


@tagged("post_install", "-at_install")
class TestEngineRelease(BaseCase):
    def test_each_rule_releases_what_it_looks_at_and_nothing_else(self):
        passing = {
            "request": ({}, 3),
            "carrier_scan": ({"scanned": True}, 3),
            "receipt": ({"received": 2}, 2),
            "inspection": ({"received": 3, "inspected": 1}, 1),
            "vendor_credit": ({"inspected": 3, "vendor_credited": 2}, 2),
            "manual": ({"inspected": 3, "released_by_hand": True}, 3),
        }
        self.assertEqual(set(passing), set(RELEASE_RULES))
        blocking = {
            "request": {"authorised": 0, "received": 3},
            "carrier_scan": {"received": 0},
            "receipt": {"scanned": True},
            "inspection": {"scanned": True, "received": 3},
            "vendor_credit": {"inspected": 3},
            "manual": {"scanned": True, "received": 3, "inspected": 3},
        }
        for rule, (facts, quantity) in passing.items():
            with self.subTest(rule=rule):
                verdict = released(rule, replace(NOTHING, **facts))
                self.assertEqual(verdict.released_quantity, quantity)
                self.assertTrue(verdict.open)
                self.assertIs(bool(verdict.held_because), quantity < 3)
                held = released(rule, replace(NOTHING, **blocking[rule]))
                self.assertEqual(held.released_quantity, 0)
                self.assertFalse(held.open)

    def test_never_more_than_authorised(self):
        facts = replace(NOTHING, authorised=2, received=Decimal("5"))
        self.assertEqual(released("receipt", facts).released_quantity, 2)

    def test_an_exception_holds_the_money_until_a_person_lets_it_go(self):
        facts = replace(NOTHING, inspected=3, blocked=("serial_mismatch",))
        held = released("inspection", facts)
        self.assertEqual((held.open, held.held_because), (False, ("serial_mismatch",)))
        verdict = released("inspection", replace(facts, released_by_hand=True))
        self.assertEqual(verdict.released_quantity, 3)
        self.assertEqual(verdict.released_by, "hand")

    def test_no_hand_passes_an_approval_or_a_case_that_is_not_authorised(self):
        facts = replace(NOTHING, released_by_hand=True, approval_pending=True)
        self.assertEqual(released("manual", facts).held_because, ("awaiting_approval",))
        for state in ("requested", "to_approve", "rejected", "cancelled", "expired"):
            with self.subTest(state=state):
                facts = replace(NOTHING, released_by_hand=True, case_state=state)
                self.assertFalse(released("request", facts).open)

    def test_a_release_by_hand_passes_the_rule(self):
        verdict = released("inspection", replace(NOTHING, released_by_hand=1))
        self.assertEqual(verdict.released_quantity, 1)
        self.assertEqual(verdict.held_because, ("awaiting_inspection",))

    def test_the_right_to_wait_ends_with_a_scan_a_proof_or_the_goods(self):
        facts = replace(
            NOTHING,
            withdrawal=True,
            withdrawal_at=date(2026, 6, 1),
            approval_pending=True,
        )
        for rule in (
            "carrier_scan",
            "receipt",
            "inspection",
            "vendor_credit",
            "manual",
        ):
            for end in ({"scanned": True}, {"received": 3}, {"shipped_proof": True}):
                with self.subTest(rule=rule, end=end):
                    verdict = released(rule, replace(facts, **end))
                    self.assertEqual(verdict.released_quantity, 3)
            waiting = released(rule, facts)
            self.assertFalse(waiting.open)
            self.assertEqual(waiting.due_date, date(2026, 6, 15))
            self.assertIn("awaiting_receipt", waiting.held_because)

    def test_a_line_with_nothing_authorised_waits_for_nothing(self):
        self.assertEqual(released("receipt", ReleaseFacts()).held_because, ())

    def test_an_unknown_rule_is_refused(self):
        with self.assertRaises(EngineError):
            released("tomorrow", NOTHING)
