"""Past decisions looked at again: facts read back, two answers compared.

A decision keeps its facts in its trace (`LineFacts.as_dict`), so that another policy
can be asked about them as they were, whatever has become of product or price since.

>>> told = LineFacts(channel='web', value='19.90', categories=(5, 1)).as_dict()
>>> facts_of(told) == LineFacts(channel='web', value='19.90', categories=(5, 1))
True
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from .condition import FACTS
from .facts import LineFacts
from .fees import Bearer, charge
from .shares import ZERO

__all__ = ("Answer", "effect", "facts_of", "fees_of", "released_at", "timing")

_NAMES = frozenset(field.name for field in fields(LineFacts))
_DATES = frozenset(name for name, fact in FACTS.items() if fact.kind == "date")
_LISTS = ("categories", "tags", "segment", "laws")
_MOMENTS = MappingProxyType(
    {
        "request": "request",
        "carrier_scan": "scan",
        "receipt": "receipt",
        "inspection": "inspection",
        "manual": "hand",
    }
)
_ANSWERS = ("refused", "partly", "accepted")


def facts_of(told):
    """`LineFacts` from the mapping that a trace holds; unknown names are left out."""
    known = {name: value for name, value in told.items() if name in _NAMES}
    for name, value in known.items():
        if name in _DATES and isinstance(value, str):
            known[name] = date.fromisoformat(value[:10])
        elif name in _LISTS:
            known[name] = tuple(value or ())
        elif name == "evidence" and isinstance(value, list):
            known[name] = tuple(tuple(item) for item in value)
    return LineFacts(**known)


def fees_of(nets, parcels=1, rounding=None):
    """The fees of one return whose lines may have different terms.

    :param nets: (fees as in `outcomes`, net of the goods) for each line
    :param int parcels: for fees per parcel
    :rtype: Decimal

    >>> restock, label = ('restock', 10, 'percent'), ('label', 5, 'fixed')
    >>> fees_of([((restock,), 50), ((restock,), 30)])
    Decimal('8.00')
    >>> fees_of([((label,), 50), ((label,), 30)])
    Decimal('5.00')
    """
    bearers = [Bearer(place, fees, net) for place, (fees, net) in enumerate(nets)]
    taken = charge(bearers, parcels=parcels, rounding=rounding)
    return sum((one.net for one in taken), ZERO)


def released_at(rule, moments, returnless=False, withdrawal=False):
    """When the money of a line would have been let go, as far as it is known.

    :param str rule: one of `outcomes.RELEASE_RULES`
    :param moments: mapping of request, scan, receipt, inspection, hand to a moment or
        None where it did not happen
    :param bool withdrawal: the law lets go at the scan or the receipt, at the latest
    :rtype: datetime, or None
    """
    names = {"request"} if returnless else {_MOMENTS.get(rule)}
    if withdrawal:
        names |= {"scan", "receipt"}
    known = [moments[name] for name in names if moments.get(name)]
    return min(known, default=None)


@dataclass(frozen=True)
class Answer:
    """What one policy gives to one return.

    :param int eligible: lines that may come back
    :param int lines: all of them
    :param Decimal refund: with tax, delivery and less fees, in the return's currency
    :param released: moment at which all of it was let go; None: not known
    :param bool approval: a second person has to agree
    """

    eligible: int
    lines: int
    refund: Decimal = ZERO
    fees: Decimal = ZERO
    rules: tuple = ()
    released: datetime | None = None
    approval: bool = False

    @property
    def word(self):
        """refused, partly or accepted."""
        if not self.eligible:
            return "refused"
        return "accepted" if self.eligible == self.lines else "partly"


def timing(old, new):
    """(earlier, later, same or unknown, days later) of the refund; None where one of
    the two pays nothing.

    >>> day = datetime(2026, 1, 1)
    >>> inspected = Answer(1, 1, Decimal(5), released=day + timedelta(days=3))
    >>> timing(inspected, Answer(1, 1, Decimal(5), rules=('receipt',), released=day))
    ('earlier', -3.0)
    """
    if not (old.refund > 0 and new.refund > 0):
        return None, 0.0
    if old.rules == new.rules:
        return "same", 0.0
    if not (old.released and new.released):
        return "unknown", 0.0
    days = (new.released - old.released) / timedelta(days=1)
    if abs(days) < 1 / 24:
        return "same", 0.0
    return ("later" if days > 0 else "earlier"), days


def effect(old, new):
    """Whether the customer wins: by the answer, else the money, else the day.

    >>> effect(Answer(0, 1), Answer(1, 1, Decimal(5)))
    'better'
    >>> effect(Answer(1, 1, Decimal(5)), Answer(1, 1, Decimal(4)))
    'worse'
    """
    when = {"earlier": 1, "later": -1}.get(timing(old, new)[0], 0)
    given = _ANSWERS.index(new.word) - _ANSWERS.index(old.word)
    for sign in (new.refund - old.refund, given, when):
        if sign:
            return "better" if sign > 0 else "worse"
    return "same"
