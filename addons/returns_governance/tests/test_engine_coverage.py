import random
from itertools import product

from odoo.tests import BaseCase, tagged

from ..engine.cases import SETS, World
from ..engine.condition import Condition
from ..engine.contest import GOODS, Book
from ..engine.coverage import examine
from ..engine.eligibility import evaluate, slot_name
from ..engine.facts import Rule
from ..engine.rulebook import bits
from ..engine.search import Search

PATHS = {
    "shirt": ("shirt", "apparel"),
    "shoe": ("shoe", "apparel"),
    "apparel": ("apparel",),
}
PRODUCTS = {1: PATHS["shirt"], 2: PATHS["shoe"]}
WORLD = World(
    values={"channel": ("web", "store", "b2b")},
    paths=PATHS,
    implied={("product", "categories"): PRODUCTS},
    tags={1: ("x",), 2: ()},
)


class Reference:
    """The same answers by looking at every case there is: slow, and without thought."""

    def __init__(self, rules, must):
        self.book = Book(rules, WORLD, 0, must)
        self.dead, self.clashes, self.gaps = {r.code for r in rules}, set(), set()
        for goods in (False, True):
            for facts in self._cases(goods):
                self._look(facts, goods, must)

    def _cases(self, goods):
        space = self.book.space
        start = space.everything(() if goods else ("condition",))
        for choice in product(*(self._kinds(f, here) for f, here in start.items())):
            box = dict(zip(start, choice, strict=True))
            settled = space.settled(dict(box))
            if settled == box and (facts := space.facts_of(box)):
                yield facts

    def _kinds(self, fact, here):
        space = self.book.space
        if fact not in SETS:
            return [1 << place for place in bits(here)]
        whole = space.full[fact]
        return [
            (whole & ~some, tuple(1 << place for place in bits(some)))
            for some in range(whole + 1)
        ]

    def _counts(self, name, facts, goods):
        """Whether the slot is decided at this stage and for what was found."""
        key, _colon, entry = name.partition(":")
        return (key in GOODS) is goods and entry in ("", facts.condition or entry)

    def _look(self, facts, goods, must):
        verdict = evaluate(facts, self.book.compiled)
        names = {slot_name(slot) for slot in self.book.by_slot} | set(must)
        for name in names:
            if self._counts(name, facts, goods):
                self.dead.discard(verdict.winners.get(name))
                if name in must and name not in verdict.winners:
                    self.gaps.add(name)
        given = {}
        for rule in verdict.matched:
            for slot, value in rule.given(facts):
                given[rule.code, slot_name(slot)] = value
        for code, name, winner, because in verdict.losers:
            if because == "code" and self._counts(name, facts, goods):
                if given[code, name] != given[winner, name]:
                    self.clashes.add(frozenset((code, winner)))


