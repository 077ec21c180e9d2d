import json
import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.eligibility import (
    compile_rules,
    decide_line,
    evaluate,
    returnless_allowed,
)
from odoo.addons.returns_governance.engine.errors import EngineError
from odoo.addons.returns_governance.engine.facts import Condition, LineFacts, Rule

STANDARD = Rule(
    "standard",
    outcomes={
        "window_days": 30,
        "approval_above": 500,
        "dispositions": {"A": "restock", "B": "restock", "C": "refurbish"},
    },
)


def when(code, outcomes, *conditions, priority=0):
    made = tuple(Condition(*condition) for condition in conditions)
    return Rule(code, priority, made, outcomes)


@tagged("post_install", "-at_install")
class TestEngineEligibility(BaseCase):
    def test_the_last_day_is_in_and_the_next_is_refused_with_its_rule(self):
        delivered = date(2026, 1, 1)
        for days, eligible in ((0, True), (30, True), (31, False)):
            with self.subTest(days=days):
                facts = LineFacts(days_since_delivery=days, delivered_date=delivered)
                decision = decide_line(facts, (STANDARD,))
                self.assertIs(decision.eligible, eligible)
                self.assertEqual(decision.rule, "standard")
                self.assertEqual(decision.until, date(2026, 1, 31))
        self.assertEqual(decision.codes, ("RETURN_NOT_ELIGIBLE", "WINDOW_PASSED"))
        self.assertIn("30 days", decision.sentence)

    def test_what_is_not_delivered_yet_is_within_its_window(self):
        decision = decide_line(LineFacts(), (STANDARD,))
        self.assertTrue(decision.eligible)
        self.assertIsNone(decision.until)

    def test_a_refusal_names_the_rule_that_refuses(self):
        rules = (
            STANDARD,
            when("hygiene", {"eligible": False}, ("sealed", "is", [False])),
            when("long", {"window_days": 60}, ("product", "in", ["P"])),
        )
        decision = decide_line(LineFacts(product="P", sealed=False), rules)
        self.assertEqual(decision.codes, ("RETURN_NOT_ELIGIBLE", "EXCLUDED"))
        self.assertEqual(decision.rule, "hygiene")
        late = LineFacts(product="P", days_since_delivery=61)
        self.assertEqual(decide_line(late, rules).rule, "long")

    def test_a_tie_goes_to_priority_and_then_to_the_code(self):
        one = when("a", {"window_days": 1}, ("channel", "in", ["web"]))
        two = when("b", {"window_days": 2}, ("country", "in", ["DE"]), priority=1)
        three = when("c", {"window_days": 3}, ("country", "in", ["DE"]), priority=1)
        facts = LineFacts(channel="web", country="DE")
        verdict = evaluate(facts, (three, one, two, STANDARD))
        self.assertEqual(verdict.outcomes["window_days"], 2)
        self.assertEqual(
            verdict.losers,
            (
                ("c", "window_days", "b", "code"),
                ("a", "window_days", "b", "priority"),
                ("standard", "window_days", "b", "specificity"),
            ),
        )

    def test_mappings_are_won_entry_by_entry(self):
        special = when("cheap", {"dispositions": {"A": "donate"}}, ("cost", "le", [1]))
        verdict = evaluate(LineFacts(cost=1), (STANDARD, special))
        self.assertEqual(verdict.outcomes["dispositions"]["A"], "donate")
        self.assertEqual(verdict.outcomes["dispositions"]["C"], "refurbish")
        self.assertEqual(verdict.winners["dispositions:A"], "cheap")
        self.assertEqual(verdict.winners["dispositions:C"], "standard")

    def test_the_trace_says_all_and_fits_into_json(self):
        near = when("near", {"window_days": 9}, ("channel", "in", ["store"]))
        decision = decide_line(
            LineFacts(channel="web", value=10, today=date(2026, 1, 1)),
            compile_rules((STANDARD, near)),
        )
        trace = json.loads(json.dumps(decision.trace))
        steps = {entry["step"]: entry for entry in trace}
        self.assertEqual(steps["facts"]["facts"]["value"], "10")
        self.assertEqual(steps["rule"]["rule"], "standard")
        self.assertEqual(steps["missed"]["unmet"], "channel is store")
        self.assertEqual(steps["decision"]["eligible"], True)

    def test_approval_only_above_the_limit(self):
        for amount, asked in ((500, False), ("500.01", True)):
            with self.subTest(amount=amount):
                facts = LineFacts(value=1, return_value=amount)
                decision = decide_line(facts, (STANDARD,))
                self.assertIs(decision.needs_approval, asked)

    def test_what_the_caller_can_mend_is_told_apart(self):
        rules = (
            STANDARD,
            when(
                "damaged",
                {"evidence": [("image", 1, 1000)]},
                ("reason", "in", ["damaged_in_transit"]),
            ),
        )
        image, pdf = ("a.png", "image/png", 10), ("a.pdf", "application/pdf", 10)
        cases = [
            ({"resolution": "repair"}, ("RESOLUTION_NOT_ALLOWED",)),
            ({"resolution": "refund"}, ()),
            ({"evidence": ()}, ("EVIDENCE_REQUIRED",)),
            ({"evidence": (pdf,)}, ("EVIDENCE_REQUIRED",)),
            ({"evidence": (image,)}, ()),
            ({"evidence": (("a.png", "image/png", 1001),)}, ("EVIDENCE_INVALID",)),
            ({"evidence": (("a.png", "image/png", 0),)}, ("EVIDENCE_INVALID",)),
            ({"evidence": 0}, ("EVIDENCE_REQUIRED",)),
            ({"evidence": 1}, ()),
            ({"evidence": None}, ()),
        ]
        for given, codes in cases:
            with self.subTest(given=given):
                facts = LineFacts(reason="damaged_in_transit", **given)
                decision = decide_line(facts, rules)
                self.assertEqual(decision.codes, codes)
                self.assertEqual(decision.mendable, codes)
                self.assertIs(decision.eligible, not codes)

    def test_returnless_stays_within_its_caps(self):
        rules = (
            when(
                "cheap",
                {"returnless": 1, "returnless_limit": 10, "returnless_per_month": 2},
            ),
        )
        outcomes = evaluate(LineFacts(), rules).outcomes
        self.assertTrue(returnless_allowed(outcomes, 10, 1))
        self.assertFalse(returnless_allowed(outcomes, 11, 0))
        self.assertFalse(returnless_allowed(outcomes, 1, 2))
        none = evaluate(LineFacts(), ()).outcomes
        self.assertFalse(returnless_allowed(none, 1, 0))


