"""What a line of a return is owed, and the parts that it is made of."""

from copy import copy
from decimal import Decimal

from ..const import ROUNDING
from ..engine.shares import ZERO
from .settle_paid import distribute, exact

FINEST = Decimal("1e-9")


class Valued:
    """A sum on a document, and what it is worth in the currency of the order.

    ``valued`` has (net, tax) of it there, where the two currencies are not the same.
    """

    __slots__ = ("valued",)

    @property
    def rate(self):
        """Of the document, from the company's currency to its own."""
        return self.document.invoice_currency_rate or 1.0

    @property
    def worth(self):
        return sum(self.valued, ZERO) if self.valued else self.total

    @property
    def worth_net(self):
        return self.valued[0] if self.valued else self.net

    @property
    def worth_tax(self):
        return self.valued[1] if self.valued else self.tax


class Part(Valued):
    """What a quantity of one source is worth to the customer, after deductions.

    Its sums are in the currency of the source; ``worth`` and what is like it are in
    that of the order.
    """

    __slots__ = ("net", "quantity", "source", "taxes", "withheld_net", "withheld_taxes")

    def __init__(self, source, share, deductions=()):
        self.source = source
        self.quantity = share.quantity
        self.net = share.net
        self.taxes = dict(share.taxes)
        self.valued = None
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
        """The same, or as much of it as ``amount`` (with tax) pays for.

        :param currency: of the amount, which is the order's
        """
        if self.worth <= amount:
            return self
        part = copy(self)
        amount = max(ZERO, amount)
        factor = amount / self.worth
        keys = list(self.taxes)
        whole = amount
        if self.valued:
            part.valued = self.source.share_of(self, amount)
            currency = self.source.currency
            whole = exact(currency.round(float(self.total * factor)), currency)
        net, *taxes = distribute(whole, [self.net, *self.taxes.values()], currency)
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

    @property
    def document(self):
        return self.source.invoice_line.move_id


def _within(amount, room):
    """The amount, or what of it lies between zero and ``room``, of either sign."""
    return sorted((ZERO, amount, room))[1]


class Claim:
    """What one line of a return is owed: settled already, now, and later.

    All its sums are in the currency of the order.

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
        worth, net, tax = row._worth()
        self.settled_quantity += Decimal(str(row.quantity))
        self.settled += worth
        self.settled_tax += tax
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
        return self.charged - sum((fee.worth for fee in self.fee_parts), ZERO)

    @property
    def due(self):
        return self.settled + sum((p.worth for p in self.parts), ZERO) - self.fees

    @property
    def tax(self):
        taken = self.charged_tax - sum((fee.worth_tax for fee in self.fee_parts), ZERO)
        return self.settled_tax + sum((p.worth_tax for p in self.parts), ZERO) - taken
