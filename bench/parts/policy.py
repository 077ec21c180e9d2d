"""One decision of a policy of 1,000 rules, by the engine and for whole lines: T11."""

import random
import time
from statistics import median
from unittest.mock import patch

from odoo.addons.returns_governance.engine.condition import Condition
from odoo.addons.returns_governance.engine.eligibility import decide_line
from odoo.addons.returns_governance.engine.facts import LineFacts, Rule
from odoo.addons.returns_governance.engine.rulebook import compile_rules

from bench import measure
from bench.rounds import LARGE, Rounds

RULES = 1_000
DECISIONS = 2_000


def run(databases, report, rounds):
    """Measure the engine alone, and with the facts of announced lines read."""
    chance = random.Random(11)
    book, compiled = _timed(lambda: compile_rules(_rules(chance)))
    facts = [_facts(chance) for _number in range(DECISIONS)]
    lines = Rounds(databases).lines[:LARGE]
    alone, whole = [], []
    for number in range(rounds + 1):
        _done, spent = _timed(lambda: [decide_line(fact, book) for fact in facts])
        with measure.transaction(databases["ours"]) as env:
            taken = _decide(env(su=True), lines, book)
        if number:
            alone.append(spent / DECISIONS)
            whole.append(taken / LARGE)
    report.target("T11", alone)
    report.section(
        f"One decision of {RULES:,} rules",
        [
            ("", "ms"),
            ("the engine", median(alone)),
            (f"with the facts of the line, {LARGE} at once", median(whole)),
            ("all rules compiled, once per version and worker", compiled),
        ],
    )


def _timed(work):
    """(result, milliseconds on a processor)."""
    start = time.process_time()
    result = work()
    return result, 1000.0 * (time.process_time() - start)


def _decide(env, lines, book):
    """Milliseconds to read the facts of announced lines and decide them."""
    rows = env["returns.order.line"].search([("sale_line_id", "in", lines)])
    version = rows.order_id.policy_version_id[:1]
    specs = env["returns.step.authorise"]._specs(rows)
    env.invalidate_all()
    clock = measure.Clock(env.cr)
    with patch.object(type(version), "_rulebook", lambda _version: book):
        start = clock()
        version._decide(specs)
        return 1000.0 * (clock() - start)


# --- rules and lines of a large shop --------------------------------------------------
def _codes(kind, count):
    return [f"{kind}{number}" for number in range(count)]


CHANNELS, COUNTRIES = _codes("channel", 6), _codes("country", 27)
CATEGORIES, REASONS = _codes("category", 200), _codes("reason", 20)


def _rules(chance):
    """Rules of one to four conditions, as shops write them, and one for all else."""
    yield Rule("else", outcomes={"eligible": True, "window_days": 30})
    for number in range(1, RULES):
        offered = [
            Condition("categories", "under", chance.sample(CATEGORIES, 2)),
            Condition("channel", "in", chance.sample(CHANNELS, 2)),
            Condition("country", "in", chance.sample(COUNTRIES, 5)),
            Condition("reason", "in", chance.sample(REASONS, 3)),
            Condition("value", "ge", (chance.randrange(500),)),
            Condition("days_since_delivery", "le", (chance.randrange(10, 120),)),
        ]
        yield Rule(
            f"rule{number}",
            priority=chance.randrange(5),
            conditions=tuple(chance.sample(offered, chance.randint(1, 4))),
            outcomes={"window_days": chance.randrange(14, 100)},
        )


def _facts(chance):
    return LineFacts(
        channel=chance.choice(CHANNELS),
        country=chance.choice(COUNTRIES),
        product=f"product{chance.randrange(5000)}",
        categories=tuple(chance.sample(CATEGORIES, 3)),
        value=chance.randrange(1, 600),
        reason=chance.choice(REASONS),
        days_since_delivery=chance.randrange(60),
        resolution="refund",
        quantity=1,
    )
