"""A search for one case among all: within a box, and outside of many rules.

`Search.outside` finds a box of which no case meets any of many rules, or proves that
there is none: it sets each rule aside by one of its conditions, those first that leave
no choice, as a solver of clauses does. The effort is bounded; who runs out of it gets
`Unsure`, and never a wrong answer.

>>> from .cases import Space
>>> from .condition import Condition
>>> space = Space([(Condition('value', 'le', (50,)),)])
>>> box = Search(space).outside(space.everything(), [space.terms(space.asked[0])])
>>> space.facts_of(box).value
Decimal('50.01')
"""

from .cases import ELSEWHERE, OTHER, SETS


class Unsure(Exception):
    """The search was given up before it knew."""


class Search:
    """Finds boxes outside of many rules, with a limit of effort.

    :param int effort: conditions that may be looked at, in all
    :param int each: the same for one question
    """

    DEEPEST = 120

    def __init__(self, space, effort=20_000_000, each=400_000):
        self.space, self.effort, self.each = space, effort, each

    def outside(self, box, others):
        """A box within `box` of which no case meets any of `others`.

        :param others: tuples of terms, see `Space.terms`
        :return: a box, or None when there is none
        :raises Unsure: the effort was not enough
        """
        box = box and self.space.settled(dict(box))
        if box is None:
            return None
        if self.effort <= 0:
            raise Unsure
        self.left = min(self.each, self.effort)
        before = self.left
        try:
            # Whoever has nothing that is named is met by few rules.
            plain = self._plain(box)
            found = plain and self._outside(plain, others, self.DEEPEST)
            return found or self._outside(box, others, self.DEEPEST)
        finally:
            self.effort -= before - self.left

    def _plain(self, box):
        """The cases of the box with unnamed values wherever it allows them."""
        plain = {}
        for fact, here in box.items():
            if fact in SETS:
                needed = 0
                for group in here[1]:
                    needed |= group
                plain[fact] = (here[0] | (self.space.full[fact] & ~needed), here[1])
                continue
            places = self.space.place[fact]
            other = places.get(OTHER, 0) or places.get(ELSEWHERE, 0)
            plain[fact] = here & other or here
        return self.space.settled(plain)

    def _outside(self, box, others, depth):
        if not depth:
            raise Unsure
        space, waiting = self.space, others
        while True:
            self.left -= 1 + sum(map(len, waiting))
            if self.left < 0:
                raise Unsure
            box, waiting, forced = self._forced(box, waiting)
            if box is None:
                return None
            if not forced:
                break
        if not waiting:
            return box if space.facts_of(box) is not None else None
        shortest = min(waiting, key=len)
        rest = [terms for terms in waiting if terms is not shortest]
        for term in shortest:
            part = space.narrow(box, term, False)
            found = part and self._outside(part, rest, depth - 1)
            if found:
                return found
            box = space.narrow(box, term, True)
            if box is None:
                return None
        return None

    def _forced(self, box, waiting):
        """Set aside what leaves no choice: (box or None, what waits, any found)."""
        space, left, forced = self.space, [], False
        for terms in waiting:
            undecided = space.met(box, terms)
            if undecided is None:
                continue
            if not undecided:
                return None, (), False
            if len(undecided) > 1:
                left.append(undecided)
                continue
            box, forced = space.narrow(box, undecided[0], False), True
            if box is None:
                return None, (), False
        return box, left, forced
