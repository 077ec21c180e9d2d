"""Invoices in another currency than their order: nothing is credited in a wrong one.

What a return is owed, its limits and what its order line was credited are sums in the
currency of the order. Of an invoice in another one they would be figures of two
currencies under one name.
"""

from odoo import models

from ..guard import refuse


class ReturnsStepSettle(models.AbstractModel):
    """Says what is wrong with the invoice, before anything is posted."""

    _inherit = "returns.step.settle"

    def _due_now(self, orders, data):
        found = super()._due_now(orders, data)
        strange = {
            line: bills
            for line in found
            if (bills := line.sale_line_id._returns_foreign_bills())
        }
        if not strange:
            return found
        if data.get("by_hand"):
            line, bills = next(iter(strange.items()))
            refuse("REFUND_GATE", self._foreign_words(line.sale_line_id, bills))
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "posting_failed",
                    "order_id": line.order_id.id,
                    "line_id": line.id,
                    "move_id": bills[:1].id,
                    "company_id": line.company_id.id,
                    "cause": f"currency {line.id}",
                    "note": self._foreign_words(line.sale_line_id, bills),
                }
                for line, bills in strange.items()
            ]
        )
        return {line: due for line, due in found.items() if line not in strange}

    def _channel_batches(self, order, data, amount):
        for sale_line in order.line_ids.sale_line_id:
            if bills := sale_line._returns_foreign_bills():
                refuse("REFUND_GATE", self._foreign_words(sale_line, bills))
        return super()._channel_batches(order, data, amount)

    def _foreign_words(self, sale_line, bills):
        return self.env._(
            "%(bills)s bills %(product)s in %(theirs)s, and order %(order)s is in "
            "%(ours)s: what is to be refunded cannot be told. Reverse the invoice and "
            "issue it anew in %(ours)s; the return goes on then. Or let finance give "
            "the credit as goodwill.",
            bills=", ".join(bills.mapped("name")),
            product=sale_line.product_id.display_name,
            theirs=", ".join(bills.currency_id.mapped("name")),
            order=sale_line.order_id.name,
            ours=sale_line.currency_id.name,
        )


class ReturnsAdoption(models.AbstractModel):
    """Neither does a return take a credit note in another currency for its own."""

    _inherit = "returns.adoption"

    def _claimant(self, move, sale_line, quantity, net, taxes):
        if move.currency_id != sale_line.currency_id:
            words = self.env["returns.step.settle"]._foreign_words(sale_line, move)
            refuse("REFUND_GATE", words)
        return super()._claimant(move, sale_line, quantity, net, taxes)
