"""Credits that are no return's, counted on the invoices that they reverse."""

from decimal import Decimal

from odoo import models

from ..const import BILLS
from .settle_paid import exact


class ReturnsPaid(models.AbstractModel):
    """Counts goodwill, corrections and credit notes made by hand."""

    _inherit = "returns.paid"

    def _count_document(self, sources, item, amounts):
        """Count a credit that is no settlement's, on the invoice that it reverses."""
        if not sources:
            return
        net, taxes = amounts[item.move_id][item]
        move = item.move_id
        if move.move_type in BILLS:
            net, taxes = -net, {key: -amount for key, amount in taxes.items()}
        quantity = item.product_uom_id._compute_quantity(
            abs(item.quantity), sources[0].sale_line.product_uom_id, round=False
        )
        if self._takes_back(move):
            move, quantity = move.reversed_entry_id, -quantity
        if move.returns_credit_kind == "goodwill":
            quantity = 0.0
        quantity = Decimal(str(quantity))
        reversed_move = move.reversed_entry_id
        own = [s for s in sources if s.invoice_line.move_id == reversed_move]
        own, currency = own or self._of_currency(sources, item), item.currency_id
        for source in own:
            last = source is own[-1]
            part = quantity if last else min(quantity, source.left)
            share = part / quantity if quantity else Decimal(1)
            if not last and quantity:
                part_net = exact(float(net * share), currency)
                part_taxes = {
                    key: exact(float(amount * share), currency)
                    for key, amount in taxes.items()
                }
            else:
                part_net, part_taxes = net, taxes
            self._credit_source(source, item, part, part_net, part_taxes)
            quantity -= part
            net -= part_net
            taxes = {key: taxes[key] - part_taxes[key] for key in taxes}
            if not quantity:
                break

    def _of_currency(self, sources, _item):
        """Of sources, those that a credit in the currency of ``item`` is for."""
        return sources

    def _credit_source(self, source, _item, quantity, net, taxes):
        source.credit(quantity, net, taxes)
