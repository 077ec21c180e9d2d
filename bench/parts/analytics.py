"""The dashboard at 1,000,000 return lines beside live SQL: T8."""

import os
from statistics import median

from odoo.sql_db import close_all

from bench import analytics

LINES = int(os.environ.get("BENCH_LINES", "1000000"))


def run(_databases, report, rounds):
    """Load the shop where it is not there, and ask each panel."""
    analytics.ensure(LINES)
    result = analytics.measure(rounds)
    close_all()  # its shop is a database of its own
    target = result["T8"]
    report.target("T8", target["rounds"])
    panels = sorted(
        (
            (name, median(p[0] for p in pairs), median(p[1] for p in pairs))
            for name, pairs in result["panels"].items()
        ),
        key=lambda row: -row[2],
    )
    report.section(
        f"Panels of {LINES:,} return lines, the five slowest of {len(panels)}",
        [("", "live ms", "ours ms"), *panels[:5]],
    )
    beside = {name: value for name, value in result["beside"].items()}
    rows = beside.pop("rows of figures")
    report.section(
        "The dashboard beside its panels",
        [("", "ms"), *beside.items(), *((f"rows of {k}", v) for k, v in rows.items())],
    )
