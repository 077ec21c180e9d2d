"""The average cost after one movement more: the arithmetic of Odoo, step by step.

It does what ``product.product._run_avco`` does, in the same order, on the same floats,
so that the result is not only equal to the cent but the very same number.
"""

from dataclasses import dataclass, replace


@dataclass
class Fold:
    """What is known after some moves: units, cost per unit, value of all.

    >>> fold = Fold()
    >>> fold.enter(10.0, 50.0)
    >>> fold.enter(10.0, 70.0)
    >>> fold.leave(5.0)
    >>> fold
    Fold(quantity=15.0, cost=6.0, value=90.0)
    >>> fold.price(8.0)
    >>> fold.value
    120.0
    """

    quantity: float = 0.0
    cost: float = 0.0
    value: float = 0.0

    def price(self, cost):
        """A person gives the cost per unit."""
        self.cost = cost
        self.value = cost * self.quantity

    def enter(self, quantity, value):
        """Units come in; where there was none, they alone make the cost."""
        before = self.quantity
        self.quantity += quantity
        if before > 0:
            self.value += value
            self.cost = self.value / self.quantity
        else:
            self.cost = value / quantity if quantity else self.cost
            self.value = self.cost * self.quantity

    def leave(self, quantity):
        """Units go out at the cost of the moment."""
        self.value -= quantity * self.cost
        self.quantity -= quantity

    def twin(self):
        """The same as it stands now."""
        return replace(self)
