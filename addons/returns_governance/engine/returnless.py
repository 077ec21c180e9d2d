"""Refunds without the goods: what of a policy's limits stands in the way.

>>> limits = {'returnless': True, 'returnless_limit': 15, 'returnless_per_month': 2}
>>> held_by(limits, Decimal(10), cases=1, spent=Decimal(14))
''
>>> held_by(limits, Decimal(16), cases=0, spent=Decimal(0))
'value'
>>> held_by(limits, Decimal(10), cases=2, spent=Decimal(0))
'cases'
"""

from decimal import Decimal

from .outcomes import to_decimal

LIMITS = ("returnless_limit", "returnless_per_month", "returnless_month_value")


def held_by(outcomes, value, cases, spent):
    """The limit that a case would pass, or ''.

    :param outcomes: mapping with the keys ``returnless_*`` of `outcomes.OUTCOMES`
    :param value: of the case, with tax, company currency
    :param int cases: that the customer had in the month already
    :param spent: worth of those
    :return: ``value``, ``cases``, ``month_value`` or an empty text

    >>> held_by({'returnless_month_value': '20'}, 7, cases=1, spent=14)
    'month_value'
    """
    value, spent = to_decimal(value), to_decimal(spent)
    limit = outcomes.get("returnless_limit")
    if limit is not None and value > to_decimal(limit):
        return "value"
    most = outcomes.get("returnless_per_month")
    if most is not None and cases >= int(most):
        return "cases"
    whole = outcomes.get("returnless_month_value")
    if whole is not None and spent + value > to_decimal(whole):
        return "month_value"
    return ""


def strictest(terms):
    """One set of limits for a case of several lines: the lowest of each.

    >>> strictest([{'returnless_limit': '20'}, {'returnless_limit': 15.5}])
    {'returnless_limit': Decimal('15.5')}
    """
    found = {}
    for given in terms:
        for key in LIMITS:
            if given.get(key) is not None:
                limit = to_decimal(given[key])
                found[key] = min(limit, found.get(key, limit))
    return found