@tagged("post_install", "-at_install")
class TestEngineCoverage(BaseCase):
    """Rules that never win, contradict each other, or leave cases open."""

    MUST = ("window_days", "release", "dispositions:A")

    def _conditions(self, rnd):
        def some(share):
            return rnd.random() < share

        if some(0.35):
            values = rnd.sample(("web", "store", "b2b"), rnd.randint(1, 2))
            yield Condition("channel", "in", values)
        if some(0.25):
            yield Condition("country", "in", (rnd.choice(("DE", "FR")),))
        if some(0.3):
            yield Condition("categories", "under", (rnd.choice(sorted(PATHS)),))
        if some(0.1):
            yield Condition("product", "in", (rnd.choice((1, 2)),))
        if some(0.25):
            yield Condition("tags", "in", rnd.sample("xy", rnd.randint(1, 2)))
        if some(0.25):
            ends = sorted(rnd.sample(range(4), 2))
            yield Condition("days_since_delivery", "between", ends)
        if some(0.2):
            yield Condition("on_sale", "is", (some(0.5),))
        if some(0.2):
            yield Condition("condition", "in", (rnd.choice("AB"),))

    def _rule(self, rnd, number, excusing):
        bands = [(None, 5, "donate"), (5, None, rnd.choice(("restock", "donate")))]
        disposition = rnd.choice(("restock", "scrap", bands, bands[:1]))
        given = {
            "window_days": rnd.choice((10, 20)),
            "release": rnd.choice(("receipt", "manual")),
            "dispositions": {rnd.choice("AB"): disposition},
        }
        if excusing:
            given |= {"eligible": rnd.random() < 0.5, "route_by_human": True}
        keys = rnd.sample(sorted(given), rnd.randint(0, 3))
        return Rule(
            f"r{number}",
            rnd.choice((0, 0, 1)),
            tuple(self._conditions(rnd)),
            {key: given[key] for key in keys},
        )

    def test_the_search_finds_what_looking_at_every_case_finds(self):
        for seed in range(24):
            rnd = random.Random(seed)
            excusing = seed % 3 == 0
            count = rnd.choice((2, 3, 4, 6))
            rules = [self._rule(rnd, number, excusing) for number in range(count)]
            # What excuses a gap is taken broadly, so there a gap may stay untold.
            must = () if excusing else self.MUST
            found = examine(rules, WORLD, must, most=1000)
            reference = Reference(rules, must)
            with self.subTest(seed=seed):
                self.assertFalse(found.unsure)
                dead = {f.rule for f in found if f.kind == "dead"}
                self.assertEqual(dead, reference.dead)
                clashes = {
                    frozenset((f.rule, *f.others)) for f in found if f.kind == "clash"
                }
                self.assertEqual(clashes, reference.clashes)
                gaps = {f.key for f in found if f.kind == "gap"}
                self.assertEqual(gaps, reference.gaps)

    def test_examples_are_true(self):
        """Each example, evaluated, shows what its finding says."""
        seen = set()
        for seed in range(60):
            rnd = random.Random(1000 + seed)
            rules = [self._rule(rnd, number, False) for number in range(12)]
            for finding in examine(rules, WORLD, self.MUST):
                if finding.facts is None:
                    continue
                seen.add(finding.kind)
                verdict = evaluate(finding.facts, rules)
                winner = verdict.winners.get(finding.key)
                with self.subTest(seed=seed, finding=finding):
                    if finding.kind == "gap":
                        self.assertIsNone(winner)
                    elif finding.kind == "clash":
                        self.assertEqual(winner, finding.rule)
                        because = {x[:2]: x[3] for x in verdict.losers}
                        lost = (finding.others[0], finding.key)
                        self.assertEqual(because[lost], "code")
                    else:
                        codes = [rule.code for rule in verdict.matched]
                        self.assertIn(finding.rule, codes)
                        self.assertEqual((winner,), finding.others)
        self.assertEqual(seen, {"dead", "clash", "gap"})

    def test_many_rules_together_can_bury_one(self):
        """No single rule covers it, all of them do."""
        rules = [
            Rule("all", outcomes={"window_days": 30}),
            *(
                Rule(
                    channel,
                    1,
                    (Condition("channel", "in", (channel,)),),
                    {"window_days": 60},
                )
                for channel in ("web", "store", "b2b")
            ),
        ]
        found = examine(rules, WORLD, ())
        self.assertEqual([(f.kind, f.rule) for f in found], [("dead", "all")])
        found = examine(rules[:-1], WORLD, ())
        self.assertFalse(found)

    def test_goods_that_never_come_back_need_no_rule_for_the_window(self):
        rules = [
            Rule("web", 0, (Condition("channel", "in", ("web",)),), {"window_days": 9}),
            Rule(
                "rest",
                0,
                (Condition("channel", "in", ("store", "b2b")),),
                {"eligible": False},
            ),
        ]
        self.assertFalse(examine(rules, WORLD, ("window_days",)))

    def test_a_rule_on_the_condition_found_comes_too_late_for_the_window(self):
        rules = [
            Rule("a", 0, (Condition("condition", "in", ("A",)),), {"window_days": 9})
        ]
        found = examine(rules, WORLD, ("window_days",))
        self.assertEqual(
            [(f.kind, f.rule) for f in found], [("dead", "a"), ("gap", "")]
        )

    def test_what_is_not_settled_is_not_reported(self):
        rnd = random.Random(3)
        rules = [self._rule(rnd, number, False) for number in range(30)]
        found = examine(rules, WORLD, self.MUST, effort=40)
        self.assertTrue(found.unsure)
        whole = set(examine(rules, WORLD, self.MUST, most=1000))
        known = {(f.kind, f.rule, f.key) for f in whole if f.kind != "clash"}
        for finding in found:
            if finding.kind != "clash":
                self.assertIn((finding.kind, finding.rule, finding.key), known)

    def test_a_product_has_its_own_category_and_tags(self):
        """Product 1 is a shirt tagged x, so a rule for it in shoes never fits."""
        rules = [
            Rule(
                "never",
                0,
                (
                    Condition("product", "in", (1,)),
                    Condition("categories", "under", ("shoe",)),
                ),
                {"window_days": 9},
            ),
            Rule(
                "fits",
                0,
                (
                    Condition("product", "in", (1,)),
                    Condition("tags", "in", ("x",)),
                ),
                {"release": "manual"},
            ),
        ]
        found = examine(rules, WORLD, ())
        self.assertEqual([(f.kind, f.rule) for f in found], [("dead", "never")])

    def test_the_search_gives_up_rather_than_hang(self):
        rules = [Rule("a", outcomes={"eligible": True})]
        self.assertIsInstance(Book(rules, WORLD, 1).search, Search)
        self.assertTrue(examine(rules, effort=0).unsure)
