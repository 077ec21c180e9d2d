"""Which rules compete for what: their entries by slot, and who is stronger where.

An *entry* is one thing that one rule gives (a window, the disposition of one condition
for one band of worth) with the conditions under which it gives it; a *slot* is what can
be won once. `coverage` asks here.
"""

from dataclasses import dataclass
from functools import cached_property

from .cases import ELSEWHERE, SETS, Space, Worth
from .condition import Condition
from .facts import LineFacts
from .rulebook import bits, compile_rules, ordered
from .search import Search, Unsure

# Decided only once goods are inspected; all else is decided before.
GOODS = ("dispositions", "route_by_human")


@dataclass(frozen=True, eq=False)
class Entry:
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


class Slot:
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
                kinds = self.masks.setdefault(fact, [whole] * len(space.domain[fact]))
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


class Book:
    """Rules taken apart into entries by slot, with the space of their cases."""

    def __init__(self, rules, world, effort, must=()):
        self.rules = ordered(rules)
        entries = [entry for rule in self.rules for entry in entries_of(rule)]
        asked = [entry.conditions for entry in entries]
        asked += [rule.conditions for rule in self.rules]
        found_in = {entry.slot for entry in entries} | {slot_of(name) for name in must}
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
            self.by_slot.setdefault(entry.slot, Slot()).entries.append(entry)
            self.by_rule[entry.rule.code].append(entry)
        for slot in self.by_slot.values():
            slot.index(self.space)
        self.compiled = compile_rules(self.rules)
        self.unsure = False
        self._ranks = {}

    def _placed(self, entry):
        return Entry(
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


def slot_of(name):
    key, colon, entry = name.partition(":")
    return key, entry if colon else None


def entries_of(rule):
    """What a rule gives, each with the conditions under which it gives it."""
    for slot, value in rule.entries:
        if slot[0] != "dispositions" or isinstance(value, str):
            yield Entry(rule, slot, value, rule.conditions)
            continue
        for turn, (low, high, code) in enumerate(value):
            asked = rule.conditions
            if (low, high) != (None, None):
                asked = (*asked, Worth(low, high))
            yield Entry(rule, slot, code, asked, turn=turn)
