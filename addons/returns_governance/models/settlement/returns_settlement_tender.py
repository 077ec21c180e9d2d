from odoo import fields, models


class ReturnsSettlement(models.Model):
    """What of a credit note had been paid with a gift card or a wallet.

    Such a line on an order is a payment: the goods are owed in full, and what the card
    gave belongs back on it, not in the hands of the customer. When it goes there is for
    the company's order of tenders to say (``returns_loyalty`` does it).
    """

    _inherit = "returns.settlement"

    amount_voucher = fields.Monetary(
        "Paid by gift card",
        help="The share of this credit that was paid with a gift card or a wallet of "
        "the order, in proportion to the goods. How much of this refund goes back "
        "there follows from the order of tenders in the settings.",
    )

    def _voucher_share(self, invoice, amount):
        """The part of ``amount`` that gift cards on ``invoice`` had paid.

        In proportion to the goods; the last credit takes the rest.
        """
        tenders = invoice.invoice_line_ids.filtered(self.env["returns.paid"]._is_tender)
        paid = -sum(tenders.mapped("price_total"))
        whole = invoice.amount_total + paid
        if not tenders or whole <= 0:
            return 0.0
        known = self.search(
            [("invoice_id", "=", invoice.id), ("state", "!=", "cancelled")]
        )
        upto = min(1.0, (sum(known.mapped("amount")) + amount) / whole)
        given = sum(known.mapped("amount_voucher"))
        return invoice.currency_id.round(paid * upto) - given
