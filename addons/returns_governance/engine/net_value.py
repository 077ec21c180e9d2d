"""What goods still bring: the rule that fits, and the allowance that follows.

Goods are carried at the lower of cost and net realisable value, item by item (IAS 2
paragraphs 9, 28 and 29). Net realisable value is what a sale brings, less the cost to
sell (paragraph 6). Only what lies above it is written down; nothing is written up.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class NetRule:
    """A row of a company's table: for which units it is, and what they bring.

    What is None does not narrow. ``basis``: ``list`` or ``cost``, of which ``percent``
    is taken, or ``fixed``, which is ``amount``; ``selling_cost`` is for each unit.
    """

    key: int
    basis: str
    percent: Decimal = ZERO
    amount: Decimal = ZERO
    selling_cost: Decimal = ZERO
    product: int | None = None
    category: int | None = None
    condition: int | None = None
    disposition: int | None = None
    sequence: int = 0


@dataclass(frozen=True)
class Goods:
    """Units of one finding; ``price`` and ``cost`` for each of them, without tax.

    ``categories`` goes from the product's own one upwards.
    """

    product: int
    categories: tuple
    condition: int
    disposition: int
    price: Decimal
    cost: Decimal


@dataclass(frozen=True)
class Measure:
    """What goods are carried at, what they bring, and the allowance between them."""

    rule: NetRule
    carrying: Decimal
    net: Decimal
    allowance: Decimal


def closeness(rule, goods):
    """How closely a rule is about the goods; None where it is about others.

    The product counts most, then where the goods go (what is destroyed brings nothing,
    whatever it is), then the category, a nearer one more than one above it, and last
    the condition.
    """
    pairs = (
        (rule.product, goods.product),
        (rule.condition, goods.condition),
        (rule.disposition, goods.disposition),
    )
    if any(wanted not in (None, given) for wanted, given in pairs):
        return None
    if rule.category is not None and rule.category not in goods.categories:
        return None
    near = 0
    if rule.category is not None:
        near = len(goods.categories) - goods.categories.index(rule.category)
    return (
        rule.product is not None,
        rule.disposition is not None,
        near,
        rule.condition is not None,
    )


def choose(rules, goods):
    """The rule that is most closely about the goods, or None.

    Of equals the one that stands first wins; the order of ``rules`` does not matter.

    >>> goods = Goods(7, (3, 1), 4, 5, Decimal(50), Decimal(20))
    >>> wide = NetRule(1, "cost", percent=Decimal(50), category=1)
    >>> graded = NetRule(2, "cost", percent=Decimal(30), category=1, condition=4)
    >>> near = NetRule(3, "list", percent=Decimal(40), category=3)
    >>> other = NetRule(4, "fixed", product=8)
    >>> choose([wide, graded, other], goods).key, choose([near, graded], goods).key
    (2, 3)
    >>> scrap = NetRule(5, "fixed", disposition=5)
    >>> choose([near, graded, scrap], goods).key, choose([other], goods) is None
    (5, True)
    """
    fitting = [(closeness(rule, goods), rule) for rule in rules]
    fitting = [pair for pair in fitting if pair[0] is not None]
    if not fitting:
        return None
    return max(fitting, key=lambda pair: (pair[0], -pair[1].sequence, -pair[1].key))[1]


def net_value(rule, goods):
    """What one unit still brings: never less than nothing.

    >>> goods = Goods(7, (3,), 4, 5, price=Decimal(50), cost=Decimal(20))
    >>> net_value(NetRule(1, "list", Decimal(40), selling_cost=Decimal(5)), goods)
    Decimal('15')
    >>> junk = NetRule(1, "fixed", amount=Decimal(3), selling_cost=Decimal(4))
    >>> net_value(junk, goods)
    Decimal('0')
    """
    if rule.basis == "fixed":
        value = rule.amount
    else:
        base = goods.price if rule.basis == "list" else goods.cost
        value = base * rule.percent / 100
    return max(ZERO, value - rule.selling_cost)


def measure(rules, goods, carrying, quantity, step):
    """The allowance for a quantity, or None where no rule is about it.

    :param Decimal carrying: what all of it is carried at
    :param Decimal step: the smallest amount of the currency
    :rtype: Measure | None

    >>> goods = Goods(7, (3,), 4, 5, price=Decimal(50), cost=Decimal(20))
    >>> rule = NetRule(1, "list", Decimal(30), selling_cost=Decimal("2.50"))
    >>> found = measure([rule], goods, Decimal(60), Decimal(3), Decimal("0.01"))
    >>> found.carrying, found.net, found.allowance
    (Decimal('60'), Decimal('37.50'), Decimal('22.50'))
    """
    rule = choose(rules, goods)
    if rule is None:
        return None
    carrying = rounded(carrying, step)
    net = rounded(net_value(rule, goods) * quantity, step)
    return Measure(rule, carrying, net, max(ZERO, carrying - net))


def share(amount, part, whole, step):
    """The share of ``amount`` that a part of the units takes with it.

    The last part takes the rest, so that the parts add up to the amount.

    >>> share(Decimal(10), Decimal(1), Decimal(3), Decimal("0.01"))
    Decimal('3.33')
    >>> share(Decimal("6.67"), Decimal(2), Decimal(2), Decimal("0.01"))
    Decimal('6.67')
    """
    if part >= whole:
        return amount
    return rounded(amount * part / whole, step)


def rounded(amount, step):
    """Half a step is rounded away from zero.

    >>> rounded(Decimal("0.125"), Decimal("0.01"))
    Decimal('0.13')
    """
    return (amount / step).to_integral_value(ROUND_HALF_UP) * step
