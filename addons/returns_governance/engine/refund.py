"""How much is owed: the only place that says it.

Amounts are those of the posted invoice, in its currency, net and each tax apart; what
comes out are shares of them. Taxes of fees are computed by the caller, with the same
engine as the credit note's.

**Partial refunds.** A quantity's share is what the line up to and including it is worth,
less what was credited: ``round(total * (q0 + q) / Q) - credited``. So partials telescope,
and the last one takes the rest. Where earlier credits are not explained by quantities
(goodwill, corrections) what is left is spread evenly over the quantity that is left.
Neither way can pass what was paid.

>>> paid = PaidLine('line', 3, 10, (('vat', '1.90'),))
>>> one = share(paid, 1)
>>> one.net, one.taxes
(Decimal('3.33'), (('vat', Decimal('0.63')),))
>>> share(paid, 3).net
Decimal('10')
"""

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from .errors import EngineError
from .facts import LineFacts
from .law import lawful_deductions, lawful_fees, withdrawal_right
from .outcomes import to_decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)


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


def _part(total, credited, paid, quantity, unit):
    """The share of one amount: net, or one tax; see the module."""
    rest = total - credited
    before, after = paid.refunded_quantity, paid.refunded_quantity + quantity
    if after >= paid.quantity:
        part = rest
    elif abs(credited - round_to(total * before / paid.quantity, unit)) <= unit:
        part = round_to(total * after / paid.quantity, unit) - credited
    else:
        part = round_to(rest * quantity / paid.left, unit)
    if total < 0:
        return min(ZERO, max(rest, part))
    return max(ZERO, min(rest, part))


def share(paid, quantity, digits=2, rounding=None):
    """What a quantity is worth, before deductions and fees.

    :param PaidLine paid: the line, with everything credited so far
    :param quantity: that comes back now, at most `PaidLine.left`
    :param int digits: decimal places of the currency
    :param rounding: the currency's unit instead, e.g. ``0.05``
    :rtype: LineShare
    :raises EngineError: ``QUANTITY_EXCEEDS_RETURNABLE``, ``QUANTITY_INVALID``
    """
    unit, quantity = unit_of(digits, rounding), to_decimal(quantity)
    _check_quantity(quantity, paid.left, paid.key)
    if not quantity:
        zeros = tuple((key, ZERO) for key, _amount in paid.taxes)
        return LineShare(paid.key, quantity, ZERO, zeros)
    credited = dict(paid.refunded_taxes)
    withheld = dict(paid.withheld_taxes)
    taxes = tuple(
        (key, _part(amount, credited.get(key, ZERO) + withheld.get(key, ZERO),
                    paid, quantity, unit))
        for key, amount in paid.taxes
    )
    net = _part(paid.net, paid.refunded_net + paid.withheld_net, paid, quantity, unit)
    return LineShare(paid.key, quantity, net, taxes)


def _check_quantity(quantity, left, key):
    if quantity < 0:
        raise EngineError("QUANTITY_INVALID", f"{key}: {quantity} is below zero")
    if quantity > left:
        raise EngineError(
            "QUANTITY_EXCEEDS_RETURNABLE", f"{key}: {quantity} asked, {left} left"
        )


def allocate(paid_lines, quantity):
    """A quantity over the invoice lines of one sold line, in the order given.

    :param paid_lines: `PaidLine`s, the oldest first
    :param quantity: to distribute; at most what is left in all of them
    :rtype: tuple of (key, quantity), without zeros
    :raises EngineError: ``QUANTITY_EXCEEDS_RETURNABLE``, ``QUANTITY_INVALID``

    >>> allocate((PaidLine('a', 2, 20, refunded_quantity=1), PaidLine('b', 5, 50)), 3)
    (('a', Decimal('1')), ('b', Decimal('2')))
    """
    rest = to_decimal(quantity)
    paid_lines = tuple(paid_lines)
    _check_quantity(rest, sum((paid.left for paid in paid_lines), ZERO), "in all")
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
    unit, amount, weights = unit_of(digits, rounding), to_decimal(amount), _pairs(weights)
    whole = sum((weight for _key, weight in weights), ZERO)
    if not whole:
        weights, whole = tuple((key, Decimal(1)) for key, _w in weights), len(weights)
    found, before, done = [], ZERO, ZERO
    for place, (key, weight) in enumerate(weights, 1):
        done += weight
        last = place == len(weights)
        upto = amount if last else round_to(amount * done / whole, unit)
        found.append((key, upto - before))
        before = upto
    return tuple(found)


