"""The tables that a person reads at the end."""

import statistics
from collections import Counter, defaultdict

from . import invent


def table(title, head, rows):
    """A table as text; numbers to the right."""
    texts = [[show(cell) for cell in row] for row in rows]
    widths = [
        max(len(row[column]) for row in [list(head), *texts])
        for column in range(len(head))
    ]
    numeric = [
        all(isinstance(row[column], int | float) for row in rows)
        for column in range(len(head))
    ]

    def line(cells):
        padded = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ]
        return ("  " + "  ".join(padded)).rstrip()

    rule = "  " + "  ".join("-" * width for width in widths)
    return "\n".join(["", title, line(head), rule, *map(line, texts)])


def show(cell):
    """A cell as text: money with two decimals, whole numbers without."""
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def total(snapshot, *path):
    """The sum of one number over the lines of a snapshot."""
    values = []
    for line in snapshot["lines"]:
        for key in path:
            line = line[key]
        values.append(line)
    return sum(values)


def came_in(snapshots):
    """Returns and units by channel."""
    by_channel = defaultdict(list)
    for snapshot in snapshots:
        by_channel[snapshot["channel"]].append(snapshot)
    rows = []
    for channel in invent.CHANNELS:
        mine = by_channel[channel]
        cases = Counter(snapshot["case_state"] for snapshot in mine)
        open_cases = len(mine) - cases["closed"] - cases["rejected"]
        units = [
            round(sum(total(snapshot, "quantity", step) for snapshot in mine))
            for step in ("requested", "authorised", "received", "inspected", "disposed")
        ]
        rows.append(
            (channel, invent.RELEASE[channel], len(mine), cases["closed"], open_cases,
             cases["rejected"], *units)
        )  # fmt: skip
    rows.append(
        ("all", "", *(sum(row[column] for row in rows) for column in range(2, 11)))
    )
    return table(
        "What came in (returns, then units)",
        ("channel", "money goes on", "returns", "closed", "open", "rejected",
         "requested", "authorised", "received", "inspected", "disposed"),
        rows,
    )  # fmt: skip


def where_units_are(places):
    """Units in the house by warehouse and state, as `checks` found them in stock."""
    rows = [(place["warehouse"], place["state"], place["units"]) for place in places]
    return table("Where the units are", ("warehouse", "state", "units"), rows)


def what_was_paid(snapshots):
    """Money by the state it is in."""
    by_state = defaultdict(list)
    for snapshot in snapshots:
        by_state[snapshot["money_state"]].append(snapshot["money"])
    rows = []
    for state, mine in sorted(by_state.items()):
        sums = [float(sum(m[key] for m in mine)) for key in ("paid", "due", "settled")]
        rows.append((state, len(mine), *sums))
    rows.append(("all", *(sum(row[column] for row in rows) for column in range(1, 5))))
    return table(
        "What was paid (pounds, with tax)",
        ("money", "returns", "paid for them", "due back", "settled"),
        rows,
    )


def exceptions(snapshots):
    """What waits for somebody."""
    codes = Counter(
        entry["code"] for snapshot in snapshots for entry in snapshot["exceptions"]
    )
    return table("Open exceptions", ("exception", "returns"), sorted(codes.items()))


def refused(told):
    """Bad input and what became of it."""
    counts = Counter()
    for story in told:
        for what, code, right in story.refusals:
            counts[what, code, "refused" if right else "WRONG"] += 1
    rows = [(*key, count) for key, count in sorted(counts.items())]
    return table("Bad input", ("what was wrong", "code", "", "times"), rows)


def calls(times):
    """How long the API took, by method and transport."""
    by_call = defaultdict(list)
    for transport, method, seconds in times:
        if method.startswith("api_"):
            by_call[method, transport].append(seconds * 1000)
    rows = [
        (
            method,
            transport,
            len(taken),
            round(statistics.median(taken)),
            round(sorted(taken)[int(len(taken) * 0.95)]),
        )
        for (method, transport), taken in sorted(by_call.items())
    ]
    return table(
        "Calls (milliseconds)", ("method", "transport", "calls", "median", "95 %"), rows
    )


def checks(results):
    """Each check with its result."""
    lines = ["", "Checks"]
    for result in results:
        mark = "passed" if result["ok"] else "FAILED"
        lines.append(f"  {mark}  {result['name']}: {result['detail']}")
    return "\n".join(lines)


def log_ins(url, people):
    """Who can log in, and how."""
    rows = [
        (name, ", ".join(roles), login, login)
        for login, (name, roles) in people.items()
    ]
    return table(f"Log in at {url}", ("who", "role", "log-in", "password"), rows)
