from odoo import fields, models

from ..intake.returns_order import ReturnsOrder as Order


class ReturnsSettlement(models.Model):
    """Money of a return on a document in another currency than its order.

    Its sums are those of the document, which is paid in its own currency. What they
    come to in the currency of the return is kept beside them, as it was when the row
    was made; it is empty where the two are the same.
    """

    _inherit = "returns.settlement"

    order_currency_id = fields.Many2one(
        related="order_id.currency_id", string="Currency of the return"
    )
    amount_order = fields.Monetary(
        "In the order's currency",
        currency_field="order_currency_id",
        help="With tax; only where the document is in another currency.",
    )

    def _is_foreign(self):
        return self.currency_id != self.order_id.currency_id

    def _in_order(self, amount=None):
        """The amount, or what is named of it, in the currency of the return."""
        amount = self.amount if amount is None else amount
        if not self._is_foreign():
            return amount
        # A payout has what its credit note is worth.
        whole = self if self.amount_order else self.credit_id
        if not whole.amount or not amount:
            return 0.0
        share = amount / whole.amount
        return self.order_id.currency_id.round(whole.amount_order * share)

    def _in_words(self, name):
        """The sums of a field for a person, by currency; empty where it is nothing."""
        found = []
        for currency, rows in self.grouped("currency_id").items():
            amount = sum(rows.mapped(name))
            if not currency.is_zero(amount):
                found.append(self.env["returns.words"]._money(currency, amount))
        return ", ".join(found)

    def _of_order(self, amount):
        """An amount in the currency of the return, in that of the document."""
        if not self._is_foreign():
            return amount
        if not self.amount_order:
            return 0.0
        return self.currency_id.round(self.amount * amount / self.amount_order)

    def _event_data(self):
        """What the document says stands beside what the return says."""
        data = super()._event_data()
        if self._is_foreign():
            data["amount"] = self._in_order()
            data["tax"] = self._in_order(self.amount_tax)
            data["document"] = [self.amount, self.currency_id.name]
            if "fees" in data:
                data["fees"] = [[f.kind, f._sum_in_order()] for f in self.fee_ids]
        return data


class ReturnsOrder(models.Model):
    """What of a return was billed in another currency than the order's."""

    _inherit = "returns.order"
    _machine_fields = Order._machine_fields | {"amount_foreign", "amount_foreign_books"}

    amount_foreign = fields.Monetary(
        "Billed in another currency",
        readonly=True,
        copy=False,
        help="Of the refund, what was billed in another currency than the order's.",
    )
    amount_foreign_books = fields.Float(
        "The same in the books",
        readonly=True,
        copy=False,
        help="In the company's currency, at the rates of the invoices.",
    )

    def _foreign_more(self):
        """What the books give back more than the order says, in the company's
        currency: none where an invoice bills what its order says, at the day's rate."""
        if not self.amount_foreign_books:
            return 0.0
        own = self.company_id.currency_id
        worth = self.currency_id._convert(
            self.amount_foreign, own, self.company_id, self.requested_at
        )
        return max(0.0, self.amount_foreign_books - worth)
