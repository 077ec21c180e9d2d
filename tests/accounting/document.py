"""`docs/accounting.md`, made from two tellings of the story; see `bin/accounting`."""

from pathlib import Path

from accounting.whole import STEPS

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "accounting.md"
HEAD = """\
# What each event of a return books

One story with figures, told twice by `tests/accounting`: with perpetual valuation
(entries with invoices) and with periodic valuation (entries at the closing), on
Odoo's generic chart of accounts, average cost. This page is written by
`bin/accounting` from such a run, and a test fails when it says something else than
the run. FIFO and standard cost book the same entries with other costs; what comes back
at which cost is told, with figures by hand, in `test_value_matrix.py` of the addon.

Payments are booked when they are made here; in a company without an account for
outstanding payments they are booked with the bank statement.

"""
TAIL = """\
## Where the entries come from

| event | whose entry | set up in |
|---|---|---|
| cost of goods sold, and its relief | Odoo's, with the document | product category |
| write-down, reversal | ours, one for each routed quantity | *Settings > Returns* |
| loss of goods written off | Odoo's, with the move or the closing | the loss place |
| stock variation | Odoo's closing | stock valuation account |
| fee | ours, a line of the credit note | the product of the kind of fee |
| store credit and its bonus | ours, one for each credit note | *Settings > Returns* |
| back on a gift card or wallet | ours, one for each payout | its line on the invoice |
| goods sent in exchange | ours, an invoice of the order of the exchange | product |
| charge of what never came back | ours, an invoice of the order | the rule's *Day N* |
| goodwill | finance's own credit note | the dialog *Reverse* of the invoice |
| payment by the channel | none: the credit note waits for its report | - |
| credit of the vendor | Odoo's, with the refund of the bill | product category |
| hand-over to another company | ours: invoice here, bill there | the node |
| tax that is due on payment | Odoo's, with each payment | the tax |
| exchange difference | Odoo's, with the payout | *Accounting > Settings* |
| cost of a replacement | ours, as its goods move; perpetual only | product category |
| returns still to come | ours, with its reversal | *Settings > Returns* |

A write-down is measured when goods are given a disposition: what they are carried at
(their lot's cost where goods are valued by lot, the value with which they came back
under FIFO, else the cost of the product), less what they bring. It is booked at once,
in the background or by hand, as refunds are (*Posting of refunds*). As units are sold,
scrapped, sent to the vendor or go back to sellable stock, their share of the allowance
is taken back by an entry of its own; a move to another place takes it along; *Undo*
brings it back. While they lie there they can be measured again, each month end or at
any time: the difference is an entry for that day, or for the next open one; more of it
is asked about like a new one, by the whole allowance.

A replacement is delivered and never invoiced. With perpetual valuation its cost is
booked as the goods leave, on the accounts that an invoice would take, less the value at
which the old goods came back for it: in turn, and at the same cost, nothing is booked.
It is taken back as the old goods come, or as the replacement is charged, since the
charge's invoice books the cost then.

{landed}
Entries of ours stay in the books as long as the record behind them stands. Nobody can
reset, cancel, delete or reverse them by hand; the record's own button does it.

Goods that come for repair stay the customer's: they have no value here, whatever the
costing method, nothing is credited for them, and they go back without an entry. Where a
refund or a replacement is given instead they come in at the value with which they had
left, and all is booked as for any return.
"""
WAYS = ("real_time", "periodic")
STANDS = (
    ("goods", "goods on the shelf"),
    ("stock account", "stock account"),
    ("allowance", "allowance"),
)
# What customers and the company owe each other, however goods are valued.
OWED = (
    ("invoices", "open on invoices"),
    ("credit notes", "open on credit notes"),
    ("store credit", "owed as store credit"),
)
ALWAYS = ("goods", "stock account")


def render(told):
    """The page.

    :param dict told: {valuation: list of tellings}, and the figures of landed costs,
        as plain data
    """
    parts = [HEAD]
    for number, step in enumerate(STEPS):
        pair = [told[way][number] for way in WAYS]
        parts.append(f"## {number + 1}. {step.title}\n\n{step.words}\n\n")
        parts.append(_entries(pair) + _stands(pair))
    return "".join([*parts, TAIL.format(landed=_landed(told["landed"]))])


def _landed(figures):
    """Landed costs, with the figures of their own test."""
    rows = [
        "A landed cost comes onto what is still here, as Odoo books it; a return books "
        "no more and\nno less than without one. What left before it comes back at what "
        "it cost when it left; what\nleft after it comes back with it. By hand in "
        "`test_value_landed.py`: 6 of lot A at 10.00 and\n6 of lot B at 20.00, freight "
        "of 36.00 on lot B; 8 leave (6 of A, 2 of B), 2 of B come back.\n",
        "| valued | freight first: what left | comes back at | stock then "
        "| freight after the sale: stock then |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, amounts in figures.items():
        cells = [name, *(f"{amount:,.2f}" for amount in amounts)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _entries(pair):
    keys = list(dict.fromkeys(key for one in pair for key in one["items"]))
    if not keys:
        return "No entry.\n\n"
    rows = [
        "| entry | account | perpetual: debit | credit | periodic: debit | credit |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for key in keys:
        document, account = key.split(" / ")
        amounts = [x for one in pair for x in one["items"].get(key, (0.0, 0.0))]
        cells = [document, account, *map(_amount, amounts)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n\n"


def _stands(pair):
    words = [
        _sentence(way, one["stands"], STANDS)
        for way, one in zip(("Perpetual", "Periodic"), pair, strict=True)
    ]
    owed = [one["stands"] for one in pair]
    assert len({tuple(each[key] for key, _label in OWED) for each in owed}) == 1, owed
    if any(round(owed[0][key], 2) for key, _label in OWED):
        words.append(_sentence("Either way", owed[0], OWED))
    return " ".join(words) + "\n\n"


def _sentence(start, stands, labels):
    figures = [
        f"{label} {stands[key]:,.2f}"
        for key, label in labels
        if key in ALWAYS or round(stands[key], 2)
    ]
    return f"{start}: {', '.join(figures)}."


def _amount(amount):
    return f"{amount:,.2f}" if round(amount, 2) else ""
