"""How much is owed: the only place that says it, with `shares` as its arithmetic.

Amounts are those of the posted invoice, in its currency, net and each tax apart; what
comes out are shares of them. Taxes of fees are computed by the caller, with the same
engine as the credit note's.

>>> line = RefundLine(PaidLine('shirt', 2, 100), 1, conditions=(('C', 1),))
>>> result = owed(RefundRequest((line,), deductions={'C': 30}))
>>> result.net, result.deductions[0].net
(Decimal('35.00'), Decimal('15.00'))
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from .facts import LineFacts
from .fees import Bearer, charge
from .law import lawful_deductions, lawful_fees, withdrawal_right
from .outcomes import to_decimal
from .shares import (
    ZERO,
    LineShare,
    PaidLine,
    allocate,
    round_to,
    share,
    spread,
    unit_of,
)

__all__ = (
    "Deduction",
    "LineShare",
    "Owed",
    "PaidLine",
    "RefundLine",
    "RefundRequest",
    "Shipping",
    "allocate",
    "deductible",
    "owed",
    "share",
    "spread",
)

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class RefundLine:
    """One paid line in a refund.

    :param paid: what was paid and credited
    :param quantity: that is released now
    :param conditions: (condition code, quantity) each, as found; what of the quantity
        is not named was not inspected and has no deduction
    :param excess_handling: found handled beyond what it takes to examine the goods
    :param handled: codes of the conditions that are such a finding, where units of the
        line were found in different conditions; instead of ``excess_handling``
    """

    paid: PaidLine
    quantity: Decimal
    conditions: tuple = ()
    excess_handling: bool | None = None
    handled: tuple | None = None


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
    taxes = tuple((key, _between(amount, left[key])) for key, amount in off.taxes)
    return replace(off, net=_between(off.net, rest.net), taxes=taxes)


def _between(amount, end):
    """The amount, or what of it lies between zero and `end`, whatever their signs."""
    return sorted((ZERO, amount, end))[1]


def _percents(request, line, withdrawn):
    """Deductions that the law leaves for a line."""
    percents = dict(request.deductions)
    if not withdrawn:
        return percents
    facts = request.facts
    if line.handled is not None:
        percents = {code: percents[code] for code in percents if code in line.handled}
        facts = replace(facts, excess_handling=True)
    elif line.excess_handling is not None:
        facts = replace(facts, excess_handling=line.excess_handling)
    return lawful_deductions(percents, facts)


def deductible(request, line):
    """What policy and law take off a line, for a caller that adds it up by itself.

    :rtype: dict of percent by condition
    """
    return dict(_percents(request, line, withdrawal_right(request.facts)))


def _shipping(request, withdrawn, unit):
    """The delivery's share: only for a refund of everything, the standard part."""
    rule, notice = request.refund_shipping, request.facts.withdrawal
    wanted = withdrawn or rule == "always" or (rule == "withdrawal" and notice)
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
    withdrawn = withdrawal_right(facts)
    results = [
        _deduct(line, _percents(request, line, withdrawn), unit)
        for line in request.lines
    ]
    lines = tuple(line for line, _found in results)
    shipping = _shipping(request, withdrawn, unit)
    goods = sum((line.net for line in lines), ZERO)
    terms = lawful_fees(request.fees, facts) if withdrawn else tuple(request.fees)
    taken = charge((Bearer("", terms, goods),), parcels=request.parcels, rounding=unit)
    fees = tuple((one.kind, one.net) for one in taken)
    parts = (*lines, shipping) if shipping else lines
    charged = sum((fee for _kind, fee in fees), ZERO)
    net = sum((part.net for part in parts), ZERO) - charged
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
    if withdrawn and any(_spared(request, line) for line in request.lines):
        found.append("deduction_blocked_by_law")
    if shipping and shipping.net < request.shipping.paid.net:
        found.append("standard_delivery_only")
    return tuple(found)


def _spared(request, line):
    """True when the law takes away a deduction that the policy has for the line."""
    kept = _percents(request, line, True)
    wanted = {code for code, percent in dict(request.deductions).items() if percent}
    return any(code in wanted - set(kept) for code, _quantity in line.conditions)
