from decimal import Decimal

from odoo import api, fields, models

from ...const import ROUNDING
from ...engine.shares import ZERO, round_to
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


class ReturnsSettlementLine(models.Model):
    """The share of one line, in both currencies."""

    _inherit = "returns.settlement.line"

    order_currency_id = fields.Many2one(
        related="settlement_id.order_id.currency_id", string="Currency of the return"
    )
    amount_order = fields.Monetary(
        "In the order's currency", currency_field="order_currency_id"
    )
    net_order = fields.Monetary(
        "Net in the order's currency", currency_field="order_currency_id"
    )

    def _is_foreign(self):
        return self.settlement_id._is_foreign()

    @api.model
    def _foreign_vals(self, part, sign=1):
        if not part.valued:
            return super()._foreign_vals(part, sign)
        return {
            "amount_order": sign * float(part.worth),
            "net_order": sign * float(part.worth_net),
        }

    def _worth(self):
        if not self._is_foreign():
            return super()._worth()
        return _told(self)

    def _worth_withheld(self):
        net, tax = super()._worth_withheld()
        if not self._is_foreign() or not (net or tax):
            return net, tax
        worth, step = _told(self)[0], _step(self)
        share = worth / Decimal(str(self.amount)) if self.amount else ZERO
        return round_to(net * share, step), round_to(tax * share, step)

    def _valued_part(self, part):
        if not self._is_foreign():
            return super()._valued_part(part)
        return _share(self, part)

    def _sum_in_order(self):
        return sum(
            row.amount_order if row._is_foreign() else row.amount for row in self
        )


class ReturnsSettlementFee(models.Model):
    """A fee, in both currencies."""

    _inherit = "returns.settlement.fee"

    order_currency_id = fields.Many2one(
        related="order_id.currency_id", string="Currency of the return"
    )
    amount_order = fields.Monetary(
        "In the order's currency", currency_field="order_currency_id"
    )
    net_order = fields.Monetary(
        "Net in the order's currency", currency_field="order_currency_id"
    )

    def _is_foreign(self):
        return self.settlement_id._is_foreign()

    @api.model
    def _vals(self, fee):
        vals = super()._vals(fee)
        if fee.valued:
            vals["amount_order"] = -float(fee.worth)
            vals["net_order"] = -float(fee.worth_net)
        return vals

    def _worth(self):
        if not self._is_foreign():
            return super()._worth()
        return _told(self)[1:]

    def _sum_in_order(self):
        return sum(
            row.amount_order if row._is_foreign() else row.amount for row in self
        )

    def _valued_part(self, fee):
        if not self._is_foreign():
            return super()._valued_part(fee)
        return _share(self, fee)


def _step(row):
    """The smallest amount of the currency of the return."""
    return Decimal(str(row.settlement_id.order_id.currency_id.rounding))


def _told(row):
    """(total, net, tax) of a row in the currency of its return, as Decimals."""
    digits = row.settlement_id.order_id.currency_id.decimal_places
    worth = Decimal(f"{row.amount_order:.{digits}f}")
    net = Decimal(f"{row.net_order:.{digits}f}")
    return worth, net, worth - net


def _share(row, part):
    """(net, tax) of what takes some of a row back, in the currency of the return."""
    *_quantity, net, taxes = row._exact()
    tax = sum(taxes.values(), ZERO) - taxes.get(ROUNDING, ZERO)
    whole = (net + taxes.get(ROUNDING, ZERO), tax)
    sides = zip(_told(row)[1:], (part.total - part.tax, part.tax), whole, strict=True)
    return tuple(
        round_to(own * some / billed, _step(row)) if billed else ZERO
        for own, some, billed in sides
    )
