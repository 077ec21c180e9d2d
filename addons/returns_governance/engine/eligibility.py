"""Rules on facts: what the policy says of a line, why, and whether it may come back.

`evaluate` is the cascade: for each outcome the strongest matching rule that sets it
wins (see `facts` for what is stronger), mappings entry by entry; what no rule sets has
its default. `decide_line` adds the law (`law.apply_law`) and judges.

>>> from .facts import Condition, LineFacts, Rule
>>> rules = (
...     Rule('standard', outcomes={'window_days': 30}),
...     Rule('web', conditions=(Condition('channel', 'in', ('web',)),),
...          outcomes={'window_days': 60}),
... )
>>> verdict = evaluate(LineFacts(channel='web'), rules)
>>> verdict.outcomes['window_days'], verdict.winners['window_days']
(60, 'web')
>>> decision = decide_line(LineFacts(channel='store', days_since_delivery=31), rules)
>>> decision.eligible, decision.rule, decision.codes
(False, 'standard', ('RETURN_NOT_ELIGIBLE', 'WINDOW_PASSED'))
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType

from .facts import LineFacts
from .law import apply_law
from .outcomes import defaults, plain
from .rulebook import PlainRules, RuleBook, compile_rules

__all__ = (
    "Decision",
    "Verdict",
    "apply_law",
    "compile_rules",
    "decide_line",
    "evaluate",
)

NEAR_MISSES = 10  # a trace names at most so many rules that failed in one condition
MENDABLE = ("RESOLUTION_NOT_ALLOWED", "EVIDENCE_REQUIRED", "EVIDENCE_INVALID")


@dataclass(frozen=True)
class Verdict:
    """What the rules say of one line.

    :param outcomes: read-only mapping, each key of `OUTCOMES`
    :param str rule: code of the strongest rule that won anything, '' without one
    :param winners: read-only mapping of outcome key (``dispositions:A`` for an entry)
        to the code of the rule that set it; keys with their default are not there
    :param codes: what the law changed, in order
    :param law: entries of the trace that the law added
    """

    outcomes: object
    rule: str
    winners: object
    facts: LineFacts
    codes: tuple = ()
    law: tuple = ()
    matched: tuple = ()
    book: object = field(default=None, compare=False, repr=False)

    @cached_property
    def losers(self):
        """(rule, key, winner, because) of what was proposed and not taken; because is
        *specificity*, *priority* or *code*."""
        won, found = {}, []
        for rule in self.matched:
            for slot, _value in rule.given(self.facts):
                winner = won.setdefault(slot, rule)
                if winner is not rule:
                    because = _because(winner, rule, self.facts)
                    found.append((rule.code, slot_name(slot), winner.code, because))
        return tuple(found)

    @cached_property
    def trace(self):
        """Plain dicts: facts, rules that held, near misses, winners, law.

        Made when it is first read, since a replay does not need it.
        """
        return (
            {"step": "facts", "facts": self.facts.as_dict()},
            *self._held(),
            *self._missed(),
            *(
                {"step": "outcome", "key": key, "rule": rule, "value": self._value(key)}
                for key, rule in self.winners.items()
            ),
            *self.law,
        )

    def _value(self, slot):
        """What the policy said, before the law changed it."""
        key, _colon, entry = slot.partition(":")
        value = plain(self.outcomes[key])
        for changed in reversed(self.law):
            value = changed["policy"] if changed["key"] == key else value
        return value.get(entry) if entry else value

    def _held(self):
        """An entry per rule that held: what it won; what it lost, to whom, why."""
        won, lost = {}, {}
        for key, code in self.winners.items():
            won.setdefault(code, []).append(key)
        for code, key, winner, because in self.losers:
            defeat = {"key": key, "to": winner, "because": because}
            lost.setdefault(code, []).append(defeat)
        for rule in self.matched:
            yield {
                "step": "rule",
                "rule": rule.code,
                "name": rule.name,
                "because": rule.text(),
                "specificity": list(rule.specificity(self.facts)),
                "priority": rule.priority,
                "won": won.get(rule.code, []),
                "lost": lost.get(rule.code, []),
            }

    def _missed(self):
        if self.book is None:
            return
        missed, count = self.book.near_misses(self.facts, NEAR_MISSES)
        for rule in missed:
            yield {
                "step": "missed",
                "rule": rule.code,
                "name": rule.name,
                "unmet": rule.unmet(self.facts)[0].text(),
            }
        if count > len(missed):
            yield {"step": "missed_more", "count": count - len(missed)}


def _because(winner, loser, facts):
    if winner.specificity(facts) != loser.specificity(facts):
        return "specificity"
    return "priority" if winner.priority != loser.priority else "code"


def slot_name(slot):
    """``window_days``, or ``dispositions:A`` for an entry of a mapping."""
    key, entry = slot
    return key if entry is None else f"{key}:{entry}"


def evaluate(facts, rules):
    """What the rules say of these facts; the same for any order of the rules.

    :param LineFacts facts: what is known
    :param rules: `Rule`s, or a `RuleBook` of `compile_rules` for many evaluations
    :rtype: Verdict
    :raises EngineError: ``BAD_RULE`` when two rules share a code
    """
    book = rules if isinstance(rules, RuleBook) else PlainRules(rules)
    matched = tuple(book.matching(facts))
    won = {}
    for rule in matched:
        for slot, value in rule.given(facts):
            if slot not in won:
                won[slot] = (rule, value)
    outcomes = defaults()
    entries = {}
    for (key, entry), (_rule, value) in won.items():
        if entry is None:
            outcomes[key] = value
        else:
            entries.setdefault(key, {})[entry] = value
    for key, mapping in entries.items():
        outcomes[key] = MappingProxyType(mapping)
    slots = sorted(won, key=slot_name)
    winners = {slot_name(slot): won[slot][0].code for slot in slots}
    return Verdict(
        outcomes=MappingProxyType(outcomes),
        rule=next((r.code for r in matched if r.code in winners.values()), ""),
        winners=MappingProxyType(winners),
        facts=facts,
        matched=matched,
        book=book,
    )


@dataclass(frozen=True)
class Decision:
    """Whether a line may come back, under which outcomes, and why.

    :param bool eligible: False whenever there is a code in `codes`
    :param codes: ``RETURN_NOT_ELIGIBLE`` with ``EXCLUDED`` or ``WINDOW_PASSED`` for
        what the policy refuses; else what the caller can mend (`mendable`)
    :param outcomes: the verdict's, after the law
    :param str rule: code of the rule that decided: for a refusal the one that set the
        window or the exclusion, else the strongest; '' when only defaults spoke
    :param bool needs_approval: the value is above the policy's limit
    :param until: last day in, None without a limit or before a delivery
    """

    eligible: bool
    codes: tuple
    outcomes: object
    rule: str
    needs_approval: bool
    until: object
    verdict: Verdict

    @property
    def mendable(self):
        """The codes that the caller can mend; such a request is not kept."""
        return tuple(code for code in self.codes if code in MENDABLE)

    @property
    def sentence(self):
        """The decision in words, for people.

        >>> decide_line(LineFacts(), ()).sentence
        'eligible by the defaults'
        """
        by = f"by rule {self.rule}" if self.rule else "by the defaults"
        if self.eligible:
            return f"eligible {by}" + (", needs approval" * self.needs_approval)
        days = self.outcomes["window_days"]
        words = {
            "EXCLUDED": "excluded from return",
            "WINDOW_PASSED": f"the window of {days} days has passed",
            "RESOLUTION_NOT_ALLOWED": "this resolution is not offered",
            "EVIDENCE_REQUIRED": "evidence is missing",
            "EVIDENCE_INVALID": "evidence is empty or too large",
        }
        said = ", ".join(words[code] for code in self.codes if code in words)
        return f"refused {by}: {said}"

    @property
    def trace(self):
        """The verdict's trace and the judgement, as plain dicts."""
        judged = {
            "step": "decision",
            "eligible": self.eligible,
            "codes": list(self.codes),
            "rule": self.rule,
            "until": plain(self.until),
            "needs_approval": self.needs_approval,
        }
        return (*self.verdict.trace, judged)


