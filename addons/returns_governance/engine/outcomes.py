"""Everything that a policy can set: `OUTCOMES`, the table of typed outcome keys.

A rule sets some of these keys; what no matching rule sets has its default. Values are
normalised to hashable types when a rule is made: money and percentages to `Decimal`,
lists to tuples, mappings to sorted tuples of pairs.

>>> normalise('window_days', '30')
30
>>> normalise('deductions', {'C': 30})
(('C', Decimal('30')),)
>>> normalise('release', 'tomorrow')
Traceback (most recent call last):
...
EngineError: release: 'tomorrow' is none of ...
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from types import MappingProxyType

from .errors import EngineError

RELEASE_RULES = (
    "request",
    "carrier_scan",
    "receipt",
    "inspection",
    "vendor_credit",
    "manual",
)
LABEL_MODES = ("none", "label", "qr", "drop_off", "customer")
SHIPPING_RULES = ("never", "withdrawal", "always")
ADVANCE_RULES = ("none", "charge", "escalate")
FEE_MODES = ("fixed", "percent", "per_parcel")
RESOLUTIONS = ("refund", "exchange", "store_credit", "repair", "replacement")


def to_decimal(value):
    """`value` as Decimal; floats by their shortest text, so that 0.1 stays 0.1.

    >>> to_decimal(0.1)
    Decimal('0.1')
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool):
        raise EngineError("BAD_VALUE", f"{value!r} is no number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise EngineError("BAD_VALUE", f"{value!r} is no number") from None
    if not number.is_finite():
        raise EngineError("BAD_VALUE", f"{value!r} is no finite number")
    return number


def to_int(value):
    """`value` as int, refusing fractions."""
    number = to_decimal(value)
    if number != number.to_integral_value():
        raise EngineError("BAD_VALUE", f"{value!r} is no whole number")
    return int(number)


def to_bool(value):
    """`value` as bool; also the texts and numbers that files and forms write.

    >>> to_bool('false'), to_bool(1)
    (False, True)
    """
    known = {"true": True, "1": True, "false": False, "0": False}
    text = str(value).lower()
    if text not in known:
        raise EngineError("BAD_VALUE", f"{value!r} is neither true nor false")
    return known[text]


def _codes(value):
    if isinstance(value, str):
        value = (value,)
    return tuple(value)


def _code(value):
    if not isinstance(value, str) or not value:
        raise EngineError("BAD_VALUE", f"{value!r} is no code")
    return value


def _at_least_zero(value):
    number = to_decimal(value)
    if number < 0:
        raise EngineError("BAD_VALUE", f"{value!r} is below zero")
    return number


def _percent(value):
    number = _at_least_zero(value)
    if number > 100:
        raise EngineError("BAD_VALUE", f"{value!r} is over 100 percent")
    return number


def _days(value):
    days = to_int(value)
    if days < 0:
        raise EngineError("BAD_VALUE", f"{value!r} is below zero days")
    return days


def _one_of(choices):
    def convert(value):
        if value not in choices:
            known = ", ".join(choices)
            raise EngineError("BAD_VALUE", f"{value!r} is none of {known}")
        return value

    return convert


def _some_of(choices):
    one = _one_of(choices)
    return lambda value: tuple(one(item) for item in _codes(value))


def _mapping(convert):
    def pairs(value):
        items = value.items() if hasattr(value, "items") else value
        return tuple(sorted((_code(key), convert(item)) for key, item in items))

    return pairs


def _bands(value):
    """A code, or several by the worth of one unit: (from, below, code) each.

    The bands may not overlap; one without limits serves what the others leave.
    """
    if isinstance(value, str):
        return _code(value)
    bands = []
    for low, high, code in value:
        low = None if low is None else _at_least_zero(low)
        high = None if high is None else to_decimal(high)
        if high is not None and high <= (low or 0):
            raise EngineError("BAD_VALUE", f"worth from {low or 0} is not below {high}")
        bands.append((low, high, _code(code)))
    limited = sorted(
        (band for band in bands if band[:2] != (None, None)), key=_lower_end
    )
    for one, other in pairwise(limited):
        if one[1] is None or one[1] > _lower_end(other):
            raise EngineError(
                "BAD_VALUE", f"{one[2]} and {other[2]} are given for the same worth"
            )
    free = [band for band in bands if band[:2] == (None, None)]
    if len(free) > 1 or not bands:
        raise EngineError("BAD_VALUE", "two are given for the same condition")
    return tuple(limited + free) if limited else free[0][2]


def _lower_end(band):
    return band[0] or 0


def of_worth(value, worth):
    """The code for one unit that is worth this much; None where no band has it.

    >>> bands = normalise('dispositions', {'A': [(None, 20, 'donate')]})[0][1]
    >>> of_worth(bands, Decimal(19)), of_worth(bands, Decimal(20))
    ('donate', None)
    """
    if isinstance(value, str):
        return value
    for low, high, code in value:
        if low is None and high is None:
            return code
        if worth is None or (low is not None and worth < low):
            continue
        if high is None or worth < high:
            return code
    return None


def _fees(value):
    fees = []
    for kind, amount, mode in value:
        _one_of(FEE_MODES)(mode)
        amount = _percent(amount) if mode == "percent" else _at_least_zero(amount)
        fees.append((_code(kind), amount, mode))
    return tuple(fees)


def _levels(value):
    return tuple(sorted((_at_least_zero(above), _code(role)) for above, role in value))


def _evidence(value):
    wanted = []
    for kind, count, *rest in value:
        _one_of(("image", "pdf", "video", "any"))(kind)
        most = _days(rest[0]) if rest and rest[0] else None
        wanted.append((kind, _days(count), most))
    return tuple(wanted)


@dataclass(frozen=True)
class Outcome:
    """One key that a rule can set.

    :param convert: makes the value typed and hashable, or raises `EngineError`
    :param default: the value when no matching rule sets the key
    :param bool nullable: None is a value too (*no limit*, *not asked*)
    :param bool by_entry: a mapping; each entry is won on its own, so that a rule for
        one condition leaves the other conditions to the general rule
    """

    key: str
    convert: object
    default: object
    help: str
    nullable: bool = False
    by_entry: bool = False


_TABLE = (
    Outcome("eligible", to_bool, True, "may come back at all"),
    Outcome("window_days", _days, None, "last day in; none: no limit", True),
    Outcome("resolutions", _some_of(RESOLUTIONS), ("refund",), "what is offered"),
    Outcome("supplier_reason", _code, None, "reason told to the supplier", True),
    Outcome("evidence", _evidence, (), "(kind, least number, most bytes) each"),
    Outcome("fees", _fees, (), "(kind, net amount or percent, mode) each"),
    Outcome("deductions", _mapping(_percent), (), "percent by condition", False, True),
    Outcome("refund_shipping", _one_of(SHIPPING_RULES), "withdrawal", "delivery paid"),
    Outcome("release", _one_of(RELEASE_RULES), "inspection", "when money may go"),
    Outcome("approval_above", _at_least_zero, None, "company currency, with tax", True),
    Outcome("approval_levels", _levels, (), "(above, role) each"),
    Outcome("label_mode", _one_of(LABEL_MODES), "none", "how the parcel is labelled"),
    Outcome("destination", _code, None, "node the goods go to", True),
    Outcome(
        "dispositions", _mapping(_bands), (), "by condition and worth", False, True
    ),
    Outcome("route_by_human", to_bool, False, "a person chooses the disposition"),
    Outcome("returnless", to_bool, False, "refund without the goods"),
    Outcome("returnless_limit", _at_least_zero, None, "most value per case", True),
    Outcome("returnless_per_month", _days, None, "most cases per customer", True),
    Outcome(
        "returnless_month_value", _at_least_zero, None, "most value in a month", True
    ),
    Outcome("exchange_bonus", _percent, Decimal(0), "percent on top of an exchange"),
    Outcome("credit_bonus", _percent, Decimal(0), "percent on top of store credit"),
    Outcome("advance", _one_of(ADVANCE_RULES), "none", "exchange before the return"),
    Outcome("advance_days", _days, 14, "days to send back what was exchanged ahead"),
    Outcome("expire_days", _days, 30, "days to wait for the goods", True),
)
OUTCOMES = MappingProxyType({outcome.key: outcome for outcome in _TABLE})


def normalise(key, value):
    """The value of one outcome, typed and hashable.

    :raises EngineError: ``BAD_OUTCOME`` for an unknown key or a value of a wrong type
    """
    outcome = OUTCOMES.get(key)
    if outcome is None:
        raise EngineError("BAD_OUTCOME", f"{key!r} is no outcome")
    if value is None and outcome.nullable:
        return None
    try:
        return outcome.convert(value)
    except (EngineError, TypeError, ValueError) as error:
        raise EngineError("BAD_OUTCOME", f"{key}: {error}") from None


def defaults():
    """The outcomes of a policy without rules, as a new dict."""
    return {
        outcome.key: MappingProxyType({}) if outcome.by_entry else outcome.default
        for outcome in _TABLE
    }


def plain(value):
    """`value` as JSON can carry it: Decimals as text, dates ISO, mappings as dicts.

    >>> plain({'a': (Decimal('1.50'), None)})
    {'a': ['1.50', None]}
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if hasattr(value, "items"):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, set, frozenset)):
        return [plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
