"""What is printed, and ``bench/latest.json``."""

import json
from pathlib import Path
from statistics import median

from ground.console import say

LATEST = Path(__file__).parent / "latest.json"

#: id: what it is, what it must be and what is aimed for; ``<`` where less is better.
TARGETS = {
    "T1": ("OCA one by one / ours in batches of 50", ">", 5.0, 10.0),
    "T2": ("OCA / ours, same batch", ">", 3.0, 5.0),
    "T3": ("OCA confirm and validate / our receipt, batch of 50", ">", 6.0, 12.0),
    "T4": ("OCA / ours, one by one", ">", 1.5, 2.5),
    "T5": ("ours / plain SQL, batch of 200", "<", 60.0, 30.0),
    "T6": ("our cost with 10,000 old moves / with 300", "<", 1.2, 1.05),
    "T7": ("queries per return, batch of 200", "<", 40.0, 20.0),
    "T8": ("live SQL / ours, slowest panel of 1,000,000 lines", ">", 5.0, 30.0),
    "T9": ("ours / OCA's create, announced over HTTP", ">", 1.5, 3.0),
    "T10": ("credit notes reconciled with a wrong invoice", "<", 0, 0),
    "T11": ("ms per decision of a policy of 1,000 rules", "<", 1.0, 0.1),
}


class Report:
    """Gathers figures by target and by free text."""

    def __init__(self):
        self.targets = {}
        self.sections = []

    def target(self, name, rounds):
        """A target's figure in each round; the middle one counts."""
        _what, _sign, must, aim = TARGETS[name]
        self.targets[name] = {
            "value": round(median(rounds), 2),
            "must": must,
            "aim": aim,
            "rounds": [round(value, 2) for value in rounds],
        }

    def section(self, title, rows):
        """A table: the first row has the headings."""
        self.sections.append((title, rows))

    def show(self):
        """Print everything, the targets last."""
        for title, rows in self.sections:
            say(f"\n{title}")
            _table(rows)
        say("\nTargets (medians of the rounds)")
        _table([("", "", "value", "must", "aim", ""), *self._target_rows()])

    def write(self):
        """Write the figures for other programs; those not measured now stay."""
        known = json.loads(LATEST.read_text()) if LATEST.exists() else {}
        known.update(self.targets)
        ordered = {name: known[name] for name in TARGETS if name in known}
        LATEST.write_text(json.dumps(ordered, indent=2) + "\n")

    def _target_rows(self):
        for name, (what, sign, must, aim) in TARGETS.items():
            if name in self.targets:
                value = self.targets[name]["value"]
                yield (name, what, value, must, aim, _verdict(value, sign, must, aim))


def _verdict(value, sign, must, aim):
    def reached(goal):
        return value <= goal if sign == "<" else value >= goal

    return "aim" if reached(aim) else "met" if reached(must) else "NOT MET"


def _table(rows):
    """Print rows in columns, numbers to the right."""
    rows = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if _is_number(cell) else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        say("  " + "  ".join(cells).rstrip())


def _text(cell):
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def _is_number(text):
    return text[:1].isdigit()
