"""Ours beside the same rows by plain SQL: T5; and what a routing move adds."""

from statistics import median

from bench import floor, measure
from bench.engines import ours
from bench.rounds import LARGE, Rounds


def run(databases, report, rounds):
    """Measure ours, the floor, and ours with routing, in turn."""
    database = databases["ours"]
    lines = Rounds(databases).lines[:LARGE]
    rows = floor.record(ours, database, lines)
    measure.take(ours, database, lines)
    found = []
    for _round in range(rounds):
        mine = measure.take(ours, database, lines).total
        routed = measure.take(Routed, database, lines).total
        found.append((mine, floor.take(rows, database) / LARGE, routed))
    report.target("T5", [mine / plain for mine, plain, _routed in found])
    mine, plain, routed = (median(column) for column in zip(*found, strict=True))
    new, changed = rows.count()
    report.section(
        f"A batch of {LARGE}, milliseconds per return",
        [
            ("", "ms", "rows made", "rows changed"),
            ("ours", mine, new / LARGE, changed / LARGE),
            ("the same rows by plain SQL", plain, new / LARGE, changed / LARGE),
            ("a routing move to the shelf, more", routed - mine, "", ""),
        ],
    )


class Routed:
    """Ours with the automatic routing that the peers have not."""

    @staticmethod
    def receive(env, lines):
        ours.switch(env(su=True), True)
        ours.receive(env, lines)

    refund = staticmethod(ours.refund)
