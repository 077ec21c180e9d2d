"""Kits that come back part by part: how many, and what each is worth less.

A kit is counted whole. Units of a part fill the kits one after the other, so what comes
later completes the first kit that lacks it.

>>> body = Piece('body', 1, 60, ((2, 0),))
>>> cable = Piece('cable', 2, 40, ((3, 0),))
>>> touched((body, cable)), whole((body, cable))
(2, 1)
>>> offs((body, cable), 2)
[Decimal('0'), Decimal('20')]
"""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
NOISE = Decimal("0.00001")  # of converted quantities
HUNDREDTH = Decimal("0.01")


def exact(value):
    """A number as Decimal, a float as it is printed."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


@dataclass(frozen=True)
class Piece:
    """One part of the kits of a line, with the units of it that came.

    :param key: the caller's
    :param per_kit: units in one kit, above zero
    :param share: percent of the kit's price; all pieces together 100
    :param units: (quantity, off) each, in the order in which they were looked at;
        ``off`` is the percent of their worth that is taken off, None while nobody has
        looked at them
    :param given_up: units that will not come
    """

    key: object
    per_kit: Decimal
    share: Decimal
    units: tuple = ()
    given_up: Decimal = ZERO

    def __post_init__(self):
        known = self.__dict__
        for name in ("per_kit", "share", "given_up"):
            known[name] = exact(known[name])
        known["units"] = tuple(
            (exact(quantity), off if off is None else exact(off))
            for quantity, off in known["units"]
        )

    @property
    def received(self):
        """Units that came."""
        return sum((quantity for quantity, _off in self.units), ZERO)

    def missing(self, kits):
        """Units that are not there of so many kits."""
        return max(ZERO, self.per_kit * kits - self.received)


def touched(pieces):
    """Kits of which anything came: so many are no longer with the customer, as Odoo
    counts what is delivered of a kit."""
    return _up(max((p.received / p.per_kit for p in pieces), default=ZERO))


def whole(pieces):
    """Kits of which nothing is waited for any more."""
    counts = [(p.received + p.given_up) / p.per_kit for p in pieces]
    return max(0, _down(min(counts, default=ZERO)))


def finished(parts):
    """Kits all of whose received units are through a step.

    :param parts: (per kit, received, through the step) each

    >>> finished(((1, 2, 2), (2, 4, 2)))
    1
    """
    parts = [tuple(exact(number) for number in part) for part in parts]
    came = _up(max((there / each for each, there, _done in parts), default=ZERO))
    behind = [_down(done / each) for each, there, done in parts if done < there - NOISE]
    return max(0, min([came, *behind]))


def offs(pieces, kits, missing=HUNDRED, unseen=ZERO):
    """Percent of its price that each kit is worth less, the first kit first.

    :param int kits: so many
    :param missing: percent taken off for what is not there; 0 while it may still come
    :param unseen: percent taken off for what nobody has looked at yet
    :return: list of Decimal, each between 0 and 100
    """
    found = [ZERO] * kits
    for piece in pieces:
        for number, off in enumerate(_slots(piece, kits, exact(missing), unseen)):
            found[number] += piece.share * off / HUNDRED
    return [min(HUNDRED, max(ZERO, off)) for off in found]


def _slots(piece, kits, missing, unseen):
    """Percent off the piece in each kit."""
    rest = list(piece.units)
    rest += [(piece.given_up, HUNDRED), (piece.per_kit * kits, missing)]
    found = []
    for _number in range(kits):
        room, lost = piece.per_kit, ZERO
        while room > 0 and rest:
            quantity, off = rest[0]
            taken = min(quantity, room)
            lost += taken * exact(unseen if off is None else off)
            room -= taken
            if quantity > taken:
                rest[0] = (quantity - taken, off)
            else:
                rest.pop(0)
        found.append(lost / piece.per_kit)
    return found


def percents(weights, unit=HUNDREDTH * HUNDREDTH):
    """Percent of each weight, summing up to 100 exactly: the last takes the rest.

    >>> percents((1, 1, 1))
    [Decimal('33.3333'), Decimal('33.3333'), Decimal('33.3334')]
    >>> percents((0, 0))
    [Decimal('50.0000'), Decimal('50.0000')]
    """
    weights = [exact(weight) for weight in weights]
    if not any(weights):
        weights = [Decimal(1)] * len(weights)
    total = sum(weights, ZERO)
    found = [
        (HUNDRED * weight / total).quantize(unit, ROUND_HALF_UP) for weight in weights
    ]
    last = max(place for place, weight in enumerate(weights) if weight)
    found[last] += HUNDRED - sum(found, ZERO)
    return found


def spread(quantity, parts):
    """A quantity of one product over the parts of a kit that it can be.

    The parts are filled so that as many kits as possible are whole, and what is left
    over goes to the first that lacks it.

    :param parts: (per kit, received) each
    :return: list of Decimal, one per part

    >>> spread(3, ((1, 0), (2, 0)))
    [Decimal('1'), Decimal('2')]
    >>> spread(2, ((1, 1), (1, 0)))
    [Decimal('1'), Decimal('1')]
    """
    parts = [tuple(exact(number) for number in part) for part in parts]
    left, found = exact(quantity), [ZERO] * len(parts)
    if len(parts) == 1:
        return [left]
    kit = 0
    while left > NOISE:
        kit += 1
        for place, (each, received) in enumerate(parts):
            room = max(ZERO, each * kit - received - found[place])
            taken = min(left, room)
            found[place] += taken
            left -= taken
    return found


def _up(number):
    return int((number - NOISE).to_integral_value(ROUND_CEILING))


def _down(number):
    return int((number + NOISE).to_integral_value(ROUND_FLOOR))
