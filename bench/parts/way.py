"""From receipt to posted and reconciled credit note: T1 to T4, T7 and T10."""

from bench.engines import ENGINES
from bench.rounds import LARGE, SIZES, Rounds


def run(databases, report, rounds):
    """Measure all engines side by side."""
    way = Rounds(databases)
    way.run(rounds)
    way.large(rounds)
    report.section("One return, from receipt to reconciled credit note", _rows(way))
    report.target("T1", way.ratios(("oca", 1), ("ours", 50)))
    both = [way.ratios(("oca", size), ("ours", size)) for size in (30, 50)]
    report.target("T2", [min(pair) for pair in zip(*both, strict=True)])
    report.target("T3", way.ratios(("oca", 50), ("ours", 50), "receipt"))
    report.target("T4", way.ratios(("oca", 1), ("ours", 1)))
    report.target("T7", [f.queries_each for f in way.figures["ours", LARGE]])
    report.target("T10", [way.wrong])


def _rows(way):
    yield_ = [("engine", "batch", "ms", "of it receipt", "queries", "OCA one by one /")]
    for size in (*SIZES, LARGE):
        for name in ENGINES:
            if (name, size) in way.figures:
                key = (name, size)
                mine = way.median(key)
                yield_.append(
                    (
                        name,
                        size,
                        mine,
                        way.median(key, "receipt"),
                        round(way.median(key, "queries_each"), 1),
                        way.median(("oca", 1)) / mine,
                    )
                )
    return yield_
