from datetime import date, datetime
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.errors import EngineError
from odoo.addons.returns_governance.engine.facts import (
    FACTS,
    OUTCOMES,
    Condition,
    LineFacts,
    Rule,
    calendar_days,
)
from odoo.addons.returns_governance.engine.outcomes import normalise


@tagged("post_install", "-at_install")
class TestEngineFacts(BaseCase):
    def test_days_are_counted_on_the_customers_calendar(self):
        cases = [
            # delivered, now (UTC), zone, days
            ((2026, 3, 1, 12), (2026, 3, 31, 12), "UTC", 30),
            ((2026, 3, 1, 23), (2026, 3, 31, 22, 30), "Europe/Berlin", 30),
            ((2026, 3, 1, 22, 59), (2026, 3, 31, 22), "Europe/Berlin", 31),
            ((2026, 3, 28, 23, 30), (2026, 3, 29, 21, 59), "Europe/Berlin", 0),
            ((2026, 10, 24, 22), (2026, 10, 25, 22, 59), "Europe/Berlin", 0),
            ((2026, 10, 24, 22), (2026, 10, 25, 23), "Europe/Berlin", 1),
            ((2026, 1, 1, 9, 59), (2026, 1, 1, 10), "Pacific/Kiritimati", 1),
            ((2026, 1, 1, 23), (2026, 1, 2, 1), "No/Where", 1),
            ((2026, 1, 1, 23), (2026, 1, 2, 1), False, 1),
            ((2026, 1, 1, 23), (2026, 1, 2, 1), "../etc/passwd", 1),
        ]
        for delivered, now, zone, days in cases:
            with self.subTest(delivered=delivered, now=now, zone=zone):
                found = calendar_days(datetime(*delivered), datetime(*now), zone)
                self.assertEqual(found, days)
        self.assertIsNone(calendar_days(False, datetime(2026, 1, 1), "UTC"))

    def test_an_empty_value_of_the_orm_is_unknown(self):
        facts = LineFacts(channel=False, country="", value=10.1, tags=["new"])
        self.assertIsNone(facts.channel)
        self.assertIsNone(facts.country)
        self.assertEqual(facts.value, Decimal("10.1"))
        self.assertEqual(facts.tags, ("new",))
        with self.assertRaises(EngineError):
            LineFacts(today=datetime(2026, 1, 1))

    def test_each_operator_matches_and_does_not(self):
        known = LineFacts(
            channel="web",
            categories=("polo", "shirt", "apparel"),
            tags=("new", "sale"),
            value=20,
            days_since_delivery=30,
            order_date=date(2026, 12, 24),
            sealed=False,
        )
        cases = [
            ("channel", "in", ["web", "store"], True),
            ("channel", "in", ["store"], False),
            ("channel", "not_in", ["store"], True),
            ("channel", "not_in", ["web"], False),
            ("country", "not_in", ["DE"], False),
            ("categories", "in", ["polo"], True),
            ("categories", "in", ["shirt"], False),
            ("categories", "under", ["apparel"], True),
            ("categories", "under", ["shoes"], False),
            ("categories", "not_in", ["shirt"], True),
            ("tags", "in", ["sale"], True),
            ("tags", "not_in", ["sale"], False),
            ("tags", "not_in", ["old"], True),
            ("value", "ge", [20], True),
            ("value", "ge", ["20.01"], False),
            ("days_since_delivery", "le", [30], True),
            ("days_since_delivery", "le", [29], False),
            ("order_date", "between", ["2026-12-24", "2027-01-06"], True),
            ("order_date", "between", ["2026-12-25", "2027-01-06"], False),
            ("sealed", "is", [False], True),
            ("sealed", "is", ["true"], False),
            ("on_sale", "is", [False], False),
        ]
        for fact, op, values, expected in cases:
            with self.subTest(fact=fact, op=op, values=values):
                condition = Condition(fact, op, values)
                self.assertIs(condition.matches(known), expected)
                self.assertTrue(condition.text())

    def test_a_condition_that_makes_no_sense_is_refused_with_its_fact(self):
        wrong = [
            ("colour", "in", ["red"]),
            ("channel", "under", ["web"]),
            ("channel", "in", []),
            ("channel", "in", [True]),
            ("channel", "in", [["web"]]),
            ("value", "ge", ["much"]),
            ("value", "ge", ["NaN"]),
            ("value", "between", [2]),
            ("value", "between", [3, 2]),
            ("days_since_delivery", "le", [1.5]),
            ("order_date", "ge", ["24.12.2026"]),
            ("sealed", "is", ["maybe"]),
        ]
        for fact, op, values in wrong:
            with self.subTest(fact=fact, op=op, values=values):
                with self.assertRaises(EngineError) as caught:
                    Condition(fact, op, values)
                self.assertEqual(caught.exception.code, "BAD_CONDITION")
                self.assertIn(fact, str(caught.exception))

    def test_an_outcome_of_a_wrong_type_is_refused(self):
        wrong = {
            "colour": "red",
            "window_days": -1,
            "release": "tomorrow",
            "resolutions": ["refund", "hug"],
            "fees": [("label", 120, "percent")],
            "deductions": {"C": 101},
            "eligible": "perhaps",
            "evidence": [("song", 1)],
        }
        for key, value in wrong.items():
            with self.subTest(key=key), self.assertRaises(EngineError) as caught:
                Rule("wrong", outcomes={key: value})
            self.assertEqual(caught.exception.code, "BAD_OUTCOME")

    def test_normalising_an_outcome_twice_changes_nothing(self):
        values = {
            "window_days": "30",
            "fees": [["label", 5, "fixed"]],
            "evidence": [["image", 1], ["pdf", 1, 1000]],
            "dispositions": {"B": "restock", "A": "restock"},
            "approval_levels": [[500, "manager"]],
            "approval_above": 500,
        }
        for key, value in values.items():
            with self.subTest(key=key):
                once = normalise(key, value)
                self.assertEqual(normalise(key, once), once)
                hash(once)

    def test_the_defaults_are_of_their_own_type(self):
        for outcome in OUTCOMES.values():
            with self.subTest(key=outcome.key):
                found = normalise(outcome.key, outcome.default)
                self.assertEqual(found, outcome.default)

    def test_every_fact_of_the_table_is_known_of_a_line(self):
        for name in FACTS:
            self.assertTrue(hasattr(LineFacts(), name), name)

    def test_specificity_follows_the_written_law(self):
        facts = LineFacts(categories=("polo", "shirt", "apparel"))

        def rule(*conditions):
            return Rule("x", conditions=[Condition(*c) for c in conditions])

        ladder = [
            rule(),
            rule(("value", "ge", [1])),
            rule(("channel", "in", ["web"])),
            rule(("channel", "in", ["web"]), ("value", "ge", [1])),
            rule(("channel", "in", ["web"]), ("country", "in", ["DE"])),
            rule(("tags", "in", ["new"])),
            rule(("categories", "under", ["apparel"])),
            rule(("categories", "under", ["shirt"])),
            rule(("categories", "under", ["shirt"]), ("channel", "in", ["web"])),
            rule(("categories", "in", ["polo"])),
            rule(("product", "in", ["P1"])),
        ]
        found = [step.specificity(facts) for step in ladder]
        self.assertEqual(found, sorted(found))
        self.assertEqual(len(set(found)), len(found))