def last_day(outcomes, facts):
    """Last calendar day on which the line may be announced, or None."""
    days = outcomes["window_days"]
    if days is None or facts.delivered_date is None:
        return None
    return facts.delivered_date + timedelta(days=days)


def window_passed(outcomes, facts):
    """Day N is in, day N + 1 is not; nothing delivered: the window has not begun."""
    days = outcomes["window_days"]
    passed = facts.days_since_delivery
    return days is not None and passed is not None and passed > days


def needs_approval(outcomes, amount):
    """True when an amount (with tax, company currency) is above the limit.

    >>> needs_approval({'approval_above': 500}, 500)
    False
    """
    limit = outcomes["approval_above"]
    return limit is not None and amount is not None and amount > limit


def returnless_allowed(outcomes, value, cases_this_month):
    """True when a refund without the goods stays within the policy's caps.

    :param value: of the case, with tax, company currency
    :param int cases_this_month: that the customer had already
    """
    limit, most = outcomes["returnless_limit"], outcomes["returnless_per_month"]
    if not outcomes["returnless"] or (limit is not None and value > limit):
        return False
    return most is None or cases_this_month < most


def _kind_of(mimetype):
    return {"application/pdf": "pdf"}.get(mimetype, (mimetype or "").split("/")[0])


def evidence_code(wanted, given):
    """``EVIDENCE_REQUIRED``, ``EVIDENCE_INVALID`` (too large, or empty) or None.

    :param wanted: (kind, least number, most bytes or None) each; kind is image, pdf,
        video or any
    :param given: (name, mimetype, bytes) each, or their number; None: not asked yet

    >>> evidence_code((('image', 1, None),), (('box.pdf', 'application/pdf', 10),))
    'EVIDENCE_REQUIRED'
    """
    if given is None:
        return None
    if isinstance(given, int):
        return "EVIDENCE_REQUIRED" if any(given < need[1] for need in wanted) else None
    for kind, count, most in wanted:
        fitting = [e for e in given if kind in ("any", _kind_of(e[1]))]
        if any(e[2] <= 0 or (most and e[2] > most) for e in fitting):
            return "EVIDENCE_INVALID"
        if len(fitting) < count:
            return "EVIDENCE_REQUIRED"
    return None


