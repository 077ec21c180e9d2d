"""Where inspected goods go: one disposition for a quantity found in one condition.

The mapping of condition to disposition comes from the same evaluation as all outcomes,
so category, value, cost and age of the stock decide with it when rules ask for them.

>>> from .facts import LineFacts, Rule
>>> rules = (Rule('standard', outcomes={'dispositions': {'A': 'restock'}}),)
>>> dispose(LineFacts(condition='A'), rules=rules).code
'restock'
>>> dispose(LineFacts(condition='Z'), rules=rules).needs_human
True
"""

from dataclasses import dataclass
from decimal import Decimal

from .eligibility import Verdict, evaluate
from .outcomes import plain


@dataclass(frozen=True)
class DispositionVerdict:
    """What becomes of a quantity.

    :param str code: the disposition, None when nobody but a person can say
    :param str rule: code of the rule that gave it
    :param str reason: text for people
    :param bool needs_human: a person has to choose, or to confirm `code`
    """

    code: str | None
    rule: str
    reason: str
    trace: tuple
    needs_human: bool = False
    quantity: Decimal | None = None


def dispose(facts, outcomes=None, quantity=None, rules=None):
    """The disposition of a quantity in the condition `facts.condition`.

    :param LineFacts facts: with the condition found
    :param outcomes: a `Verdict` of the same facts, condition included (its trace is
        kept), or a mapping of outcomes; None: `rules` are evaluated
    :param rules: `Rule`s or a `RuleBook`, when no outcomes are given
    :param quantity: for the trace
    :rtype: DispositionVerdict
    """
    if outcomes is None:
        outcomes = evaluate(facts, rules or ())
    trace = ()
    rule = ""
    condition = facts.condition
    if isinstance(outcomes, Verdict):
        rule = outcomes.winners.get(f"dispositions:{condition}", "")
        outcomes, trace = outcomes.outcomes, outcomes.trace
    code = dict(outcomes["dispositions"]).get(condition)
    by_human = bool(outcomes["route_by_human"])
    reason = _reason(condition, code, rule, by_human)
    entry = {
        "step": "disposition",
        "condition": condition,
        "quantity": plain(quantity),
        "code": code,
        "rule": rule,
        "reason": reason,
    }
    return DispositionVerdict(
        code, rule, reason, (*trace, entry), by_human or code is None, quantity
    )


def _reason(condition, code, rule, by_human):
    if not condition:
        return "no condition was found yet"
    if code is None:
        return f"no rule says where condition {condition} goes"
    by = f" (rule {rule})" if rule else ""
    text = f"condition {condition} goes to {code}{by}"
    return f"{text}; the policy asks a person" if by_human else text


@dataclass(frozen=True)
class DispositionSpec:
    """One row of the disposition matrix: the physical with the financial.

    :param code: of the disposition
    :param kind: what it does: restock, refurbish, liquidate, return_to_vendor,
        quarantine, donate, recycle, destroy, keep_with_customer; '' for any other
    :param state: code of the state of its place, None: the goods do not move
    :param available: goods in that state can be promised to a customer
    :param moves: a stock move is made
    :param value: what becomes of the stock value: keep, write_down or write_off
    :param refund_percent: of the paid price, 0 to 100
    """

    code: str
    kind: str = ""
    state: str | None = None
    available: bool = False
    moves: bool = True
    value: str = "keep"
    refund_percent: Decimal = Decimal(100)


@dataclass(frozen=True)
class Problem:
    """A contradiction in the set-up: which disposition, a stable code, and a text."""

    disposition: str
    code: str
    text: str


_GONE = ("donate", "recycle", "destroy")


def _contradictions(spec):
    """(holds, code, text) of each contradiction that a row can have."""
    kind, stays = spec.kind, spec.kind == "keep_with_customer"
    return (
        (
            kind == "restock" and not spec.available,
            "restock_not_available",
            "restocks into a state that cannot be promised",
        ),
        (
            kind in _GONE and spec.available,
            "gone_but_available",
            "takes the goods out of business and leaves them in a sellable state",
        ),
        (
            kind in ("quarantine", "refurbish", "liquidate", "return_to_vendor")
            and spec.available,
            "held_but_available",
            "keeps the goods from customers in a state that can be promised",
        ),
        (
            stays and (spec.moves or bool(spec.state)),
            "kept_but_moved",
            "leaves the goods with the customer and moves them",
        ),
        (
            not stays and spec.moves and not spec.state,
            "moved_nowhere",
            "moves the goods and has no state",
        ),
        (
            not stays and not spec.moves and bool(spec.state),
            "state_without_move",
            "has a state and makes no move",
        ),
        (
            spec.available and spec.value == "write_off",
            "available_without_value",
            "writes the value off and leaves the goods sellable",
        ),
        (
            kind in ("donate", "destroy") and spec.value == "keep",
            "gone_with_value",
            "takes the goods out of business and keeps their value",
        ),
        (
            not 0 <= spec.refund_percent <= 100,
            "refund_out_of_range",
            "refunds less than nothing or more than was paid",
        ),
        (
            spec.value not in ("keep", "write_down", "write_off"),
            "value_unknown",
            "does not say what becomes of the value",
        ),
    )


def check_matrix(dispositions):
    """Contradictions between what happens to the goods, their value and the refund.

    :param dispositions: `DispositionSpec`s
    :rtype: tuple of `Problem`, () when the set-up is sound

    >>> rows = (DispositionSpec('restock', 'restock', 'quarantine'),)
    >>> check_matrix(rows)[0].code
    'restock_not_available'
    """
    found, seen = [], set()
    for spec in dispositions:
        if spec.code in seen:
            found.append(Problem(spec.code, "twice", f"{spec.code} is there twice"))
        seen.add(spec.code)
        found += [
            Problem(spec.code, code, f"{spec.code} {text}")
            for holds, code, text in _contradictions(spec)
            if holds
        ]
    return tuple(found)
