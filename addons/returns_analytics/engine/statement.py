"""What explains the credit of one line of a return, and the cost that it relieved.

Pure. At any moment, in the currency of the books::

    credited = received + ahead - behind + differs - elsewhere

where *received* is the refund value of the units that came back and are owed for,
*ahead* and *behind* are units credited before they came, or not yet though they came,
*differs* is money beside the units, and *elsewhere* was settled without the books (less
to invoice, paid by a channel). Taken at the begin and the end of a period, the
differences explain what the ledger shows for the period, to the cent, since every term
is rounded before it is subtracted.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
#: Up to this, two quantities are the same (models/returns_gap_source.py).
NOTHING = Decimal("0.01")


@dataclass(frozen=True)
class At:
    """A line at the end of a day: units that came and were credited, and money."""

    received: Decimal = ZERO
    refunded: Decimal = ZERO
    credited: Decimal = ZERO
    elsewhere: Decimal = ZERO
    goods: Decimal = ZERO
    relieved: Decimal = ZERO


@dataclass(frozen=True)
class Line:
    """What does not change: the refund per unit, the units owed, the least amount."""

    price: Decimal
    owed: Decimal
    cent: Decimal = Decimal("0.01")
    foreign: bool = False

    def worth(self, quantity):
        """Refund value of a quantity, rounded."""
        return _round(quantity * self.price, self.cent)


def _round(amount, cent):
    return (amount / cent).quantize(Decimal(1), ROUND_HALF_UP) * cent


def credit_classes(line, at):
    """{class: amount}; the amounts sum up to ``at.credited``.

    Two came, two were credited:

    >>> ten = Line(Decimal(10), Decimal(2))
    >>> D = Decimal
    >>> credit_classes(ten, At(D(2), D(2), D(20)))
    {'received': Decimal('20.00')}

    One was credited before it came, for a euro too much:

    >>> one = credit_classes(Line(D(10), D(1)), At(D(0), D(1), D(11)))
    >>> {kind: str(amount) for kind, amount in one.items()}
    {'refunded_not_received': '10.00', 'amount_differs': '1.00'}

    Both came, and one was taken off a bill that was not made yet; the other waits:

    >>> two = credit_classes(ten, At(D(2), D(1), D(0), D(10)))
    >>> {kind: str(amount) for kind, amount in two.items()}
    {'received': '20.00', 'received_not_refunded': '-10.00', 'elsewhere': '-10'}
    """
    came = min(at.received, line.owed)
    received, paid = line.worth(came), line.worth(at.refunded)
    if abs(at.refunded - came) < NOTHING:
        paid, ahead = received, ZERO
    else:
        ahead = paid - received
    beside = at.credited + at.elsewhere - paid
    found = {
        "received": received,
        "refunded_not_received" if ahead > 0 else "received_not_refunded": ahead,
        _beside(line, at, beside): beside,
        "elsewhere": -at.elsewhere,
    }
    return {kind: amount for kind, amount in found.items() if amount}


def _beside(line, at, beside):
    """The class of money that the units do not explain."""
    if line.foreign and abs(beside) <= 3 * line.cent:
        return "rounding"
    settled, due = at.credited + at.elsewhere, line.worth(line.owed)
    if at.refunded >= line.owed - NOTHING or settled > due:
        return "amount_differs"
    # Of unlike units (one damaged, one not) some are credited, and the rest follows.
    return "unequal_units"


def cost_classes(at, cent=Decimal("0.01")):
    """{class: amount}; the amounts sum up to ``at.relieved``, the cost of goods sold
    that credit notes took back.

    >>> D = Decimal
    >>> cost_classes(At(D(2), D(2), goods=D(40), relieved=D(40)))
    {'received': Decimal('40')}
    >>> {k: str(v) for k, v in
    ...     cost_classes(At(D(2), D(1), goods=D(40), relieved=D(20))).items()}
    {'received': '40', 'received_not_refunded': '-20.00'}
    >>> cost_classes(At(D(0), D(1), relieved=D(20)))
    {'refunded_not_received': Decimal('20')}
    >>> {k: str(v) for k, v in
    ...     cost_classes(At(D(1), D(1), goods=D(20), relieved=D(18))).items()}
    {'received': '20', 'cost_differs': '-2'}
    """
    if abs(at.refunded - at.received) < NOTHING:
        ahead = ZERO
    elif at.received > 0:
        ahead = _round(at.goods / at.received * (at.refunded - at.received), cent)
    else:
        ahead = at.relieved
    found = {
        "received": at.goods,
        "refunded_not_received" if ahead > 0 else "received_not_refunded": ahead,
        "cost_differs": at.relieved - at.goods - ahead,
    }
    return {kind: amount for kind, amount in found.items() if amount}


def movements(before, after):
    """{class: (opening, movement, closing)} of two such tables.

    >>> movements({'a': 1, 'b': 2}, {'a': 1, 'c': 5})
    {'a': (1, 0, 1), 'b': (2, -2, 0), 'c': (0, 5, 5)}
    """
    kinds = dict.fromkeys([*before, *after])
    return {
        kind: (
            before.get(kind, 0),
            after.get(kind, 0) - before.get(kind, 0),
            after.get(kind, 0),
        )
        for kind in kinds
    }
