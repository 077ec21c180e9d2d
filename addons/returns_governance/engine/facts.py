"""What is known of a returned line, and the typed conditions and rules about it.

**How specific a rule is** (`Rule.specificity`), compared from left to right, the
greater wins; a screen can say it in one sentence:

1. a rule that names products beats one that does not;
2. a deeper category beats a higher one, and any category none;
3. more named tags beat fewer;
4. more conditions that name values (channel, reason, country ...) beat fewer;
5. more conditions that narrow a range or exclude values beat fewer.

Equal rules are ordered by priority (the greater number wins), then by code (the first
in the alphabet wins), so that the order of loading never matters.

>>> shirts = Rule('shirts', conditions=(Condition('categories', 'under', ('shirt',)),))
>>> web = Rule('web', conditions=(Condition('channel', 'in', ('web',)),))
>>> facts = LineFacts(channel='web', categories=('polo', 'shirt', 'apparel'))
>>> shirts.matches(facts), web.matches(facts)
(True, True)
>>> shirts.specificity(facts) > web.specificity(facts)
True
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .condition import FACTS, Condition
from .errors import EngineError
from .outcomes import OUTCOMES, normalise, of_worth, plain, to_decimal

__all__ = (
    "DEFAULT_LAWS",
    "FACTS",
    "OUTCOMES",
    "Condition",
    "LineFacts",
    "Rule",
    "calendar_days",
    "local_date",
)

DEFAULT_LAWS = ("eu_withdrawal", "eu_conformity")


def _of_kind(kind):
    return tuple(name for name, fact in FACTS.items() if fact.kind == kind)


_CODE_FIELDS = (*_of_kind("code"), "article16")
_DECIMAL_FIELDS = _of_kind("number")
_DATE_FIELDS = (*_of_kind("date"), "guarantee_until")


@dataclass(frozen=True)
class LineFacts:
    """What is known of one line; give what is known, None means unknown.

    An empty text and False of a code (as the ORM gives them) count as unknown; numbers
    become `Decimal`.

    :param categories: codes or ids, from the product's own up to the root
    :param value: paid value of the returned quantity, with tax, company currency
    :param order_value: the same of the whole order
    :param return_value: the refund of the whole return, which approval looks at
    :param reason_class: root cause of the reason, such as ``product_quality``
    :param days_since_delivery: calendar days since the last delivery of the order in
        the customer's time zone (`calendar_days`); None: nothing delivered yet
    :param cost: cost of one unit, company currency
    :param evidence: (name, mimetype, bytes) each, or their number; None: not asked
        for it yet, () none given
    :param withdrawal: the customer withdraws from a distance contract as a consumer
    :param article16: letter of the exception of Art 16 Directive 2011/83/EU that the
        product falls under, such as ``c`` (made to measure) or ``e`` (hygiene)
    :param lack_of_conformity: a consumer claims the legal guarantee (a defect)
    :param guarantee_until: last day of the legal guarantee (`law.guarantee_end`)
    :param excess_handling: found handled beyond what it takes to examine the goods
    :param withdrawal_informed: the customer was told of the right to withdraw
    :param costs_informed: the customer was told to bear the cost of sending back
    :param laws: codes of the laws that hold here (`law.LAWS`)
    """

    channel: str | None = None
    company: object = None
    country: str | None = None
    country_state: str | None = None
    product: object = None
    categories: tuple = ()
    tags: tuple = ()
    value: Decimal | None = None
    order_value: Decimal | None = None
    return_value: Decimal | None = None
    reason: str | None = None
    reason_class: str | None = None
    condition: str | None = None
    segment: tuple = ()
    days_since_delivery: int | None = None
    order_date: date | None = None
    delivered_date: date | None = None
    node: object = None
    cost: Decimal | None = None
    stock_age_days: int | None = None
    sealed: bool | None = None
    on_sale: bool | None = None
    resolution: str | None = None
    withdrawal: bool = False
    evidence: tuple | int | None = None
    quantity: Decimal | None = None
    today: date | None = None
    article16: str | None = None
    lack_of_conformity: bool = False
    guarantee_until: date | None = None
    excess_handling: bool | None = None
    withdrawal_informed: bool | None = None
    costs_informed: bool | None = None
    laws: tuple = DEFAULT_LAWS

    def __post_init__(self):
        known = self.__dict__
        for name in _CODE_FIELDS:
            if known[name] is False or known[name] == "":
                known[name] = None
        for name in _DECIMAL_FIELDS:
            if known[name] is not None:
                known[name] = to_decimal(known[name])
        for name in _DATE_FIELDS:
            if isinstance(known[name], datetime):
                raise EngineError("BAD_FACT", f"{name} is a date, not a moment")
        for name in ("categories", "tags", "segment", "laws"):
            known[name] = tuple(known[name])

    @property
    def unit_value(self):
        """Paid for one unit, with tax, company currency; None while not known."""
        if self.value is None or not self.quantity:
            return None
        return self.value / self.quantity

    def as_dict(self):
        """The known facts as JSON can carry them."""
        return {
            name: plain(value)
            for name, value in self.__dict__.items()
            if value is not None and value != ()
        }


@dataclass(frozen=True)
class Rule:
    """One row of a policy: when the conditions all hold, these outcomes are proposed.

    :param str code: unique in its policy version
    :param int priority: among equally specific rules the greater wins
    :param conditions: tuple of `Condition`; none: holds for every line
    :param outcomes: a mapping or pairs, keys of `OUTCOMES`
    :param str name: for people
    :raises EngineError: ``BAD_RULE`` or ``BAD_OUTCOME``
    """

    code: str
    priority: int = 0
    conditions: tuple = ()
    outcomes: tuple = ()
    name: str = ""

    def __post_init__(self):
        if not isinstance(self.code, str) or not self.code:
            raise EngineError("BAD_RULE", "a rule needs a code")
        given = self.outcomes
        pairs = given.items() if hasattr(given, "items") else given
        typed = {key: normalise(key, value) for key, value in pairs}
        self.__dict__["conditions"] = tuple(self.conditions)
        self.__dict__["outcomes"] = tuple(sorted(typed.items(), key=lambda p: p[0]))

    @cached_property
    def entries(self):
        """The outcomes, mappings taken apart: ((key, entry or None), value) each."""
        found = []
        for key, value in self.outcomes:
            if OUTCOMES[key].by_entry:
                found += [((key, entry), item) for entry, item in value]
            else:
                found.append(((key, None), value))
        return tuple(found)

    @cached_property
    def _by_worth(self):
        return any(
            key == "dispositions" and not isinstance(value, str)
            for (key, _entry), value in self.entries
        )

    def given(self, facts):
        """The entries for these facts: of a disposition by worth, the one that holds.

        Goods whose worth no band has are left to the next rule.
        """
        if not self._by_worth:
            return self.entries
        found = []
        for slot, value in self.entries:
            if slot[0] == "dispositions":
                value = of_worth(value, facts.unit_value)
            if value is not None or slot[0] != "dispositions":
                found.append((slot, value))
        return tuple(found)

    def matches(self, facts):
        """True when all conditions hold."""
        return all(condition.matches(facts) for condition in self.conditions)

    def unmet(self, facts):
        """The conditions that do not hold."""
        return tuple(c for c in self.conditions if not c.matches(facts))

    @cached_property
    def _kinds(self):
        """Static part of the specificity, and the category values it names."""
        product = tags = exact = narrow = 0
        named = set()
        for condition in self.conditions:
            if condition.op not in ("in", "under", "is"):
                narrow += 1
            elif condition.fact == "product":
                product = 1
            elif condition.fact == "categories":
                named.update(condition.values)
            elif condition.fact == "tags":
                tags += 1
            else:
                exact += 1
        return product, frozenset(named), tags, exact, narrow

    def specificity(self, facts=None):
        """How specific the rule is, as the module says; the greater tuple wins.

        :param LineFacts facts: the depth of a category is read from the line's path;
            without facts each category counts as depth 1
        :rtype: tuple of (product, category depth, tags, exact, narrowed)
        """
        product, named, tags, exact, narrow = self._kinds
        depth = 1 if named else 0
        if named and facts is not None:
            path = facts.categories
            depths = (len(path) - i for i, code in enumerate(path) if code in named)
            depth = max(depths, default=0)
        return product, depth, tags, exact, narrow

    @cached_property
    def _plain_rank(self):
        return self._rank(None)

    def _rank(self, facts):
        return (*(-part for part in self.specificity(facts)), -self.priority, self.code)

    def rank(self, facts=None):
        """Sort key: the strongest rule first; only a category depends on the line."""
        return self._rank(facts) if self._kinds[1] else self._plain_rank

    def text(self):
        """The rule's conditions as one sentence.

        >>> Rule('all').text()
        'always'
        """
        return " and ".join(c.text() for c in self.conditions) or "always"


def local_date(moment_utc, tz_name):
    """The calendar day of a moment in a time zone.

    :param datetime moment_utc: aware, or naive in UTC as the ORM gives it
    :param str tz_name: IANA name; unknown or False: UTC
    """
    try:
        zone = ZoneInfo(tz_name) if tz_name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = UTC
    if moment_utc.tzinfo is None:
        moment_utc = moment_utc.replace(tzinfo=UTC)
    return moment_utc.astimezone(zone).date()


def calendar_days(delivered_utc, now_utc, tz_name):
    """Calendar days from delivery to now, as the customer's calendar counts them.

    The day of delivery is day 0; a change of the clocks moves nothing, since only the
    dates are compared (Regulation (EEC) 1182/71 Art 3(1): the day of the event is not
    counted).

    :rtype: int, or None when nothing was delivered

    >>> late = datetime(2026, 3, 1, 23, 30)
    >>> calendar_days(late, datetime(2026, 3, 2, 0, 30), 'UTC')
    1
    >>> calendar_days(late, datetime(2026, 3, 2, 0, 30), 'Europe/Berlin')
    0
    """
    if not delivered_utc:
        return None
    return (local_date(now_utc, tz_name) - local_date(delivered_utc, tz_name)).days
