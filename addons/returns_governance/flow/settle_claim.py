"""What a line of a return is owed, and the parts that it is made of."""

from copy import copy
from decimal import Decimal

from ..engine.shares import ZERO
from .settle_paid import ROUNDING, distribute

FINEST = Decimal("1e-9")


class Part:
    """What a quantity of one source is worth to the customer, after deductions."""

    __slots__ = ("net", "quantity", "source", "taxes", "withheld_net", "withheld_taxes")

    def __init__(self, source, share, deductions=()):
        self.source = source
        self.quantity = share.quantity
        self.net = share.net
        self.taxes = dict(share.taxes)
        self.withheld_net = sum((d.net for d in deductions), ZERO)
        self.withheld_taxes = {}
        for deduction in deductions:
            for key, amount in deduction.taxes:
                known = self.withheld_taxes.get(key, ZERO)
                self.withheld_taxes[key] = known + amount

    def cap(self, net, taxes):
        """Stay within what is left, whatever came between."""
        self.net = _within(self.net, net)
        self.taxes = {
            key: _within(amount, taxes.get(key, amount))
            for key, amount in self.taxes.items()
        }

    def within(self, amount, currency):
        """The same, or as much of it as ``amount`` (with tax) pays for."""
        if self.total <= amount:
            return self
        part = copy(self)
        factor = amount / self.total if amount > 0 else ZERO
        keys = list(self.taxes)
        net, *taxes = distribute(
            max(ZERO, amount), [self.net, *self.taxes.values()], currency
        )
        part.net, part.taxes = net, dict(zip(keys, taxes, strict=True))
        # Finer than goods are counted: it is money that was paid, and what it leaves
        # over is worth the rest to the cent.
        part.quantity = (self.quantity * factor).quantize(FINEST)
        part.withheld_net, part.withheld_taxes = ZERO, {}
        return part

    @property
    def tax(self):
        return self.total - self.net - self.taxes.get(ROUNDING, ZERO)

    @property
    def total(self):
        return self.net + sum(self.taxes.values(), ZERO)


def _within(amount, room):
    """The amount, or what of it lies between zero and ``room``, of either sign."""
    return sorted((ZERO, amount, room))[1]


class Claim:
    """What one line of a return is owed: settled already, now, and later.

    Fees are written on it by ``returns.fees``; what is owed is less by them.
    """

    __slots__ = (
        "charged",
        "charged_tax",
        "credited_net",
        "fees_later",
        "fees_now",
        "later",
        "now",
        "paid",
        "settled",
        "settled_quantity",
        "settled_tax",
    )

    def __init__(self):
        self.paid = self.settled = self.settled_quantity = self.settled_tax = ZERO
        self.credited_net = self.charged = self.charged_tax = ZERO
        self.now = []
        self.later = []
        self.fees_now = []
        self.fees_later = []

    def settle(self, row):
        """Count a row of a settlement that stands."""
        quantity, net, taxes = row._exact()
        tax = sum(taxes.values(), ZERO)
        self.settled_quantity += quantity
        self.settled += net + tax
        self.settled_tax += tax - taxes.get(ROUNDING, ZERO)
        self.credited_net += net

    def charge(self, net, tax):
        """Count a fee that was taken off before."""
        self.charged += net + tax
        self.charged_tax += tax

    @property
    def parts(self):
        return [*self.now, *self.later]

    @property
    def fee_parts(self):
        return [*self.fees_now, *self.fees_later]

    @property
    def fees(self):
        """Taken off, with tax: before, now and later."""
        return self.charged - sum((fee.total for fee in self.fee_parts), ZERO)

    @property
    def due(self):
        return self.settled + sum((p.total for p in self.parts), ZERO) - self.fees

    @property
    def tax(self):
        taken = self.charged_tax - sum((fee.tax for fee in self.fee_parts), ZERO)
        return self.settled_tax + sum((p.tax for p in self.parts), ZERO) - taken
