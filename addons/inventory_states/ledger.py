"""Plain Python beside the ORM: what only the machine may do, and what quants did.

Both classes are compared by identity and cannot travel over RPC, so an object of
theirs in the context proves that the call comes from this addon's own code.
"""

from collections import defaultdict
from contextlib import contextmanager
from typing import NamedTuple

from .const import KEY_LEDGER, KEY_PERMIT


class StockKey(NamedTuple):
    """What tells one heap of goods from another (ids, ``False`` for none)."""

    product: int
    location: int
    lot: int
    package: int
    owner: int


class Entry(NamedTuple):
    """A quantity that went from one heap to another within one move line."""

    line: int
    source: StockKey | None
    dest: StockKey | None
    quantity: float


class Permit:
    """A single-use permit, taken out of the context by the method it was made for.

    :param str purpose: what the permit is good for
    """

    def __init__(self, purpose):
        self.purpose = purpose
        self.used = False

    @classmethod
    def _take(cls, env, purpose):
        """Use up the permit in the context of ``env``.

        :return: whether there was an unused permit for this purpose
        :rtype: bool
        """
        permit = env.context.get(KEY_PERMIT)
        if not isinstance(permit, cls) or permit.used or permit.purpose != purpose:
            return False
        permit.used = True
        return True


class Collector:
    """Gathers the true changes of quantities of quants, per move line.

    It is open while the move lines of one call are booked, and of no use
    afterwards, should its context leak.
    """

    def __init__(self):
        self.deltas = defaultdict(float)
        self.current = False
        self.open = True

    @classmethod
    def _of(cls, env):
        """The open collector in the context of ``env``, or ``None``."""
        collector = env.context.get(KEY_LEDGER)
        if isinstance(collector, cls) and collector.open:
            return collector
        return None

    @contextmanager
    def booking(self, line_id):
        """Attribute what the quants do inside the block to one move line."""
        before, self.current = self.current, line_id
        try:
            yield self
        finally:
            self.current = before

    def add(self, key, delta):
        """Note that the heap ``key`` grew by ``delta`` (in the product's unit)."""
        if delta:
            self.deltas[self.current, key] += delta

    def attribute(self, line_id):
        """Give what was booked without a known line to ``line_id``."""
        for (line, key), delta in list(self.deltas.items()):
            if not line:
                del self.deltas[line, key]
                self.deltas[line_id, key] += delta

    def close(self, digits):
        """End the gathering and pair what left with what came.

        >>> collector = Collector()
        >>> shelf, dock = StockKey(1, 8, 0, 0, 0), StockKey(1, 9, 0, 0, 0)
        >>> with collector.booking(7):
        ...     collector.add(shelf, -5.0)
        ...     collector.add(dock, 5.0)
        >>> [(e.line, e.source.location, e.dest.location, e.quantity)
        ...  for e in collector.close(2)]
        [(7, 8, 9, 5.0)]

        :param int digits: decimals of a quantity
        :rtype: list[Entry]
        """
        self.open = False
        by_line = defaultdict(lambda: ([], []))
        for (line, key), delta in self.deltas.items():
            delta = round(delta, digits)
            if delta:
                by_line[line][delta > 0].append([key, abs(delta)])
        return [
            entry
            for line, (left, came) in by_line.items()
            for entry in self._pair(line, left, came, digits)
        ]

    @staticmethod
    def _pair(line, left, came, digits):
        """Pair the heaps of one line: first those of the same lot and owner."""
        entries = []
        for alike in (True, False):
            for source in left:
                for dest in came:
                    same = source[0].lot == dest[0].lot
                    quantity = round(min(source[1], dest[1]), digits)
                    if quantity <= 0 or (alike and not same):
                        continue
                    entries.append(Entry(line, source[0], dest[0], quantity))
                    source[1] = round(source[1] - quantity, digits)
                    dest[1] = round(dest[1] - quantity, digits)
        entries += [Entry(line, key, None, rest) for key, rest in left if rest > 0]
        entries += [Entry(line, None, key, rest) for key, rest in came if rest > 0]
        return entries
