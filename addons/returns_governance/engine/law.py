"""Statutory limits. They apply after the policy's winner, and no rule overrides them.

Each law is one row of `LAWS`: whom it protects, and what it changes in the outcomes,
always in the consumer's favour. `LineFacts.laws` says which ones hold for a line (by
company and customer country, as the law packs say). Each change is an entry of the
trace with its source. This is not legal advice.

Directive 2011/83/EU of 25 October 2011 on consumer rights, as amended, with Art 11a in
force since 19 June 2026; Directive (EU) 2019/771 on the sale of goods, as amended by
Directive (EU) 2024/1799 on the repair of goods.

Not covered: a period that ends on a weekend or a public holiday ends on the next
working day (Regulation (EEC, Euratom) 1182/71 Art 3(4)); a window of 17 days or more in
the policy allows for it.
"""

from dataclasses import dataclass, replace
from types import MappingProxyType

from .outcomes import plain

WITHDRAWAL_DAYS = 14
UNINFORMED_DAYS = 366  # Art 10(1): twelve months more, never counted too short
CONFORMITY_DAYS = 731  # Art 10(1) Directive (EU) 2019/771: two years
GUARANTEE_YEARS = 2
REPAIR_YEARS = 1  # Art 10(2a) of it: twelve months more after a repair, once
RETURN_COST_FEES = ("label", "return_shipping")
SEALED_GOODS = ("e", "i")  # Art 16: the exception holds only once the seal is broken


def withdrawal_days(facts):
    """Days of the right to withdraw, from possession of the last item (Arts 9, 10)."""
    if facts.withdrawal_informed is False:
        return WITHDRAWAL_DAYS + UNINFORMED_DAYS
    return WITHDRAWAL_DAYS


def withdrawal_excluded(facts):
    """True when Art 16 takes the right away for this product.

    For goods sealed for hygiene (e) and sealed recordings or software (i) only after
    the seal was broken, which has to be known.
    """
    if not facts.article16:
        return False
    return facts.article16 not in SEALED_GOODS or facts.sealed is False


def withdrawal_right(facts):
    """True when the line is withdrawn from and the right to withdraw holds."""
    if "eu_withdrawal" not in facts.laws or not facts.withdrawal:
        return False
    if withdrawal_excluded(facts):
        return False
    days = facts.days_since_delivery
    return days is None or days <= withdrawal_days(facts)


def lawful_deductions(deductions, facts):
    """Deductions that a withdrawal leaves (Art 14(2), Art 6(1)(h)).

    Value may be taken off only for handling beyond what it takes to establish nature
    and functioning of the goods, and only if the customer was told of the right to
    withdraw. Both must be known.
    """
    allowed = facts.excess_handling is True and facts.withdrawal_informed is True
    return deductions if allowed else {}


def lawful_fees(fees, facts):
    """Fees that a withdrawal leaves: the direct cost of sending back, if the customer
    was told to bear it (Art 14(1), Art 6(6)); nothing else (Art 14(5)).

    >>> from .facts import LineFacts
    >>> lawful_fees((('restocking', 10, 'fixed'),), LineFacts(costs_informed=True))
    ()
    """
    if facts.costs_informed is not True:
        return ()
    return tuple(fee for fee in fees if fee[0] in RETURN_COST_FEES)


def _at_least(days, least):
    return days if days is None or days >= least else least


def _withdrawal(outcomes, facts):
    """What a withdrawal in time changes, as {key: value}."""
    resolutions = outcomes["resolutions"]
    shipping = outcomes["refund_shipping"]
    return {
        "eligible": True,
        "window_days": _at_least(outcomes["window_days"], withdrawal_days(facts)),
        "approval_above": None,
        "approval_levels": (),
        "evidence": (),
        "resolutions": tuple(dict.fromkeys((*resolutions, "refund"))),
        "fees": lawful_fees(outcomes["fees"], facts),
        "deductions": lawful_deductions(outcomes["deductions"], facts),
        "refund_shipping": "withdrawal" if shipping == "never" else shipping,
    }


