"""Taxes of invoices that deduct a down payment."""

from odoo import models

from .settle_paid import ZERO, distribute, exact


class ReturnsPaid(models.AbstractModel):
    """What rounding adds to a tax belongs to the goods.

    The line of a down payment takes off just what its own bill had; a share of the
    rounding on it would be a cent of the goods that nobody was billed.
    """

    _inherit = "returns.paid"

    def _tax_parts(self, total, bearers, weights, currency):
        """What of a tax of the document is each bearer's."""
        downs = {place for place, line in enumerate(bearers) if line.is_downpayment}
        if not downs or len(downs) == len(bearers):
            return distribute(total, weights, currency)
        parts = [
            exact(currency.round(float(weight)), currency) if place in downs else ZERO
            for place, weight in enumerate(weights)
        ]
        goods = [place for place in range(len(bearers)) if place not in downs]
        rest = distribute(
            total - sum(parts, ZERO), [weights[place] for place in goods], currency
        )
        for place, part in zip(goods, rest, strict=True):
            parts[place] = part
        return parts
