"""Reads what invoices in another currency bill, and what their orders say for it."""

from odoo import fields, models

from ..engine.shares import ZERO
from .settle_foreign import ForeignSource, currency_of, sides
from .settle_paid import exact


class Told(dict):
    """What an invoice says line by line; ``ordered`` has what its order says."""

    ordered = None


class ReturnsPaid(models.AbstractModel):
    """Reads invoices in another currency than their order."""

    _inherit = "returns.paid"

    def _invoiced_source(self, sale_line, item, amounts):
        if item.currency_id == sale_line.currency_id:
            return super()._invoiced_source(sale_line, item, amounts)
        told = amounts[item.move_id]
        if not isinstance(told, Told):
            told = amounts[item.move_id] = Told(told)
            told.ordered = self._ordered(item.move_id, told)
        net, taxes = told[item]
        quantity = item.product_uom_id._compute_quantity(
            item.quantity, sale_line.product_uom_id, round=False
        )
        ordered = told.ordered.get(item, (ZERO, ZERO))
        return ForeignSource(sale_line, item, abs(quantity), net, taxes, ordered)

    def _ordered(self, move, told):
        """{product line: (net, tax)}: what orders say for what an invoice bills.

        With the discounts of the orders, spread as those of the invoice are. Where the
        order has no price for what was billed, it is taken at the invoice's rate.
        """
        found = {}
        for currency, items in self._billed_items(move).items():
            bases = {item: self._base(item) for item in items}
            Tax, company = self.env["account.tax"], move.company_id
            Tax._add_tax_details_in_base_lines(list(bases.values()), company)
            Tax._round_base_lines_tax_details(list(bases.values()), company)
            sums = {
                item: self._base_sums(base, currency) for item, base in bases.items()
            }
            self._spread_discounts(sums, currency)
            for item, (net, taxes) in sums.items():
                found[item] = (net, sum(taxes.values(), ZERO))
        for item in found.keys() & told.keys():
            billed = sides(*told[item])
            if not sum(billed):
                found[item] = (ZERO, ZERO)
            elif sum(found[item]) * sum(billed) <= 0:
                found[item] = tuple(self._at_rate(item, amount) for amount in billed)
        return found

    def _billed_items(self, move):
        """{currency of the order: product lines of goods and discounts}."""
        found = {}
        for item in move.line_ids:
            sold = item.sale_line_ids[:1]
            if item.display_type == "product" and sold and not sold.is_downpayment:
                found.setdefault(sold.currency_id, []).append(item)
        return found

    def _base(self, item):
        """What the order says for the quantity of an invoice line."""
        sold = item.sale_line_ids[:1]
        quantity = item.product_uom_id._compute_quantity(
            item.quantity, sold.product_uom_id, round=False
        )
        return sold._prepare_base_line_for_taxes_computation(quantity=quantity)

    def _at_rate(self, item, amount):
        """An amount of an invoice line in the order's currency, by Odoo's rates."""
        sold, move = item.sale_line_ids[:1], item.move_id
        currency, own = sold.currency_id, move.company_id.currency_id
        value = float(amount) / (move.invoice_currency_rate or 1.0)
        day = move.invoice_date or fields.Date.today()
        value = own._convert(value, currency, move.company_id, day)
        return exact(value, currency)

    # --- credits of other kinds ---------------------------------------------------
    def _of_currency(self, sources, item):
        same = [s for s in sources if currency_of(s) == item.currency_id]
        return same or sources

    def _credit_source(self, source, item, quantity, net, taxes):
        """In the currency of the source, by the rates of both documents."""
        currency = currency_of(source)
        if currency != item.currency_id:
            rate = self._rate_to(source) / (item.move_id.invoice_currency_rate or 1.0)

            def there(amount):
                return exact(currency.round(float(amount) * rate), currency)

            net, taxes = there(net), {key: there(tax) for key, tax in taxes.items()}
        return super()._credit_source(source, item, quantity, net, taxes)

    def _rate_to(self, source):
        """Of the company's currency to that of a source."""
        if source.invoice_line:
            return source.invoice_line.move_id.invoice_currency_rate or 1.0
        return source.sale_line.order_id.currency_rate or 1.0
