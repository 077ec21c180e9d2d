"""All cases that a set of rules can tell apart: `Space`.

What rules ask for cuts the facts into finitely many kinds: of a code the values that
are named and *any other*; of a number the break points and what lies between them; of
tags each named tag, there or not. A *box* says of each fact which of these kinds are
still possible; it is a mask per fact, of tags what is banned and of which groups one
has to be there.

>>> from .condition import Condition
>>> space = Space([(Condition('value', 'le', (50,)),)])
>>> [str(kind) for kind in space.domain['value']]
['49.99', '50', '50.01', 'None']
"""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from .condition import FACTS
from .facts import LineFacts
from .rulebook import bits

OTHER = "(other)"  # stands for every value that no rule names
ELSEWHERE = (OTHER,)  # the path of a product in a category that no rule names
UNKNOWN = None
CENT = Decimal("0.01")
# Not more than that: a unit than its line, a line than its order.
ASCENDING = ("unit_value", "value", "order_value")
FREE = (0, ())  # tags of which nothing is asked
SETS = tuple(name for name, fact in FACTS.items() if fact.kind == "codes")
_STEP = {"number": CENT, "days": 1, "date": timedelta(days=1)}


@dataclass(frozen=True)
class Worth:
    """A band of worth as a condition: paid for one unit, from `low`, below `high`."""

    low: Decimal | None
    high: Decimal | None
    fact = "unit_value"
    op = "between"

    @property
    def bounds(self):
        """The break points, None for an open end."""
        return self.low, self.high

    def accepts(self, known):
        """True when a unit of this worth lies in the band."""
        return (self.low is None or known >= self.low) and (
            self.high is None or known < self.high
        )


class _Link:
    """What the kinds of one fact say of another.

    :param implied: {bit of a kind: mask of the other's kinds}
    """

    def __init__(self, one, other, implied, whole):
        self.one, self.other, self.implied, self.whole = one, other, implied, whole
        self.free = sum(bit for bit, mask in implied.items() if mask == whole)
        self.by_other = [
            sum(bit for bit, mask in implied.items() if mask >> place & 1)
            for place in range(whole.bit_length())
        ]

    def ones(self, here, others):
        """The kinds of the one that go with any of the other's."""
        if others == self.whole:
            return here
        found = 0
        for place in bits(others):
            found |= self.by_other[place]
        return here & found

    def others(self, here, others):
        """The kinds of the other that go with any of the one's."""
        if here & self.free:
            return others
        found = 0
        for place in bits(here):
            found |= self.implied[1 << place]
        return others & found


@dataclass(frozen=True)
class World:
    """What is known of the values beside what the rules say of them.

    :param values: {fact: all its values}; of a fact that is not here, others exist
    :param paths: {category: path from it to the root}
    :param implied: {(fact, other fact): {value: the other's value}}, such as the class
        that a reason has
    :param tags: {product: its tags}
    """

    values: dict = field(default_factory=dict)
    paths: dict = field(default_factory=dict)
    implied: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)


def _points(kind, conditions):
    """Break points, and a value in each gap between and beside them, ascending."""
    step = _STEP[kind]
    ends = {end for c in conditions for end in c.bounds if end is not None}
    # Below a lower bound and above an upper one the next step is another kind.
    near = ends | {end - step for end in ends} | {end + step for end in ends}
    return sorted(v for v in near if kind == "date" or v >= 0)


