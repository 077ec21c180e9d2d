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
[('dead', 'web', 'window_days'), ('clash', 'also', 'window_days'), ('gap', '', 'release')]
"""

from dataclasses import dataclass
from functools import cached_property

from .cases import ELSEWHERE, SETS, Search, Space, Unsure, Worth
from .condition import Condition
from .eligibility import evaluate, slot_name
from .facts import LineFacts
from .rulebook import bits, compile_rules, ordered

MUST = ("eligible", "window_days", "release")
# Decided only once goods are inspected; all else is decided before.
GOODS = ("dispositions", "route_by_human")
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


@dataclass(frozen=True, eq=False)
class _Entry:
    """One thing that one rule gives: where, and what."""

    rule: object
    slot: tuple
    value: object
    conditions: tuple
    terms: tuple = ()
    turn: int = 0

    @cached_property
    def equals(self):
        """What two entries share that can be equally strong: all of the specificity
        but the depth of the category, and the priority."""
        product, _depth, tags, exact, narrow = self.rule.specificity()
        return product, tags, exact, narrow, self.rule.priority


class _Slot:
    """The entries of one slot, and which of them share cases."""

    def __init__(self):
        self.entries, self.stronger = [], {}

    def index(self, space):
        """{fact: {kind: mask of the entries that can live with it}}, made once."""
        self.masks = {}
        whole = (1 << len(self.entries)) - 1
        for place, entry in enumerate(self.entries):
            for fact, mask, _holds in entry.terms:
                if fact in SETS:
                    continue
                kinds = self.masks.setdefault(
                    fact, [whole] * len(space.domain[fact])
                )
                for kind in range(len(kinds)):
                    if not mask >> kind & 1:
                        kinds[kind] &= ~(1 << place)
        return self

    def sharing(self, box):
        """The entries that the box does not exclude, as a mask; tags are not seen."""
        found = (1 << len(self.entries)) - 1
        for fact, kinds in self.masks.items():
            here = 0
            for kind in bits(box[fact]):
                here |= kinds[kind]
            found &= here
        return found


class Findings(tuple):
    """The findings; `unsure` tells that some questions were given up."""

    unsure = False


class _Book:
    """Rules taken apart into entries by slot, with the space of their cases."""

    def __init__(self, rules, world, effort, must=()):
        self.rules = ordered(rules)
        entries = [entry for rule in self.rules for entry in _entries(rule)]
        asked = [entry.conditions for entry in entries]
        asked += [rule.conditions for rule in self.rules]
        found_in = {entry.slot for entry in entries} | {_slot_of(name) for name in must}
        asked += [
            (Condition("condition", "in", (condition,)),)
            for key, condition in found_in
            if key == "dispositions" and condition
        ]
        self.space = Space(asked, world)
        self.search = Search(self.space, effort)
        self.by_slot, self.by_rule = {}, {rule.code: [] for rule in self.rules}
        for entry in entries:
            entry = self._placed(entry)
            self.by_slot.setdefault(entry.slot, _Slot()).entries.append(entry)
            self.by_rule[entry.rule.code].append(entry)
        for slot in self.by_slot.values():
            slot.index(self.space)
        self.compiled = compile_rules(self.rules)
        self.unsure = False
        self._ranks = {}

    def _placed(self, entry):
        return _Entry(
            entry.rule,
            entry.slot,
            entry.value,
            entry.conditions,
            self.space.terms(entry.conditions),
            entry.turn,
        )

    def start(self, slot):
        """All cases in which this slot is decided."""
        space, (key, entry) = self.space, slot
        if key not in GOODS:
            return space.everything(unknown=("condition",))
        box = space.everything()
        if key == "dispositions":
            box["condition"] = space.place["condition"][entry]
        return box

    def rank(self, rule, path):
        """Sort key of a rule for a product of this category; the smaller wins."""
        known = self._ranks.get((rule.code, path))
        if known is None:
            known = rule.rank(LineFacts(categories=path or ()))
            self._ranks[rule.code, path] = known
        return known

    def stronger(self, entry, path):
        """Mask of the entries of its slot that win over an entry, see `rank`."""
        slot = self.by_slot[entry.slot]
        if path not in slot.stronger:
            order = sorted(
                range(len(slot.entries)),
                key=lambda place: (
                    self.rank(slot.entries[place].rule, path),
                    slot.entries[place].turn,
                ),
            )
            before, masks = 0, slot.stronger.setdefault(path, {})
            for place in order:
                masks[slot.entries[place]] = before
                before |= 1 << place
        return slot.stronger[path][entry]

    def outside(self, box, others):
        """See `Search.outside`; None also when it is not known."""
        try:
            return self.search.outside(box, others)
        except Unsure:
            self.unsure = True
            raise

    def giving(self, slot):
        """The entries of a slot."""
        return self.by_slot[slot].entries if slot in self.by_slot else []

    def rivals(self, box, entry, path):
        """What wins over the entry in some case of the box, as terms.

        :return: None when something wins in every case
        """
        slot, found = self.by_slot[entry.slot], []
        for place in bits(slot.sharing(box) & self.stronger(entry, path)):
            undecided = self.space.met(box, slot.entries[place].terms)
            if undecided is None:
                continue
            if not undecided:
                return None
            found.append(undecided)
        return found

    def by_path(self, box):
        """The parts of a box with one category each, since strength depends on it."""
        if "categories" not in box:
            yield box, None
            return
        kinds = self.space.domain["categories"]
        # An unnamed category first: few rules are stronger there.
        places = sorted(bits(box["categories"]), key=lambda i: kinds[i] != ELSEWHERE)
        for place in places:
            part = self.space.settled({**box, "categories": 1 << place})
            if part:
                yield part, kinds[place]


def _slot_of(name):
    key, colon, entry = name.partition(":")
    return key, entry if colon else None


def _entries(rule):
    """What a rule gives, each with the conditions under which it gives it."""
    for slot, value in rule.entries:
        if slot[0] != "dispositions" or isinstance(value, str):
            yield _Entry(rule, slot, value, rule.conditions)
            continue
        for turn, (low, high, code) in enumerate(value):
            asked = rule.conditions
            if (low, high) != (None, None):
                asked = (*asked, Worth(low, high))
            yield _Entry(rule, slot, code, asked, turn=turn)


def examine(rules, world=None, must=MUST, effort=8_000_000, most=MOST):
    """What a person should look at in these rules.

    :param rules: `Rule`s with different codes
    :param World world: what is known of the values beside the rules
    :param must: keys, or ``dispositions:A``, of what has to be decided in every case
    :param int effort: how much may be tried in all, see `Search`
    :param int most: findings of one kind
    :rtype: Findings
    """
    book = _Book(rules, world, effort, must)
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


# --- rules that can never win -----------------------------------------------------------
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


# --- rules that contradict each other ---------------------------------------------------
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


# --- cases without a rule ---------------------------------------------------------------
def _gaps(book, must):
    for name in must:
        slot = _slot_of(name)
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
