"""Discounts and write-offs of down payments, which go with their goods."""

from odoo import models


class ReturnsWrittenOff(models.AbstractModel):
    """What settled a down payment has settled the invoice that deducts it, too.

    The credit note of the goods gives the whole price back, of which the down payment
    paid its part; what of that was a discount came in as little as any other.
    """

    _inherit = "returns.written.off"

    def _entries_of(self, invoices):
        shares = self._down_payments(invoices)
        bills = invoices.union(*(bill for _invoice, bill, _share in shares))
        found = super()._entries_of(invoices | bills)
        for invoice, bill, share in shares:
            found.setdefault(invoice.id, []).extend(
                (entry, amount * share, written * share)
                for entry, amount, written in found.get(bill.id, ())
            )
        return found

    def _down_payments(self, invoices):
        """[(invoice, bill of a down payment, what of that the invoice deducts)]."""
        found = []
        for item in invoices.invoice_line_ids:
            if not item.is_downpayment or item.price_subtotal >= 0:
                continue
            billed = item.sale_line_ids.invoice_lines.filtered(
                lambda known, item=item: (
                    known.parent_state == "posted"
                    and known.move_id != item.move_id
                    and known.price_total > 0
                    and known.move_id.move_type == "out_invoice"
                )
            )
            whole = sum(billed.mapped("price_total"))
            for line in billed:
                share = -item.price_total / whole * line.price_total
                share /= line.move_id.amount_total or 1.0
                found.append((item.move_id, line.move_id, min(1.0, share)))
        return found
