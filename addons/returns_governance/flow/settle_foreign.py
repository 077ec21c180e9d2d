"""Invoices in another currency than their order: two currencies, each kept apart.

What is credited of such an invoice is a sum in its own currency, to the cent of each
tax, as for all others. What a return is owed, its limits, and what people read are
sums in the currency of the order. The two meet at one place, ``ForeignSource``: what
the order says for the goods that an invoice line bills, against what the line bills.
So all of it back is exactly the order's amount in the one and the invoice's in the
other, whatever the rates of the day, and parts of it sum up to both.
"""

from decimal import Decimal

from ..const import ROUNDING
from ..engine.shares import ZERO, round_to
from .settle_claim import _within
from .settle_paid import Source


class ForeignSource(Source):
    """An invoice line in another currency than its order.

    :param tuple ordered: (net, tax) in the order's currency, for what it bills
    """

    foreign = True
    __slots__ = ("currency", "given", "later_given", "ordered", "step", "unit")

    def __init__(self, sale_line, invoice_line, quantity, net, taxes, ordered):
        super().__init__(sale_line, invoice_line, quantity, net, taxes)
        self.currency = invoice_line.currency_id
        self.unit = Decimal(str(self.currency.rounding))
        self.step = Decimal(str(sale_line.currency_id.rounding))
        self.ordered = ordered
        self.given = self.later_given = (ZERO, ZERO)

    @property
    def worth(self):
        """What was paid, in the order's currency."""
        return sum(self.ordered, ZERO)

    def worth_of(self, amount):
        """An amount with tax in the order's currency."""
        if not self.total:
            return ZERO
        return round_to(self.worth * amount / self.total, self.step)

    def upto(self, net, taxes):
        """(net, tax) in the order's currency of an amount credited in all."""
        whole, part = sides(self.net, self.taxes), sides(net, taxes)
        ordered = self.ordered
        if not all(whole):  # a tax in one of them alone, or nothing but tax
            whole, part, ordered = (
                (sum(pair, ZERO), ZERO) for pair in (whole, part, ordered)
            )
        return tuple(
            round_to(own * given / billed, self.step) if billed else ZERO
            for own, given, billed in zip(ordered, part, whole, strict=True)
        )

    def billed(self, amount):
        """An amount of the order's currency, before tax, in the invoice's."""
        ordered, billed = self.ordered[0], sides(self.net, self.taxes)[0]
        if not ordered or not billed:
            ordered, billed = self.worth, self.total
        if not ordered:
            return ZERO
        return round_to(Decimal(str(amount)) * billed / ordered, self.unit)

    def share_of(self, part, worth):
        """(net, tax) of a part of which only ``worth`` is given, with tax."""
        tax = round_to(part.worth_tax * worth / part.worth, self.step)
        return worth - tax, tax

    # --- running sums -------------------------------------------------------------
    def give(self, part):
        """Say what a part is worth, of running sums; the last of all takes the rest."""
        part.valued = self._value(part)
        given = self.given
        result = super().give(part)
        self.given = given
        self._count_worth(part.valued)
        return result

    def _value(self, part):
        taxes = dict(self.credited[2])
        for key, amount in part.taxes.items():
            taxes[key] = taxes.get(key, ZERO) + amount
        net = self.credited[1] + part.net
        sums = zip(self.ordered, self.given, self.later_given, strict=True)
        left = tuple(whole - given - later for whole, given, later in sums)
        if net + self.later[0] == self.net and all(
            taxes.get(key, ZERO) + self.later[1].get(key, ZERO) == amount
            for key, amount in self.taxes.items()
        ):
            return left
        upto = zip(self.upto(net, taxes), self.given, left, strict=True)
        return tuple(_within(now - before, rest) for now, before, rest in upto)

    def credit(self, quantity, net, taxes):
        before = self.upto(*self.credited[1:])
        result = super().credit(quantity, net, taxes)
        now = self.upto(*self.credited[1:])
        self._count_worth(tuple(b - a for a, b in zip(before, now, strict=True)))
        return result

    def count(self, row, sign=1):
        given = self.given
        result = super().count(row, sign)
        self.given = given
        self._count_worth(tuple(sign * part for part in _given(row)))
        return result

    def set_aside(self, row, sign=1):
        result = super().set_aside(row, sign)
        self.later_given = tuple(
            known + sign * part
            for known, part in zip(self.later_given, _given(row), strict=True)
        )
        return result

    def _count_worth(self, valued):
        self.given = tuple(a + b for a, b in zip(self.given, valued, strict=True))

    def told(self, row):
        """What was taken off an order before this invoice is in the order's."""
        if row.currency_id == self.currency:
            return super().told(row)
        quantity, net, taxes = row._exact()
        taxes = {key: self.billed(amount) for key, amount in taxes.items()}
        return quantity, self.billed(net), taxes, ZERO, {}

    def twin(self):
        """The same as it stands now, for a calculation that changes nothing."""
        twin = ForeignSource(
            self.sale_line,
            self.invoice_line,
            self.quantity,
            self.net,
            self.taxes,
            self.ordered,
        )
        twin.credited = [*self.credited[:2], dict(self.credited[2])]
        twin.withheld = [self.withheld[0], dict(self.withheld[1])]
        twin.later = [self.later[0], dict(self.later[1])]
        twin.given, twin.later_given = self.given, self.later_given
        return twin


class ForeignGoods:
    """Goods on one document in another currency, which fees are taken of.

    ``room`` is the most of all fees before tax, so that no document is below zero.
    """

    __slots__ = ("net", "room", "step", "total", "unit", "worth_net")

    def __init__(self, parts):
        self.net = sum((part.net for part in parts), ZERO)
        self.total = sum((part.total for part in parts), ZERO)
        self.worth_net = sum((part.worth_net for part in parts), ZERO)
        self.unit, self.step = parts[0].source.unit, parts[0].source.step
        self.room = self.net

    def billed(self, worth):
        """A fee before tax in the document's currency, and so much less room."""
        amount = ZERO
        if self.worth_net:
            amount = round_to(worth * self.net / self.worth_net, self.unit)
        amount = max(ZERO, min(amount, self.room // self.unit * self.unit))
        self.room -= amount
        return amount

    def worth(self, amount):
        """An amount of the document in the order's currency."""
        return round_to(amount * self.worth_net / (self.net or 1), self.step)


def sides(net, taxes):
    """(net with cash rounding, tax) of an amount."""
    rounding = taxes.get(ROUNDING, ZERO)
    return net + rounding, sum(taxes.values(), ZERO) - rounding


def _given(row):
    """(net, tax) of a row of a settlement, in the order's currency."""
    worth, _net, tax = row._worth()
    return worth - tax, tax


def currency_of(source):
    if source.foreign:
        return source.currency
    return source.sale_line.currency_id