@dataclass(frozen=True)
class RefundLine:
    """One paid line in a refund.

    :param paid: what was paid and credited
    :param quantity: that is released now
    :param conditions: (condition code, quantity) each, as found; what of the quantity
        is not named was not inspected and has no deduction
    :param excess_handling: found handled beyond what it takes to examine the goods
    """

    paid: PaidLine
    quantity: Decimal
    conditions: tuple = ()
    excess_handling: bool | None = None


@dataclass(frozen=True)
class Shipping:
    """What was paid for the outbound delivery.

    :param paid: the delivery's invoice line
    :param standard_net: net of the least expensive standard delivery offered; an
        express surcharge above it is not refunded (Art 13(2) Directive 2011/83/EU);
        None: the whole was standard
    """

    paid: PaidLine
    standard_net: Decimal | None = None


@dataclass(frozen=True)
class RefundRequest:
    """Everything that the amount of one refund depends on.

    :param lines: `RefundLine`s
    :param deductions: percent off by condition, of the policy
    :param fees: (kind, amount, fixed | percent | per_parcel) each, net, of the policy
    :param parcels: for fees per parcel
    :param shipping: `Shipping`, or None
    :param refund_shipping: never, withdrawal or always
    :param complete: with this refund everything of the order comes back
    :param facts: of the withdrawal and the laws (`law`); the default is no withdrawal
    :param digits: decimal places of the currency
    :param rounding: the currency's unit instead
    """

    lines: tuple
    deductions: object = ()
    fees: tuple = ()
    parcels: int = 1
    shipping: Shipping | None = None
    refund_shipping: str = "withdrawal"
    complete: bool = False
    facts: LineFacts = field(default_factory=LineFacts)
    digits: int = 2
    rounding: Decimal | None = None


@dataclass(frozen=True)
class Deduction:
    """Value taken off for the condition found."""

    key: object
    condition: str
    quantity: Decimal
    percent: Decimal
    net: Decimal
    taxes: tuple


@dataclass(frozen=True)
class Owed:
    """What is owed in the invoice's currency.

    :param lines: `LineShare`s after deductions
    :param deductions: `Deduction`s
    :param fees: (kind, net) each, positive
    :param shipping: `LineShare` of the delivery, or None
    :param net: lines and shipping less fees; never below zero
    :param tax: of lines and shipping; the caller takes the taxes of the fees off
    :param total: net and tax
    :param reasons: codes of what was capped or left out, and why
    """

    lines: tuple
    deductions: tuple
    fees: tuple
    shipping: LineShare | None
    net: Decimal
    tax: Decimal
    total: Decimal
    reasons: tuple


def _scaled(line, factor, unit):
    """A share times a factor, tax by tax."""
    taxes = tuple((key, round_to(amount * factor, unit)) for key, amount in line.taxes)
    return replace(line, net=round_to(line.net * factor, unit), taxes=taxes)


def _less(line, deduction):
    off = dict(deduction.taxes)
    taxes = tuple((key, amount - off[key]) for key, amount in line.taxes)
    return replace(line, net=line.net - deduction.net, taxes=taxes)


def _deduct(line, percents, unit):
    """The share of one line after its deductions, and the deductions."""
    whole = share(line.paid, line.quantity, rounding=unit)
    rest, found = whole, []
    for condition, quantity in line.conditions:
        percent = to_decimal(percents.get(condition, ZERO))
        quantity = to_decimal(quantity)
        if not percent or not quantity or not whole.quantity:
            continue
        off = _scaled(whole, percent / HUNDRED * quantity / whole.quantity, unit)
        off = _capped(off, rest)
        taken = Deduction(
            line.paid.key, condition, quantity, percent, off.net, off.taxes
        )
        found.append(taken)
        rest = _less(rest, taken)
    return rest, tuple(found)


