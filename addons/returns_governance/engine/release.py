"""When money may go: how much of an authorised line its release rule has let go.

One function per release rule, from quantities alone; nothing here knows an amount.

>>> facts = ReleaseFacts(authorised=3, received=2)
>>> released('receipt', facts).released_quantity
Decimal('2')
>>> released('inspection', facts).held_because
('awaiting_inspection',)

**Law** (Directive 2011/83/EU Art 13): a withdrawal is paid back within 14 days of the
notice; the trader may wait until the goods are back or the customer has shown that they
were sent, whichever is first. So for a withdrawal a carrier's acceptance scan, a proof
of sending or the receipt releases, whatever the rule says, and no approval holds it.
Where value may be taken off for handling (Art 14(2)) the goods are looked at first, but
never beyond the 14 days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from .errors import EngineError
from .outcomes import to_decimal

REFUND_DAYS = 14  # Art 13(1)
OPEN_CASES = ("authorised", "closed")
ZERO = Decimal(0)


@dataclass(frozen=True)
class ReleaseFacts:
    """Quantities of one line, all in the line's unit; True means all authorised.

    :param requested: for the reader; authorised is what counts
    :param scanned: in parcels that a carrier has accepted, or True
    :param received: of the right product; a wrong item does not count
    :param vendor_credited: for which the supplier's credit has come
    :param released_by_hand: let go by a person with the right to, or True
    :param blocked: codes of the exceptions that hold money, e.g. ``serial_mismatch``
    :param case_state: only an authorised (or by then closed) return pays
    :param shipped_proof: the customer has shown that the goods were sent
    :param returnless: the policy pays without the goods
    :param withdrawal: within the right to withdraw (`law.withdrawal_right`)
    :param date withdrawal_at: day of the notice
    :param deductible: value may be taken off a withdrawal for what is found
    :param date today: in the customer's calendar; only a deductible withdrawal asks
    """

    requested: Decimal = ZERO
    authorised: Decimal = ZERO
    scanned: Decimal | bool = ZERO
    received: Decimal = ZERO
    inspected: Decimal = ZERO
    vendor_credited: Decimal | bool = ZERO
    released_by_hand: Decimal | bool = ZERO
    blocked: tuple = ()
    approval_pending: bool = False
    case_state: str = "authorised"
    shipped_proof: Decimal | bool = False
    returnless: bool = False
    withdrawal: bool = False
    withdrawal_at: date | None = None
    deductible: bool = False
    today: date | None = None

    @property
    def may_look(self):
        """True while a withdrawal may wait until the goods were looked at."""
        if not (self.deductible and self.today and self.withdrawal_at):
            return False
        return self.today < due_date(self.withdrawal_at)

    def quantity(self, name):
        """A quantity as Decimal, never more than authorised nor below zero."""
        authorised = to_decimal(self.authorised)
        value = getattr(self, name)
        if value is True:
            return authorised
        return max(ZERO, min(authorised, to_decimal(value or 0)))


@dataclass(frozen=True)
class ReleaseVerdict:
    """How much may be paid for, and what the rest waits for.

    :param Decimal released_quantity: in the line's unit, from the first unit on (what
        was already paid for is not taken off)
    :param bool open: something may be paid
    :param held_because: codes of what the rest waits for; () when all is released
    :param str released_by: the rule, ``law`` or ``hand``; '' while nothing is released
    :param date due_date: of a withdrawal, else None
    """

    released_quantity: Decimal
    open: bool
    held_because: tuple
    released_by: str
    due_date: date | None = None


# release rule: the quantity that it looks at, the code of what is waited for
_RULES = MappingProxyType(
    {
        "request": ("authorised", "awaiting_authorisation"),
        "carrier_scan": ("scanned", "awaiting_carrier_scan"),
        "receipt": ("received", "awaiting_receipt"),
        "inspection": ("inspected", "awaiting_inspection"),
        "vendor_credit": ("vendor_credited", "awaiting_vendor_credit"),
        "manual": ("released_by_hand", "awaiting_release"),
    }
)


_CASE_CODES = MappingProxyType(
    {
        "draft": "awaiting_authorisation",
        "requested": "awaiting_authorisation",
        "to_approve": "awaiting_approval",
    }
)


def due_date(notice):
    """Last day to pay back a withdrawal: 14 days after the notice (Art 13(1)).

    >>> due_date(date(2026, 6, 1))
    datetime.date(2026, 6, 15)
    """
    return notice and notice + timedelta(days=REFUND_DAYS)


def _candidates(rule, facts):
    """(quantity, released by), in the order of who is named."""
    yield facts.quantity(_RULES[rule][0]), "hand" if rule == "manual" else rule
    if facts.returnless:
        yield facts.quantity("authorised"), "returnless"
    if facts.withdrawal:
        sent = ("scanned", "received", "shipped_proof")
        for name in ("inspected",) if facts.may_look else sent:
            yield facts.quantity(name), "law"
    yield facts.quantity("released_by_hand"), "hand"


def _blocks(facts):
    """Codes that hold everything, a release by hand too."""
    if facts.case_state not in OPEN_CASES:
        return (_CASE_CODES.get(facts.case_state, f"case_{facts.case_state}"),)
    if facts.approval_pending and not facts.withdrawal:
        return ("awaiting_approval",)
    return ()


def _waits_for(rule, facts):
    """Codes of what lets the rest go, any of them."""
    if not to_decimal(facts.authorised):
        return ()
    if facts.withdrawal and facts.may_look:
        return ("awaiting_inspection",)
    if facts.withdrawal:
        return ("awaiting_carrier_scan", "awaiting_receipt")
    return (_RULES[rule][1],)


def _most(candidates):
    """The greatest quantity; the first that reaches it is named."""
    quantity, by = ZERO, ""
    for candidate, name in candidates:
        if candidate > quantity:
            quantity, by = candidate, name
    return quantity, by


def released(rule, facts):
    """How much of a line may be paid for.

    A release by hand stands beside the rule and passes exceptions that hold money, but
    never an approval or a case that is not authorised; what may be paid stays bounded
    by what was authorised (and by what was paid: `refund`).

    :param str rule: one of `outcomes.RELEASE_RULES`
    :param ReleaseFacts facts: the line's quantities
    :rtype: ReleaseVerdict
    :raises EngineError: ``BAD_RULE`` for an unknown release rule
    """
    if rule not in _RULES:
        raise EngineError("BAD_RULE", f"{rule!r} is no release rule")
    holds = _blocks(facts)
    if holds:
        quantity, by = ZERO, ""
    elif facts.blocked:
        holds = tuple(facts.blocked)
        quantity, by = _most([(facts.quantity("released_by_hand"), "hand")])
    else:
        quantity, by = _most(_candidates(rule, facts))
        holds = _waits_for(rule, facts)
    complete = quantity > 0 and quantity >= to_decimal(facts.authorised)
    return ReleaseVerdict(
        released_quantity=quantity,
        open=quantity > 0,
        held_because=() if complete else holds,
        released_by=by,
        due_date=due_date(facts.withdrawal_at) if facts.withdrawal else None,
    )
