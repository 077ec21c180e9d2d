"""How much of what was sold has still to come back.

Pure. A *triangle* holds, for each month of dispatch (cohort), the units sold and the
units asked back at each age in months. Of a young cohort only the first ages are seen.

**The additive method** (also *incremental loss ratio method*): the rate of an age is
what came back at that age, by what was sold, over all cohorts that have reached it;
what a cohort has still to expect is what it sold, times the rates of the ages to come.
It is the Bornhuetter-Ferguson predictor whose pattern and whose ultimate rate both come
from the triangle, and needs no returns in the youngest cohort, as chain-ladder does.
Source: K. D. Schmidt, M. Zocher, "The Bornhuetter-Ferguson Principle", Variance 2:1
(2008), pages 85-110; R. L. Bornhuetter, R. E. Ferguson, "The Actuary and IBNR",
Proceedings of the Casualty Actuarial Society 59 (1972). IFRS 15 paragraphs 53, 55 and
B20 to B27 ask for the expected value over many like contracts, which this is.
"""

from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Cohort:
    """What one month sent out: units, and those asked back by age in months."""

    month: int
    sold: Decimal
    returned: dict = field(default_factory=dict)

    def back(self, last=None):
        """Units asked back, up to an age."""
        return sum(
            (
                units
                for age, units in self.returned.items()
                if last is None or age <= last
            ),
            ZERO,
        )


def rates(cohorts, now, horizon):
    """Rate of each age, 0 to ``horizon``, from cohorts that have reached it by ``now``.

    :param cohorts: of one kind of goods; ``month`` counts months, any zero
    :param int now: the last month that is over
    :return: list of Decimal

    Two cohorts of 100; the older brought 10 and 5, the younger 12 so far:

    >>> D = Decimal
    >>> old = Cohort(1, D(100), {0: D(10), 1: D(5)})
    >>> young = Cohort(2, D(100), {0: D(12)})
    >>> [str(rate) for rate in rates([old, young], 2, 2)]
    ['0.11', '0.05', '0']

    What came after ``now`` is not known then:

    >>> [str(rate) for rate in rates([old, young], 1, 2)]
    ['0.1', '0', '0']
    """
    found = []
    for age in range(horizon + 1):
        seen = [c for c in cohorts if c.month + age <= now and c.sold > 0]
        sold = sum((c.sold for c in seen), ZERO)
        back = sum((c.returned.get(age, ZERO) for c in seen), ZERO)
        found.append(back / sold if sold else ZERO)
    return found


def still_expected(cohort, by_age, now, until=None):
    """Units of a cohort that are still to be asked back after ``now``.

    Never more than are still with the customers.

    :param list by_age: what ``rates`` gave
    :param int until: only up to the end of this month

    >>> D = Decimal
    >>> str(still_expected(Cohort(2, D(100), {0: D(12)}), [D("0.11"), D("0.05")], 2))
    '5.00'
    >>> str(still_expected(Cohort(2, D(100), {0: D(98)}), [D("0.11"), D("0.05")], 2))
    '2'
    >>> str(still_expected(Cohort(2, D(100)), [D("0.1"), D("0.05"), D("0.01")], 2, 3))
    '5.00'
    """
    age = now - cohort.month
    last = len(by_age) if until is None else min(len(by_age), until - cohort.month + 1)
    coming = sum(by_age[age + 1 : last], ZERO) * cohort.sold
    return max(ZERO, min(coming, cohort.sold - cohort.back(age)))


def back_test(cohorts, now, months, horizon):
    """What would have been expected ``months`` ago, beside what then came.

    :return: list of (cohort, expected, came) for what the months since brought

    >>> D = Decimal
    >>> same = [Cohort(m, D(100), {0: D(10), 1: D(5)}) for m in range(1, 5)]
    >>> for cohort, expected, came in back_test(same, 5, 1, 1):
    ...     print(cohort.month, expected, came)
    4 5.00 5
    """
    then = now - months
    by_age = rates(cohorts, then, horizon)
    rows = []
    for cohort in cohorts:
        age = then - cohort.month
        if 0 <= age < horizon:
            expected = still_expected(cohort, by_age, then, now)
            came = cohort.back(min(now - cohort.month, horizon)) - cohort.back(age)
            rows.append((cohort, expected, came))
    return rows


def error(expected, came):
    """By how many percent the expectation was too high (or, below zero, too low).

    >>> str(error(Decimal(11), Decimal(10)))
    '10.0'
    >>> error(Decimal(11), Decimal(0)) is None
    True
    """
    return (expected - came) / came * 100 if came else None