def _capped(off, rest):
    """A deduction within what is left of the line, tax by tax."""
    left = dict(rest.taxes)
    taxes = tuple((key, min(amount, left[key])) for key, amount in off.taxes)
    return replace(off, net=min(off.net, rest.net), taxes=taxes)


def _percents(request, line, withdrawn):
    """Deductions that the law leaves for a line."""
    percents = dict(request.deductions)
    if not withdrawn:
        return percents
    handled = line.excess_handling
    facts = request.facts
    if handled is not None:
        facts = replace(facts, excess_handling=handled)
    return lawful_deductions(percents, facts)


def _shipping(request, withdrawn, unit):
    """The delivery's share: only for a refund of everything, the standard part."""
    rule = request.refund_shipping
    wanted = rule == "always" or withdrawn or (rule == "withdrawal" and _notice(request))
    if not (request.shipping and request.complete and wanted):
        return None
    paid, standard = request.shipping.paid, request.shipping.standard_net
    whole = share(paid, paid.left, rounding=unit)
    if standard is None or paid.net <= 0:
        return whole
    left = max(ZERO, to_decimal(standard) - paid.refunded_net)
    if left >= whole.net:
        return whole
    return _scaled(whole, left / whole.net, unit)


def _notice(request):
    return request.facts.withdrawal


def _fees(fees, base, parcels, unit):
    """(kind, net) each, taken in order and never more than is left of `base`."""
    found, left = [], max(ZERO, base)
    for kind, amount, mode in fees:
        amount = to_decimal(amount)
        if mode == "percent":
            amount = base * amount / HUNDRED
        elif mode == "per_parcel":
            amount *= parcels
        taken = max(ZERO, min(left, round_to(amount, unit)))
        left -= taken
        if taken:
            found.append((kind, taken))
    return tuple(found)


def owed(request):
    """What is owed for a refund.

    Percentages of fees are of the goods' net after deductions; the delivery pays no
    fee. For a withdrawal in time the law's caps hold here too (`law`), whatever the
    policy's values say.

    :param RefundRequest request: lines with what was paid, and the policy's terms
    :rtype: Owed
    :raises EngineError: from `share`
    """
    unit = unit_of(request.digits, request.rounding)
    facts = request.facts
    withdrawn = "eu_withdrawal" in facts.laws and withdrawal_right(facts)
    results = [
        _deduct(line, _percents(request, line, withdrawn), unit)
        for line in request.lines
    ]
    lines = tuple(line for line, _found in results)
    shipping = _shipping(request, withdrawn, unit)
    goods = sum((line.net for line in lines), ZERO)
    terms = lawful_fees(request.fees, facts) if withdrawn else tuple(request.fees)
    fees = _fees(terms, goods, request.parcels, unit)
    parts = (*lines, shipping) if shipping else lines
    net = sum((part.net for part in parts), ZERO) - sum((fee for _k, fee in fees), ZERO)
    tax = sum((part.tax for part in parts), ZERO)
    return Owed(
        lines=lines,
        deductions=tuple(item for _line, found in results for item in found),
        fees=fees,
        shipping=shipping,
        net=net,
        tax=tax,
        total=net + tax,
        reasons=_reasons(request, withdrawn, terms, shipping),
    )


def _reasons(request, withdrawn, terms, shipping):
    """Codes of what the law or the terms left out."""
    found = []
    if withdrawn and len(terms) < len(request.fees):
        found.append("fee_dropped_by_law")
    for line in request.lines if withdrawn else ():
        wanted = {condition for condition, _quantity in line.conditions}
        if wanted & (set(dict(request.deductions)) - set(_percents(request, line, True))):
            found.append("deduction_blocked_by_law")
            break
    if shipping and shipping.net < request.shipping.paid.net:
        found.append("standard_delivery_only")
    return tuple(found)
