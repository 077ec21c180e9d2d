"""What is wrong with a set of rules, found by computing, each with an example case.

- *dead*: a rule that can never win anything it gives;
- *clash*: two equally strong rules that give different things, so that only the
  alphabet decides;
- *gap*: a case in which no rule gives what a company must decide.

A finding is proved: that a rule is dead by a search that found no case, the others by
evaluating their example. What the bounded search could not settle is not reported.

>>> from .facts import Condition, Rule
>>> web = (Condition('channel', 'in', ('web',)),)
>>> rules = (
...     Rule('all', outcomes={'window_days': 30}),
...     Rule('web', conditions=web, outcomes={'window_days': 60}),
...     Rule('also', conditions=web, outcomes={'window_days': 90}),
... )
>>> [(f.kind, f.rule, f.key) for f in examine(rules, must=('window_days', 'release'))]
[('dead', 'web', 'window_days'), ('clash', 'also', 'window_days'), \
('gap', '', 'release')]
"""

from dataclasses import dataclass

from .contest import Book, slot_of
from .eligibility import evaluate, slot_name
from .facts import LineFacts
from .rulebook import bits
from .search import Unsure

MUST = ("eligible", "window_days", "release")
MOST = 50  # findings of a kind


@dataclass(frozen=True)
class Finding:
    """Something that a person should look at.

    :param str kind: dead, clash or gap
    :param str rule: code of the rule; '' for a gap
    :param str key: what is given, as `slot_name` writes it; '' for a rule that gives
        nothing
    :param others: codes of the rules that win instead, or of the other rule
    :param LineFacts facts: the example
    :param told: names of the facts that matter in it
    """

    kind: str
    rule: str
    key: str
    others: tuple = ()
    facts: LineFacts | None = None
    told: tuple = ()


class Findings(tuple):
    """The findings; `unsure` tells that some questions were given up."""

    unsure = False


def examine(rules, world=None, must=MUST, effort=8_000_000, most=MOST):
    """What a person should look at in these rules.

    :param rules: `Rule`s with different codes
    :param World world: what is known of the values beside the rules
    :param must: keys, or ``dispositions:A``, of what has to be decided in every case
    :param int effort: how much may be tried in all, see `Search`
    :param int most: findings of one kind
    :rtype: Findings
    """
    book = Book(rules, world, effort, must)
    found = [
        *_first(_dead(book), most),
        *_first(_clashes(book), most),
        *_gaps(book, must),
    ]
    findings = Findings(found)
    findings.unsure = book.unsure
    return findings


def _first(findings, most):
    for number, finding in enumerate(findings):
        if number >= most:
            return
        yield finding


# --- rules that can never win ---------------------------------------------------------
def _dead(book):
    for rule in book.rules:
        mine = book.by_rule[rule.code]
        if not mine:
            yield Finding("dead", rule.code, "")
            continue
        try:
            alive = any(_can_win(book, entry) for entry in mine)
        except Unsure:
            continue
        if not alive:
            yield _dead_finding(book, rule, mine)


def _can_win(book, entry):
    """True when some case lets this entry win."""
    box = book.space.within(book.start(entry.slot), entry.terms)
    if not box:
        return False
    for part, path in book.by_path(box):
        rivals = book.rivals(part, entry, path)
        if rivals is not None and book.outside(part, rivals):
            return True
    return False


def _dead_finding(book, rule, mine):
    """The finding, with a case that the rule fits and what wins there."""
    key = slot_name(mine[0].slot)
    for entry in mine:
        box = book.space.within(book.start(entry.slot), entry.terms)
        facts = box and book.space.facts_of(box)
        if not facts:
            continue
        winner = evaluate(facts, book.compiled).winners.get(slot_name(entry.slot))
        if winner and winner != rule.code:
            return Finding(
                "dead",
                rule.code,
                slot_name(entry.slot),
                (winner,),
                facts,
                _told(book, facts, rule.conditions),
            )
    return Finding("dead", rule.code, key)


def _told(book, facts, conditions):
    """The facts of the example that the rules look at."""
    names = {c.fact for c in conditions if c.fact != "unit_value"}
    return tuple(sorted(names))


# --- rules that contradict each other -------------------------------------------------
def _clashes(book):
    seen = set()
    for slot in book.by_slot:
        start = book.start(slot)
        for one, other in _pairs(book, slot):
            pair = (one.rule.code, other.rule.code)
            if pair in seen or one.value == other.value:
                continue
            if finding := _clash(book, start, slot, one, other):
                seen.add(pair)
                yield finding


def _pairs(book, slot):
    """Pairs of entries that share cases and can be equally strong."""
    known, entries = book.by_slot[slot], book.giving(slot)
    groups = {}
    for place, entry in enumerate(entries):
        groups[entry.equals] = groups.get(entry.equals, 0) | 1 << place
    for place, one in enumerate(entries):
        later = groups[one.equals] >> (place + 1) << (place + 1)
        box = book.space.within(book.start(slot), one.terms)
        for other in bits(later and box and later & known.sharing(box) or 0):
            if entries[other].rule is not one.rule:
                yield one, entries[other]


def _clash(book, start, slot, one, other):
    box = book.space.within(start, (*one.terms, *other.terms))
    if not box:
        return None
    for part, path in book.by_path(box):
        ranks = {entry: book.rank(entry.rule, path) for entry in (one, other)}
        if ranks[one][:-1] != ranks[other][:-1]:
            continue
        rivals = book.rivals(part, min(ranks, key=ranks.get), path)
        try:
            found = rivals is not None and book.outside(part, rivals)
        except Unsure:
            continue
        if found and (finding := _proved_clash(book, found, slot, one, other)):
            return finding
    return None


def _proved_clash(book, box, slot, one, other):
    facts, key = book.space.facts_of(box), slot_name(slot)
    verdict = evaluate(facts, book.compiled)
    codes = {one.rule.code, other.rule.code}
    winner = verdict.winners.get(key)
    for loser, lost, to, because in verdict.losers:
        if lost == key and because == "code" and {loser, to} == codes:
            return Finding(
                "clash",
                winner,
                key,
                (loser,),
                facts,
                _told(book, facts, (*one.conditions, *other.conditions)),
            )
    return None


# --- cases without a rule -------------------------------------------------------------
def _gaps(book, must):
    for name in must:
        slot = slot_of(name)
        box = book.start(slot)
        giving = [entry.terms for entry in book.giving(slot)]
        giving += _excusing(book, slot[0])
        if not all(giving):
            continue
        try:
            found = book.outside(box, giving)
        except Unsure:
            continue
        if found:
            facts = book.space.facts_of(found)
            if name not in evaluate(facts, book.compiled).winners:
                told = book.space.narrowed(found)
                told = tuple(sorted(f for f in told if f != "unit_value"))
                yield Finding("gap", "", name, (), facts, told)


def _excusing(book, key):
    """Where something else makes this needless: what may not come back, a person."""
    found = []
    if key != "eligible":
        refusing = book.giving(("eligible", None))
        found += [entry.terms for entry in refusing if not entry.value]
    if key == "dispositions":
        asking = book.giving(("route_by_human", None))
        found += [entry.terms for entry in asking if entry.value]
    return found