def _refusal(outcomes, facts):
    """The code and the outcome key of a refusal by policy."""
    if not outcomes["eligible"]:
        return "EXCLUDED", "eligible"
    if window_passed(outcomes, facts):
        return "WINDOW_PASSED", "window_days"
    return None, None


def _mend(outcomes, facts):
    codes = []
    if facts.resolution and facts.resolution not in outcomes["resolutions"]:
        codes.append("RESOLUTION_NOT_ALLOWED")
    codes.append(evidence_code(outcomes["evidence"], facts.evidence))
    return tuple(code for code in codes if code)


def decide_line(facts, rules):
    """Whether this line may come back: the policy, then the law, then the judgement.

    A refusal is told before what could be mended. Approval looks at `return_value`,
    or at `value` while the former is not known; a withdrawal never waits for it.

    :rtype: Decision
    """
    verdict = apply_law(evaluate(facts, rules), facts)
    outcomes = verdict.outcomes
    refusal, key = _refusal(outcomes, facts)
    codes = ("RETURN_NOT_ELIGIBLE", refusal) if refusal else _mend(outcomes, facts)
    amount = facts.value if facts.return_value is None else facts.return_value
    return Decision(
        eligible=not codes,
        codes=codes,
        outcomes=outcomes,
        rule=verdict.winners.get(key, "") if refusal else verdict.rule,
        needs_approval=not codes and needs_approval(outcomes, amount),
        until=last_day(outcomes, facts),
        verdict=verdict,
    )
