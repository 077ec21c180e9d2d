"""Fees of a return: what is charged, once, however the refund is split.

An amount and an amount for each parcel are charged whole with the first goods that are
credited; a percentage follows the goods. Each credit takes what is due on the goods up
to and with it, less what was charged before, so that parts sum up to what one credit
of everything would have taken. Never more than the goods of the credit are worth.

>>> shirt = Bearer('shirt', (('restocking', 10, 'percent'),), '49.99')
>>> belt = Bearer('belt', (('restocking', 10, 'percent'),), '30')
>>> charge((shirt,))
(Charge(key='shirt', kind='restocking', net=Decimal('5.00')),)
>>> charge((belt,), done=(shirt,), charged={'restocking': 5})
(Charge(key='belt', kind='restocking', net=Decimal('3.00')),)
"""

from dataclasses import dataclass
from decimal import Decimal

from .outcomes import to_decimal
from .shares import ZERO, round_to, spread, unit_of

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Bearer:
    """Goods that are credited, and that fees are taken from.

    :param key: the caller's own
    :param terms: (kind, amount or percent, fixed | percent | per_parcel) each, without
        tax, in the currency of the refund
    :param net: of the goods after deductions; percentages are of this
    :param room: most net of fees that they can bear; default: their net
    """

    key: object
    terms: tuple
    net: Decimal
    room: Decimal | None = None

    def __post_init__(self):
        known = self.__dict__
        known["terms"] = tuple(
            (kind, to_decimal(amount), mode) for kind, amount, mode in self.terms
        )
        known["net"] = to_decimal(self.net)
        room = known["net"] if self.room is None else to_decimal(self.room)
        known["room"] = max(ZERO, room)


@dataclass(frozen=True)
class Charge:
    """One fee taken from one bearer, without tax."""

    key: object
    kind: str
    net: Decimal


def due(bearers, parcels=1, unit=Decimal("0.01")):
    """What is due by kind on all of these goods together.

    Where lines have different amounts of one kind, the greatest is due, once.

    :rtype: dict of kind: Decimal, in the order in which the kinds are named

    >>> label, more = ('label', 5, 'fixed'), ('label', 3, 'per_parcel')
    >>> due((Bearer('a', (label,), 50), Bearer('b', (label, more), 30)), parcels=2)
    {'label': Decimal('11.00')}
    """
    once, shares = {}, {}
    for bearer in bearers:
        for kind, amount, mode in bearer.terms:
            once.setdefault((kind, mode), ZERO)
            shares.setdefault(kind, ZERO)
            if bearer.net <= 0:
                continue
            if mode == "percent":
                shares[kind] += bearer.net * amount / HUNDRED
            else:
                times = parcels if mode == "per_parcel" else 1
                once[kind, mode] = max(once[kind, mode], amount * times)
    found = {kind: round_to(part, unit) for kind, part in shares.items()}
    for (kind, _mode), amount in once.items():
        found[kind] += round_to(amount, unit)
    return found


def charge(bearers, done=(), charged=(), parcels=1, digits=2, rounding=None):
    """The fees that the credit of ``bearers`` takes.

    :param bearers: `Bearer`s that are credited now
    :param done: `Bearer`s of the return that were credited before
    :param charged: {kind: net} that was charged before
    :param int parcels: of the return, for fees per parcel
    :rtype: tuple of `Charge`, without zeros

    >>> fees = (('label', 5, 'fixed'), ('restocking', 50, 'percent'))
    >>> [(c.kind, c.net) for c in charge((Bearer('a', fees, 8),))]
    [('label', Decimal('5.00')), ('restocking', Decimal('3.00'))]
    """
    unit = unit_of(digits, rounding)
    bearers, done, charged = tuple(bearers), tuple(done), dict(charged)
    left = [_down(bearer.room, unit) for bearer in bearers]
    found = []
    for kind, whole in due((*done, *bearers), parcels, unit).items():
        wanted = whole - to_decimal(charged.get(kind, ZERO))
        places = [
            place
            for place, bearer in enumerate(bearers)
            if left[place] and any(term[0] == kind for term in bearer.terms)
        ]
        taken = min(wanted, sum((left[place] for place in places), ZERO))
        if taken <= 0:
            continue
        weights = [(place, left[place]) for place in places]
        for place, part in spread(taken, weights, rounding=unit):
            left[place] -= part
            if part:
                found.append(Charge(bearers[place].key, kind, part))
    return tuple(found)


def _down(amount, unit):
    """The amount without what is finer than the currency."""
    return amount // unit * unit
