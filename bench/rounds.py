"""The rounds: every engine and every size in turn, in one process."""

from statistics import median

from ground.console import Fail, say

from . import endstate, measure
from .engines import ENGINES

#: Sizes of batches; 1 stands for some returns with a transaction each.
SIZES = (1, 30, 50)
#: What only we and the floor are measured at.
LARGE = 200
SINGLES = 12


class Rounds:
    """Figures of all rounds: ``figures[engine, size]`` has one per round."""

    def __init__(self, databases):
        self.databases = databases
        self.figures = {}
        self.wrong = 0
        with measure.transaction(databases["native"]) as env:
            orders = env["sale.order"].search([], order="id")
            self.lines = [order.order_line[0].id for order in orders]

    def run(self, rounds, sizes=SIZES):
        """Measure ``rounds`` times, after a round that warms the caches up."""
        for size in sizes:
            self._round(size, 0, keep=False)
        for number in range(rounds):
            for size in sizes:
                self._round(size, number)
            say(f"  round {number + 1} of {rounds}: {self._line(number, sizes)}")

    def large(self, rounds):
        """The large batch, which no peer can be asked to do in one transaction."""
        for number in range(rounds + 1):
            figure = self._take("ours", LARGE)
            self.wrong += endstate.wrong(figure)
            if number:
                self._keep("ours", LARGE, figure)

    def _round(self, size, number, keep=True):
        """One size for every engine, another one first in each round."""
        names = list(ENGINES)
        names = names[number % len(names) :] + names[: number % len(names)]
        figures = {name: self._take(name, size) for name in names}
        if found := endstate.differences(figures):
            raise Fail(f"the end states differ, so no figure counts: {found}")
        self.wrong += endstate.wrong(figures["ours"])
        for name, figure in figures.items():
            if keep:
                self._keep(name, size, figure)

    def _take(self, name, size):
        engine, database = ENGINES[name], self.databases[name]
        if size == 1:
            return measure.one_by_one(
                engine, database, self.lines[:SINGLES], endstate.reader
            )
        lines = self.lines[:size]
        return measure.take(engine, database, lines, endstate.reader(engine, lines))

    def _keep(self, name, size, figure):
        self.figures.setdefault((name, size), []).append(figure)

    def _line(self, number, sizes):
        return ", ".join(
            f"{name}/{size} {self.figures[name, size][number].total:.0f} ms"
            for size in sizes
            for name in ENGINES
        )

    # --- figures ----------------------------------------------------------------------
    def ratios(self, one, other, what="total"):
        """Per round, one (engine, size) over another."""
        return [
            getattr(mine, what) / getattr(theirs, what)
            for mine, theirs in zip(self.figures[one], self.figures[other], strict=True)
        ]

    def median(self, key, what="total"):
        """The middle figure of an (engine, size)."""
        return median(getattr(figure, what) for figure in self.figures[key])