@tagged("post_install", "-at_install")
class TestEngineRuleBook(BaseCase):
    """The index answers as the plain rules do, however they were loaded."""

    CODES = {
        "channel": ("web", "store", "b2b"),
        "country": ("DE", "FR", "US"),
        "product": ("P1", "P2", "P3"),
        "reason": ("defective", "size_fit"),
        "tags": ("new", "sale", "old"),
        "categories": ("polo", "shirt", "apparel", "shoes"),
    }
    DAY = date(2026, 1, 1)

    def _condition(self, rnd):
        kind = rnd.randrange(5)
        if kind == 0:
            return Condition("sealed", "is", [rnd.random() < 0.5])
        if kind in (1, 2):
            fact = rnd.choice(("value", "days_since_delivery", "order_date"))
            ends = sorted((rnd.randrange(6), rnd.randrange(6)))
            if fact == "order_date":
                ends = [self.DAY + timedelta(days=end) for end in ends]
            op = rnd.choice(("ge", "le", "between"))
            return Condition(fact, op, ends if op == "between" else ends[:1])
        fact = rnd.choice(tuple(self.CODES))
        ops = ("in", "not_in", "under") if fact == "categories" else ("in", "not_in")
        values = rnd.sample(self.CODES[fact], rnd.randint(1, 2))
        return Condition(fact, rnd.choice(ops), values)

    def _rule(self, rnd, number):
        keys = {
            "window_days": rnd.randrange(60),
            "release": rnd.choice(("request", "receipt")),
            "dispositions": {rnd.choice("ABC"): rnd.choice(("restock", "donate"))},
            "eligible": rnd.random() < 0.8,
        }
        chosen = rnd.sample(sorted(keys), rnd.randint(1, 3))
        return Rule(
            f"r{number:04}",
            rnd.randrange(2),
            tuple(self._condition(rnd) for _i in range(rnd.randrange(4))),
            {key: keys[key] for key in chosen},
        )

    def _facts(self, rnd):
        def maybe(value):
            return None if rnd.random() < 0.15 else value

        pick = {fact: maybe(rnd.choice(values)) for fact, values in self.CODES.items()}
        start = rnd.randrange(5)
        pick["categories"] = self.CODES["categories"][start : start + 3]
        pick["tags"] = tuple(rnd.sample(self.CODES["tags"], rnd.randrange(3)))
        return LineFacts(
            **pick,
            value=maybe(rnd.randrange(7)),
            days_since_delivery=maybe(rnd.randrange(7)),
            order_date=maybe(self.DAY + timedelta(days=rnd.randrange(7))),
            sealed=maybe(rnd.random() < 0.5),
        )

    def test_index_and_plain_rules_agree_in_any_order(self):
        for seed in range(60):
            rnd = random.Random(seed)
            rules = [self._rule(rnd, number) for number in range(rnd.randrange(40))]
            book = compile_rules(rules)
            for _case in range(20):
                facts = self._facts(rnd)
                rnd.shuffle(rules)
                plain = decide_line(facts, rules)
                with self.subTest(seed=seed, facts=facts):
                    self.assertEqual(decide_line(facts, book), plain)
                    self.assertEqual(decide_line(facts, book).trace, plain.trace)

    def test_a_thousand_rules_on_ten_thousand_cases_give_one_result(self):
        """In any order of loading; and the index says what the plain rules say."""
        rnd = random.Random(5)
        rules = [self._rule(rnd, number) for number in range(1000)]
        book, others = compile_rules(rules), []
        for _order in range(3):
            rnd.shuffle(rules)
            others.append(compile_rules(rules))
        for case in range(10_000):
            facts = self._facts(rnd)
            verdict = book.evaluate(facts)
            self.assertEqual(others[case % 3].evaluate(facts), verdict)
            if not case % 100:
                self.assertEqual(evaluate(facts, rules), verdict)

    def test_two_rules_of_one_code_are_refused(self):
        for ask in (compile_rules, lambda rules: evaluate(LineFacts(), rules)):
            with self.assertRaises(EngineError):
                ask((Rule("a"), Rule("a", 1)))

    def test_a_book_without_rules_gives_the_defaults(self):
        verdict = compile_rules(()).evaluate(LineFacts())
        self.assertTrue(verdict.outcomes["eligible"])
        self.assertEqual((verdict.rule, dict(verdict.winners)), ("", {}))
