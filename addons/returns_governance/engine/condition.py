"""What can be asked of a line: the table of facts, and typed conditions on them."""

from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from .errors import EngineError
from .outcomes import to_bool, to_decimal, to_int


@dataclass(frozen=True)
class FactType:
    """How conditions may ask for a fact.

    :param kind: code (one value), codes (many), path (leaf to root), number, days,
        date or flag
    """

    kind: str
    label: str

    @property
    def ops(self):
        """The operators that make sense."""
        return _OPS[self.kind]


_OPS = {
    "code": ("in", "not_in"),
    "codes": ("in", "not_in"),
    "path": ("in", "not_in", "under"),
    "number": ("ge", "le", "between"),
    "days": ("ge", "le", "between"),
    "date": ("ge", "le", "between"),
    "flag": ("is",),
}
FACTS = MappingProxyType(
    {
        "channel": FactType("code", "channel"),
        "company": FactType("code", "company"),
        "country": FactType("code", "country"),
        "country_state": FactType("code", "state"),
        "product": FactType("code", "product"),
        "categories": FactType("path", "category"),
        "tags": FactType("codes", "tag"),
        "value": FactType("number", "value"),
        "order_value": FactType("number", "order value"),
        "return_value": FactType("number", "value of the return"),
        "reason": FactType("code", "reason"),
        "reason_class": FactType("code", "class of reason"),
        "condition": FactType("code", "condition"),
        "segment": FactType("codes", "customer segment"),
        "days_since_delivery": FactType("days", "days since delivery"),
        "order_date": FactType("date", "order date"),
        "delivered_date": FactType("date", "delivery date"),
        "node": FactType("code", "node"),
        "cost": FactType("number", "unit cost"),
        "stock_age_days": FactType("days", "age of the stock in days"),
        "sealed": FactType("flag", "sealed"),
        "on_sale": FactType("flag", "on sale"),
        "resolution": FactType("code", "resolution"),
        "withdrawal": FactType("flag", "withdrawal"),
        "quantity": FactType("number", "quantity"),
        "today": FactType("date", "date of the request"),
        "lack_of_conformity": FactType("flag", "legal guarantee"),
    }
)


def _to_date(value):
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))


def _to_code(value):
    if not isinstance(value, (str, int)) or isinstance(value, bool) or value == "":
        raise EngineError("BAD_VALUE", f"{value!r} is no code")
    return value


_CONVERT = {
    "code": _to_code,
    "codes": _to_code,
    "path": _to_code,
    "number": to_decimal,
    "days": to_int,
    "date": _to_date,
    "flag": to_bool,
}
_COUNTS = {"ge": 1, "le": 1, "is": 1, "between": 2}
_PHRASES = {
    "in": "{} is {}",
    "not_in": "{} is not {}",
    "under": "{} is in {}",
    "ge": "{} is at least {}",
    "le": "{} is at most {}",
    "between": "{} is from {} to {}",
}


@dataclass(frozen=True)
class Condition:
    """One typed question to the facts; never code.

    Operators: ``in``, ``not_in`` (one of the values, none of them; of a path: its
    leaf), ``under`` (a category with its children), ``ge``, ``le``, ``between`` (both
    ends in) and ``is`` (true or false). An unknown fact meets no condition, not even
    ``not_in``; no tags at all are known and meet ``not_in``. Codes are compared as they
    are: a fact that is given as an id needs conditions with ids.

    :raises EngineError: ``BAD_CONDITION``, with the fact and what is wrong

    >>> from decimal import Decimal
    >>> Condition('value', 'between', ('10', 20)).accepts(Decimal(20))
    True
    >>> Condition('country', 'not_in', ('DE',)).accepts(None)
    False
    >>> Condition('country', 'ge', ('DE',))
    Traceback (most recent call last):
    ...
    EngineError: country cannot be asked with 'ge'
    """

    fact: str
    op: str
    values: tuple

    def __post_init__(self):
        kind = FACTS.get(self.fact)
        if kind is None:
            raise EngineError("BAD_CONDITION", f"{self.fact!r} is no fact")
        if self.op not in kind.ops:
            raise EngineError(
                "BAD_CONDITION", f"{self.fact} cannot be asked with {self.op!r}"
            )
        self.__dict__["values"] = self._typed(kind)

    def _typed(self, kind):
        given = self.values
        if isinstance(given, str) or not hasattr(given, "__iter__"):
            given = (given,)
        try:
            values = tuple(_CONVERT[kind.kind](value) for value in given)
        except ValueError as error:
            raise EngineError("BAD_CONDITION", f"{self.fact}: {error}") from None
        wanted = _COUNTS.get(self.op)
        if not values or (wanted and len(values) != wanted):
            raise EngineError(
                "BAD_CONDITION", f"{self.fact} {self.op}: {len(values)} value(s)"
            )
        if self.op == "between" and values[0] > values[1]:
            raise EngineError("BAD_CONDITION", f"{self.fact}: from is after to")
        return values

    @property
    def bounds(self):
        """Lowest and highest value that match, None for an open end."""
        if self.op == "between":
            return self.values
        return (self.values[0], None) if self.op == "ge" else (None, self.values[0])

    def matches(self, facts):
        """True when the facts are known and meet the condition."""
        return self.accepts(getattr(facts, self.fact))

    def accepts(self, known):
        """True when this value of the fact meets the condition."""
        return _MATCH[self.op](self, known)

    def text(self):
        """The condition as a person reads it.

        >>> Condition('days_since_delivery', 'le', (30,)).text()
        'days since delivery is at most 30'
        """
        label = FACTS[self.fact].label
        if self.op == "is":
            return label if self.values[0] else f"not {label}"
        if self.op == "between":
            return _PHRASES["between"].format(label, *self.values)
        return _PHRASES[self.op].format(label, " or ".join(map(str, self.values)))


def _in(condition, known):
    if isinstance(known, tuple):
        if FACTS[condition.fact].kind == "path":
            return bool(known) and known[0] in condition.values
        return any(value in condition.values for value in known)
    return known is not None and known in condition.values


def _not_in(condition, known):
    if known is None or (not known and FACTS[condition.fact].kind == "path"):
        return False
    return not _in(condition, known)


def _within(condition, known):
    low, high = condition.bounds
    if known is None:
        return False
    return (low is None or known >= low) and (high is None or known <= high)


_MATCH = {
    "in": _in,
    "not_in": _not_in,
    "under": lambda self, known: any(value in self.values for value in known),
    "ge": _within,
    "le": _within,
    "between": _within,
    "is": lambda self, known: known is not None and known == self.values[0],
}
