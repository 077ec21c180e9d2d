"""Many rules as one index: which of a thousand rules hold, in some microseconds.

Each rule is one bit of an integer. For each fact that rules ask for there is a layer
that turns the fact's value into the mask of the rules that can live with it; the rules
that hold are the AND of all masks. A rule that asks for the same fact twice has its
second condition in a second layer. Masks are exact (ranges too, by their break
points), so nothing has to be looked at again.

The same pass keeps the rules that fail in exactly one layer: the *near misses*, which a
trace names with the condition that stood in the way.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest

from .condition import FACTS
from .errors import EngineError


def bits(mask):
    """Positions of the set bits.

    >>> list(bits(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def ordered(rules):
    """The rules in an order that does not depend on how they were loaded.

    :raises EngineError: ``BAD_RULE`` when two rules share a code
    """
    rules = tuple(sorted(rules, key=lambda rule: rule.code))
    for one, other in zip(rules, rules[1:], strict=False):
        if one.code == other.code:
            raise EngineError("BAD_RULE", f"two rules have the code {one.code!r}")
    return rules


def strongest(rules, facts, most=None):
    """The rules by `Rule.rank`; with `most`, only the first ones."""
    if most is None:
        return sorted(rules, key=lambda rule: rule.rank(facts))
    return nsmallest(most, rules, key=lambda rule: rule.rank(facts))


class _ValueLayer:
    """One known value out of many: in, not_in, is."""

    def __init__(self, fact, entries, free):
        self.fact, self.free = fact, free
        self.other = free
        listed = {}
        for bit, condition in entries:
            if condition.op == "not_in":
                self.other |= bit
            for value in condition.values:
                listed.setdefault(value, []).append((bit, condition.op))
        self.by_value = {
            value: self._mask(conditions) for value, conditions in listed.items()
        }

    def _mask(self, conditions):
        mask = self.other
        for bit, op in conditions:
            mask = mask & ~bit if op == "not_in" else mask | bit
        return mask

    def known(self, facts):
        """The value of the fact, None when it is unknown."""
        return getattr(facts, self.fact)

    def mask(self, facts):
        """The rules that these facts do not stand against."""
        known = self.known(facts)
        return self.free if known is None else self.by_value.get(known, self.other)


class _LeafLayer(_ValueLayer):
    """The first value of a path: in, not_in on the product's own category."""

    def known(self, facts):
        """The product's own category, None when it is unknown."""
        path = getattr(facts, self.fact)
        return path[0] if path else None


class _SetLayer:
    """Many values at once: tags (in, not_in), and under for a path."""

    def __init__(self, fact, entries, free):
        self.fact, self.free = fact, free
        self.none_of, self.some_of = 0, {}
        for bit, condition in entries:
            if condition.op == "not_in":
                self.none_of |= bit
            for value in condition.values:
                self.some_of[value] = self.some_of.get(value, 0) | bit

    def mask(self, facts):
        """The rules that these facts do not stand against."""
        hit = 0
        for value in getattr(facts, self.fact):
            hit |= self.some_of.get(value, 0)
        return self.free | (hit ^ self.none_of)


class _RangeLayer:
    """A number, days or a date: ge, le, between, by break points.

    `masks` has one entry per break point (odd) and per open interval between two of
    them (even).
    """

    def __init__(self, fact, entries, free):
        self.fact, self.free = fact, free
        ends = {end for _bit, condition in entries for end in condition.bounds}
        self.points = sorted(ends - {None})
        places = {point: 2 * i + 1 for i, point in enumerate(self.points)}
        toggles = [0] * (2 * len(self.points) + 2)
        for bit, condition in entries:
            low, high = condition.bounds
            toggles[0 if low is None else places[low]] ^= bit
            toggles[len(toggles) - 1 if high is None else places[high] + 1] ^= bit
        self.masks, mask = [], free
        for toggle in toggles[:-1]:
            mask ^= toggle
            self.masks.append(mask)

    def mask(self, facts):
        """The rules that these facts do not stand against."""
        known = getattr(facts, self.fact)
        if known is None:
            return self.free
        points = self.points
        place = bisect_left(points, known)
        exact = place < len(points) and points[place] == known
        return self.masks[2 * place + exact]


def _layer_class(condition):
    kind = FACTS[condition.fact].kind
    if kind == "path":
        return _SetLayer if condition.op == "under" else _LeafLayer
    if kind == "codes":
        return _SetLayer
    return _ValueLayer if kind in ("code", "flag") else _RangeLayer


def _build(rules):
    """The layers: conditions grouped by fact, way of asking, and turn in the rule."""
    groups = {}
    for place, rule in enumerate(rules):
        turns = {}
        for condition in rule.conditions:
            kind = (condition.fact, _layer_class(condition))
            turn = turns[kind] = turns.get(kind, -1) + 1
            groups.setdefault((*kind, turn), []).append((1 << place, condition))
    full = (1 << len(rules)) - 1
    layers = []
    for (fact, layer, _turn), entries in groups.items():
        asked = sum(bit for bit, _condition in entries)
        layers.append(layer(fact, entries, full & ~asked))
    return tuple(layers)


@dataclass(frozen=True)
class RuleBook:
    """An immutable, indexed set of rules; made by `compile_rules`.

    :param tuple rules: the strongest first; a rule's place is its bit
    """

    rules: tuple
    layers: tuple

    @cached_property
    def asked(self):
        """Names of the facts that any rule asks for."""
        return frozenset(layer.fact for layer in self.layers)

    def matching(self, facts):
        """The rules that hold, the strongest first."""
        alive = (1 << len(self.rules)) - 1
        for layer in self.layers:
            alive &= layer.mask(facts)
        return strongest((self.rules[place] for place in bits(alive)), facts)

    def near_misses(self, facts, most=None):
        """The rules that fail in exactly one condition, and how many there are.

        :param int most: only so many, the strongest first
        :rtype: (list of `Rule`, int)
        """
        alive = (1 << len(self.rules)) - 1
        once = 0
        for layer in self.layers:
            mask = layer.mask(facts)
            once = (once & mask) | (alive & ~mask)
            alive &= mask
        found = (self.rules[place] for place in bits(once))
        return strongest(found, facts, most), once.bit_count()

    def evaluate(self, facts):
        """The verdict; see `eligibility.evaluate`."""
        from .eligibility import evaluate

        return evaluate(facts, self)


class PlainRules:
    """The same two questions answered rule by rule: the reference for the index."""

    def __init__(self, rules):
        self.rules = ordered(rules)

    def matching(self, facts):
        """The rules that hold, the strongest first."""
        return strongest((rule for rule in self.rules if rule.matches(facts)), facts)

    def near_misses(self, facts, most=None):
        """The rules that fail in exactly one condition, and how many there are."""
        found = [rule for rule in self.rules if len(rule.unmet(facts)) == 1]
        return strongest(found, facts, most), len(found)


def compile_rules(rules):
    """Index rules for many evaluations; the result is immutable and may be cached.

    :param rules: `Rule`s in any order
    :rtype: RuleBook
    :raises EngineError: ``BAD_RULE`` when two rules share a code
    """
    rules = tuple(strongest(ordered(rules), None))  # nearly in order when they match
    return RuleBook(rules, _build(rules))
