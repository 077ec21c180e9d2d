"""Shares of what was paid: partial refunds that sum up to the cent. See `refund`.

**Partials.** A quantity's share is what the line up to and including it is worth,
less what was credited: ``round(total * (q0 + q) / Q) - credited``. So partials
telescope, and the last one takes the rest. Where earlier credits are not explained by
quantities (goodwill, corrections) what is left is spread evenly over the quantity that
is left. Neither way can pass what was paid.

>>> paid = PaidLine('line', 3, 10, (('vat', '1.90'),))
>>> one = share(paid, 1)
>>> one.net, one.taxes
(Decimal('3.33'), (('vat', Decimal('0.63')),))
>>> share(paid, 3).net
Decimal('10')

**Tax in the price.** Where a share is a whole amount only with its taxes, it is given
back whole:

>>> paid = PaidLine('line', 4, '33.58', (('vat', '6.38'),))
>>> share(paid, 1).total
Decimal('9.99')
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .errors import EngineError
from .outcomes import to_decimal

ZERO = Decimal(0)
EPSILON = Decimal("0.00001")  # noise of converted quantities


def unit_of(digits=2, rounding=None):
    """The smallest amount of a currency.

    :param int digits: decimal places; ignored when `rounding` is given
    :param rounding: the unit itself, for currencies that round to 0.05

    >>> unit_of(0), unit_of(rounding='0.05')
    (Decimal('1'), Decimal('0.05'))
    """
    if rounding is None:
        return Decimal(1).scaleb(-digits)
    unit = to_decimal(rounding)
    if unit <= 0:
        raise EngineError("BAD_VALUE", "the rounding of a currency is above zero")
    return unit


def round_to(amount, unit):
    """`amount` to a multiple of `unit`, half away from zero as Odoo does.

    >>> round_to(Decimal('2.345'), Decimal('0.01'))
    Decimal('2.35')
    """
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def _pairs(pairs):
    return tuple((key, to_decimal(amount)) for key, amount in pairs)


@dataclass(frozen=True)
class PaidLine:
    """One posted invoice line and what was already credited of it.

    :param key: the caller's id of the invoice line
    :param quantity: invoiced
    :param net: net of discounts, as posted; a coupon that has its own line is spread
        over the goods first (`spread`)
    :param taxes: (tax key, amount) each, as posted
    :param refunded_quantity: of returns; a goodwill has none
    :param refunded_net: all credits linked to the line, of returns, corrections and
        goodwill, positive
    :param refunded_taxes: the same, (tax key, amount) each
    :param withheld_net: taken off earlier refunds as deduction; it is neither credited
        nor owed any more
    :param withheld_taxes: the same, (tax key, amount) each
    """

    key: object
    quantity: Decimal
    net: Decimal
    taxes: tuple = ()
    refunded_quantity: Decimal = ZERO
    refunded_net: Decimal = ZERO
    refunded_taxes: tuple = ()
    withheld_net: Decimal = ZERO
    withheld_taxes: tuple = ()

    def __post_init__(self):
        known = self.__dict__
        for name in ("quantity", "refunded_quantity"):
            known[name] = to_decimal(known[name])
        for name in ("net", "refunded_net", "withheld_net"):
            known[name] = to_decimal(known[name])
        for name in ("taxes", "refunded_taxes", "withheld_taxes"):
            known[name] = _pairs(known[name])
        if self.quantity < 0 or self.refunded_quantity < 0:
            raise EngineError("BAD_VALUE", f"{self.key}: a quantity is below zero")

    @property
    def left(self):
        """The quantity that can still come back."""
        return max(ZERO, self.quantity - self.refunded_quantity)


@dataclass(frozen=True)
class LineShare:
    """What a quantity of one paid line is worth."""

    key: object
    quantity: Decimal
    net: Decimal
    taxes: tuple = ()

    @property
    def tax(self):
        """All taxes together."""
        return sum((amount for _key, amount in self.taxes), ZERO)

    @property
    def total(self):
        """Net and taxes."""
        return self.net + self.tax


def _worth(total, credited, paid, quantity, unit):
    """The share of one amount, net or one tax, before rounding; see the module."""
    before, after = paid.refunded_quantity, paid.refunded_quantity + quantity
    if after >= paid.quantity:
        return total - credited
    if abs(credited - round_to(total * before / paid.quantity, unit)) <= unit:
        return total * after / paid.quantity - credited
    return (total - credited) * quantity / paid.left


def _within(part, total, rest):
    """A part of ``total`` that neither passes the rest nor turns its sign."""
    if total < 0:
        return min(ZERO, max(rest, part))
    return max(ZERO, min(rest, part))


def _net(exact, taxes, unit):
    """The net rounded; where net and taxes are whole only together, so is their sum.

    Goods at 9.99 with the tax inside give 9.99 back: their net and their tax may both
    end in half a cent, and only one of them is rounded up.

    :param exact: net before rounding
    :param taxes: (before rounding, rounded) each
    """
    rounded = round_to(exact, unit)
    total = exact + sum((before for before, _after in taxes), ZERO)
    whole = round_to(total, unit)
    if abs(total - whole) > EPSILON:
        return rounded
    net = whole - sum((after for _before, after in taxes), ZERO)
    return net if abs(net - exact) * 2 <= unit else rounded


def share(paid, quantity, digits=2, rounding=None):
    """What a quantity is worth, before deductions and fees.

    :param PaidLine paid: the line, with everything credited so far
    :param quantity: that comes back now, at most `PaidLine.left`
    :param int digits: decimal places of the currency
    :param rounding: the currency's unit instead, e.g. ``0.05``
    :rtype: LineShare
    :raises EngineError: ``QUANTITY_EXCEEDS_RETURNABLE``, ``QUANTITY_INVALID``
    """
    unit = unit_of(digits, rounding)
    quantity = _checked(quantity, paid.left, paid.key)
    if not quantity:
        zeros = tuple((key, ZERO) for key, _amount in paid.taxes)
        return LineShare(paid.key, quantity, ZERO, zeros)
    credited = dict(paid.refunded_taxes)
    withheld = dict(paid.withheld_taxes)
    taxes, worths = [], []
    for key, amount in paid.taxes:
        done = credited.get(key, ZERO) + withheld.get(key, ZERO)
        exact = _worth(amount, done, paid, quantity, unit)
        part = _within(round_to(exact, unit), amount, amount - done)
        taxes.append((key, part))
        worths.append((exact, part))
    done = paid.refunded_net + paid.withheld_net
    net = _net(_worth(paid.net, done, paid, quantity, unit), worths, unit)
    net = _within(net, paid.net, paid.net - done)
    return LineShare(paid.key, quantity, net, tuple(taxes))


def _checked(quantity, left, key):
    """The quantity as Decimal; what is above the rest by mere noise is the rest."""
    quantity = to_decimal(quantity)
    if quantity < 0:
        raise EngineError("QUANTITY_INVALID", f"{key}: {quantity} is below zero")
    if quantity > left + EPSILON:
        raise EngineError(
            "QUANTITY_EXCEEDS_RETURNABLE", f"{key}: {quantity} asked, {left} left"
        )
    return left if abs(left - quantity) <= EPSILON else quantity


def allocate(paid_lines, quantity):
    """A quantity over the invoice lines of one sold line, in the order given.

    :param paid_lines: `PaidLine`s, the oldest first
    :param quantity: to distribute; at most what is left in all of them
    :rtype: tuple of (key, quantity), without zeros
    :raises EngineError: ``QUANTITY_EXCEEDS_RETURNABLE``, ``QUANTITY_INVALID``

    >>> allocate((PaidLine('a', 2, 20, refunded_quantity=1), PaidLine('b', 5, 50)), 3)
    (('a', Decimal('1')), ('b', Decimal('2')))
    """
    paid_lines = tuple(paid_lines)
    left = sum((paid.left for paid in paid_lines), ZERO)
    rest = _checked(quantity, left, "in all")
    found = []
    for paid in paid_lines:
        taken = min(rest, paid.left)
        if taken:
            found.append((paid.key, taken))
            rest -= taken
    return tuple(found)


def spread(amount, weights, digits=2, rounding=None):
    """An amount in proportion to weights, summing up exactly.

    For a coupon or a discount with its own line: its net (and each of its taxes) is
    spread over the goods' lines by their net before shares are taken. Running totals
    are rounded, so the order of the weights decides on the cents and nothing else.

    :param weights: (key, weight) each, none below zero; all zero: evenly
    :rtype: tuple of (key, amount), in the order given

    >>> spread(Decimal('-10'), (('a', 1), ('b', 1), ('c', 1)))
    (('a', Decimal('-3.33')), ('b', Decimal('-3.34')), ('c', Decimal('-3.33')))
    """
    unit, amount = unit_of(digits, rounding), to_decimal(amount)
    weights = _pairs(weights)
    if any(weight < 0 for _key, weight in weights):
        raise EngineError("BAD_VALUE", "a weight is below zero")
    whole = sum((weight for _key, weight in weights), ZERO)
    if not whole:
        weights, whole = [(key, Decimal(1)) for key, _w in weights], len(weights)
    found, before, done = [], ZERO, ZERO
    for place, (key, weight) in enumerate(weights, 1):
        done += weight
        last = place == len(weights)
        upto = amount if last else round_to(amount * done / whole, unit)
        found.append((key, upto - before))
        before = upto
    return tuple(found)
