"""`docs/golden.md`, made from the figures of a run; see `bin/golden`."""

from pathlib import Path

from golden.cases import CASES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "golden.md"
HEAD = """\
# Golden cases

Public bugs of Odoo and of returns modules, told as stories with figures. Each story
is told once (`tests/golden/cases.py`) and run twice: on a database with Odoo's own
addons alone, through Odoo's own buttons, and with our addons, through the way of a
return: request, receive, inspect, credit. This page is written by `bin/golden` from
such a run, and a test fails when it says something else than the run.

Where bare Odoo gives something else than must be, its figure is **bold**.

| source | given | | must be | bare Odoo | with our addons |
|---|---|---|---|---|---|
"""
TAIL = """
The events of a story lie minutes apart: core looks costs and values up by the second,
and what happens within one second hides some of these bugs.

A FIFO unit comes back at the value of the delivery that it left with. Which delivery
that is tells its lot or serial number, or, where there is none, the order of delivery.
"""


def render(bare, governed):
    """The page.

    :param dict bare: {case: {figure: value}} of bare Odoo
    :param dict governed: the same with our addons
    """
    rows = [
        _row(case, place, name, bare[case.key][name], governed[case.key][name])
        for case in CASES
        for place, name in enumerate(case.must)
    ]
    return HEAD + "\n".join(rows) + "\n" + TAIL


def _row(case, place, name, bare, governed):
    must = case.must[name]
    first = [case.source, case.given] if not place else ["", ""]
    cells = [*first, name, _cell(must), _cell(bare, must), _cell(governed, must)]
    return f"| {' | '.join(cells)} |"


def _cell(value, must=None):
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, int | float):
        text = f"{value:,.2f}".removesuffix(".00")
    else:
        text = value
    return text if must is None or value == must else f"**{text}**"