def guarantee_end(delivered, extended=False):
    """Last day of the legal guarantee of goods delivered on a day.

    Two years (Art 10(1) Directive (EU) 2019/771), and twelve months more, once, where
    the consumer chose a repair (Art 10(2a), in force since 31 July 2026). A day that
    the last year does not have ends with its month (Regulation 1182/71 Art 3(2)(c)).

    >>> from datetime import date
    >>> guarantee_end(date(2026, 8, 1))
    datetime.date(2028, 8, 1)
    >>> guarantee_end(date(2028, 2, 29), extended=True)
    datetime.date(2031, 2, 28)
    """
    if not delivered:
        return None
    year = delivered.year + GUARANTEE_YEARS + (REPAIR_YEARS if extended else 0)
    try:
        return delivered.replace(year=year)
    except ValueError:
        return delivered.replace(year=year, day=28)


def conformity_right(facts):
    """A defect claimed by a consumer within the legal guarantee."""
    if "eu_conformity" not in facts.laws or not facts.lack_of_conformity:
        return False
    if facts.guarantee_until and facts.today:
        return facts.today <= facts.guarantee_until
    days = facts.days_since_delivery
    return days is None or days <= CONFORMITY_DAYS


def _conformity_days(facts):
    """Days of the legal guarantee, counted from the delivery."""
    if facts.guarantee_until and facts.delivered_date:
        return (facts.guarantee_until - facts.delivered_date).days
    return CONFORMITY_DAYS


def _conformity(outcomes, facts):
    """A defect is heard whatever the policy excludes, and costs the consumer nothing
    (Arts 10, 13 and 14(1)(a) Directive (EU) 2019/771)."""
    return {
        "eligible": True,
        "window_days": _at_least(outcomes["window_days"], _conformity_days(facts)),
        "fees": (),
    }


@dataclass(frozen=True)
class Law:
    """One statutory limit.

    :param applies: facts -> bool
    :param change: outcomes, facts -> {key: value}; may only favour the consumer
    """

    code: str
    source: str
    applies: object
    change: object


_TABLE = (
    Law(
        "eu_withdrawal",
        "Directive 2011/83/EU Arts 9 to 16",
        withdrawal_right,
        _withdrawal,
    ),
    Law(
        "eu_conformity",
        "Directive (EU) 2019/771 Arts 10, 13, 14",
        conformity_right,
        _conformity,
    ),
)
LAWS = MappingProxyType({law.code: law for law in _TABLE})


def _frozen(value):
    return MappingProxyType(dict(value)) if isinstance(value, dict) else value


def apply_law(verdict, facts):
    """The verdict with the statutory limits that hold for these facts.

    :rtype: Verdict, with the laws that changed something in `codes` and an entry per
        changed outcome in `law` and in the trace
    """
    outcomes, entries = dict(verdict.outcomes), []
    for law in _TABLE:
        if not law.applies(facts):
            continue
        for key, value in law.change(outcomes, facts).items():
            if plain(value) == plain(outcomes[key]):
                continue
            entries.append(_entry(law, key, outcomes[key], value, verdict))
            outcomes[key] = _frozen(value)
    changed = dict.fromkeys(entry["law"] for entry in entries)
    entries += _no_right(facts)
    if not entries:
        return verdict
    return replace(
        verdict,
        outcomes=MappingProxyType(outcomes),
        codes=(*verdict.codes, *changed),
        law=(*verdict.law, *entries),
    )


def _no_right(facts):
    """An entry that says why a withdrawal is left to the policy, if it is."""
    if not facts.withdrawal or withdrawal_right(facts):
        return []
    source = "Directive 2011/83/EU Art 9"
    because = f"more than {withdrawal_days(facts)} days since delivery"
    if "eu_withdrawal" not in facts.laws:
        because = "the law does not hold for this line"
    elif withdrawal_excluded(facts):
        source = f"Directive 2011/83/EU Art 16({facts.article16})"
        because = "the product is excepted from the right to withdraw"
    law = {"step": "law", "law": "eu_withdrawal", "source": source}
    return [{**law, "key": "", "because": because}]


def _entry(law, key, before, after, verdict):
    return {
        "step": "law",
        "law": law.code,
        "source": law.source,
        "key": key,
        "policy": plain(before),
        "rule": verdict.winners.get(key, ""),
        "value": plain(after),
    }