class Space:
    """The kinds of cases that these conditions can tell apart.

    :param asked: a tuple of `Condition`s per rule
    :param World world: see there

    ``domain[fact]`` lists the kinds of a fact; a mask has a bit for each of them.
    """

    def __init__(self, asked, world=None):
        self.asked, self.world = list(asked), world or World()
        self.domain = {}
        by_fact = {}
        for condition in (c for conditions in self.asked for c in conditions):
            by_fact.setdefault(condition.fact, []).append(condition)
        for (one, other), _values in self.world.implied.items():
            if one in by_fact:  # what it implies has to be told apart with it
                by_fact.setdefault(other, [])
        for fact, conditions in by_fact.items():
            self.domain[fact] = self._kinds(fact, conditions)
        self.place = {
            fact: {kind: 1 << i for i, kind in enumerate(kinds)}
            for fact, kinds in self.domain.items()
        }
        self.full = {fact: (1 << len(kinds)) - 1 for fact, kinds in self.domain.items()}
        self._terms = {}
        self.links = tuple(self._links())

    def _kinds(self, fact, conditions):
        kind = "number" if fact == "unit_value" else FACTS[fact].kind
        if kind in _STEP:
            return [*_points(kind, conditions), UNKNOWN]
        if kind == "flag":
            return [True, False, UNKNOWN]
        named = sorted({v for c in conditions for v in c.values}, key=str)
        if kind == "codes":
            return named
        if kind == "path":
            paths = self.world.paths
            found = {paths.get(value, (value,)): None for value in named}
            for (one, other), values in self.world.implied.items():
                if other == fact and one in self.domain:
                    found.update(dict.fromkeys(map(tuple, values.values())))
            return [*sorted(found, key=str), ELSEWHERE, UNKNOWN]
        world = self.world.values.get(fact)
        if world is None:
            return [*named, OTHER, UNKNOWN]
        return [*dict.fromkeys([*named, *world]), UNKNOWN]

    def _links(self):
        """A `_Link` for each fact that implies another one which is told apart."""
        for (one, other), values in self.world.implied.items():
            if one not in self.domain or other not in self.domain:
                continue
            places, whole = self.place[other], self.full[other]
            elsewhere = places.get(OTHER, 0)
            yield _Link(
                one,
                other,
                {
                    bit: places.get(values[kind], elsewhere)
                    if kind in values
                    else whole
                    for kind, bit in self.place[one].items()
                },
                whole,
            )

    def everything(self, unknown=()):
        """The box of all cases in which all facts are known, but for some."""
        box = {}
        for fact, kinds in self.domain.items():
            if fact in SETS:
                box[fact] = FREE
            else:
                nothing = 1 << (len(kinds) - 1)
                box[fact] = nothing if fact in unknown else self.full[fact] ^ nothing
        return box

    def terms(self, conditions):
        """The conditions as (fact, mask, holds): holds False for *none of* tags."""
        return tuple(self._term(condition) for condition in conditions)

    def _term(self, condition):
        known = self._terms.get(condition)
        if known is None:
            known = self._terms[condition] = self._make_term(condition)
        return known

    def _make_term(self, condition):
        fact, places = condition.fact, self.place[condition.fact]
        if fact in SETS:
            mask = sum(places[value] for value in set(condition.values))
            return fact, mask, condition.op == "in"
        if condition.op == "in" and FACTS[fact].kind == "code":
            return fact, sum(places[value] for value in set(condition.values)), True
        mask = sum(
            bit
            for kind, bit in places.items()
            if kind is not UNKNOWN and condition.accepts(kind)
        )
        return fact, mask, True

    # --- boxes ------------------------------------------------------------------------
    def met(self, box, terms):
        """The terms that some cases of the box meet and some do not.

        :return: None when no case meets them all, () when every case does
        """
        undecided = []
        for term in terms:
            fact, mask, holds = term
            here = box[fact]
            if fact in SETS:
                hit = self._hits(here, mask)
                if hit is None:
                    undecided.append(term)
                elif hit is not holds:
                    return None
            else:
                common = here & mask
                if not common:
                    return None
                if common != here:
                    undecided.append(term)
        return undecided

    def _hits(self, tags, mask):
        """Whether the tags have one of these: True, False, or None for *it depends*."""
        banned, groups = tags
        if not mask & ~banned:
            return False
        if any(not group & ~banned & ~mask for group in groups):
            return True
        return None

    def narrow(self, box, term, holds):
        """The part of the box in which a term holds, or does not; None when empty."""
        fact, mask, positive = term
        box = dict(box)
        if fact not in SETS:
            box[fact] &= mask if holds else ~mask
            return self.settled(box) if box[fact] else None
        banned, groups = box[fact]
        if holds is positive:
            groups = (*groups, mask)
        else:
            banned |= mask
        box[fact] = (banned, groups)
        if any(not group & ~banned for group in groups):
            return None
        return self.settled(box)

    def within(self, box, terms):
        """The part of the box that meets all terms, or None."""
        for term in terms:
            box = box and self.narrow(box, term, True)
        return box

    def settled(self, box):
        """The box without the kinds that another fact excludes; None when empty."""
        for link in self.links:
            left = link.ones(box[link.one], box[link.other])
            if link.one == "product" and box.get("tags", FREE) != FREE:
                left = self._tags_fit(box, left)
            if not left:
                return None
            box[link.one], box[link.other] = left, link.others(left, box[link.other])
        return box

    def _tags_fit(self, box, products):
        """The products whose own tags the box allows."""
        places, (banned, groups) = self.place["tags"], box["tags"]
        left = products
        for place in bits(products):
            product = self.domain["product"][place]
            if product not in self.world.tags:
                continue
            own = sum(places.get(tag, 0) for tag in set(self.world.tags[product]))
            if own & banned or not all(own & group for group in groups):
                left ^= 1 << place
        return left

    # --- one case ---------------------------------------------------------------------
    def facts_of(self, box):
        """One case of the box as `LineFacts`, or None when its sums cannot be."""
        known, box = {}, self._linked(box)
        for fact, here in box.items():
            if fact in ASCENDING:
                continue
            known[fact] = (
                self._some_tags(box, fact) if fact in SETS else self._some(fact, here)
            )
        least = Decimal(0)
        for fact in ASCENDING:
            if fact not in box:
                continue
            sums = [self.domain[fact][i] for i in bits(box[fact])]
            fitting = [v for v in sums if v is None or v >= least]
            if not fitting:
                return None
            known[fact] = fitting[0]
            least = fitting[0] or least
        return self._line_facts(known)

    def _linked(self, box):
        """The box with one kind of each fact that implies another."""
        box = dict(box)
        for one in dict.fromkeys(link.one for link in self.links):
            box[one] = self.place[one][self._some(one, box[one])]
            box = self.settled(box)
        return box

    def _some(self, fact, here):
        kinds = [self.domain[fact][i] for i in bits(here)]
        return next((kind for kind in kinds if kind in (OTHER, ELSEWHERE)), kinds[0])

    def _some_tags(self, box, fact):
        product = None
        if fact == "tags" and "product" in box:
            product = self._some("product", box["product"])
        if product in self.world.tags:
            return tuple(self.world.tags[product])
        banned, groups = box[fact]
        taken = 0
        for group in groups:
            if not group & taken:
                free = group & ~banned
                taken |= free & -free
        return tuple(self.domain[fact][i] for i in bits(taken))

    def _line_facts(self, known):
        unit = known.pop("unit_value", None)
        if unit is not None:
            known.setdefault("value", unit)
            known["quantity"] = known["value"] / unit if unit else Decimal(1)
        if known.get("categories", 0) is None:
            known["categories"] = ()
        return LineFacts(**known)

    def narrowed(self, box):
        """The facts that are not free in the box: what its cases have in common."""
        free = self.everything()
        return tuple(fact for fact in box if box[fact] != free[fact])
