"""Documents in another currency than their order: what is kept of them, and what not.

The figures come from ``settle_foreign.py``. An exchange is the one thing that cannot
be told in two currencies: its bill is in the order's, and would not meet the credit.
"""

from decimal import Decimal

from odoo import models

from ..engine.shares import ZERO, round_to
from ..guard import refuse
from .settle_foreign import currency_of


class ReturnsStepSettle(models.AbstractModel):
    """Says what is wrong with an exchange, before anything is posted."""

    _inherit = "returns.step.settle"

    def _due_now(self, orders, data):
        found = super()._due_now(orders, data)
        bills = {line: line._foreign_bills_in_exchange() for line in found}
        strange = {line: own for line, own in bills.items() if own}
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
        for line in order.line_ids:
            if bills := line._foreign_bills_in_exchange():
                refuse("REFUND_GATE", self._foreign_words(line.sale_line_id, bills))
        return super()._channel_batches(order, data, amount)

    def _foreign_words(self, sale_line, bills):
        return self.env._(
            "%(bills)s bills %(product)s in %(theirs)s, and order %(order)s is in "
            "%(ours)s: an exchange needs both in one currency. Reverse the invoice and "
            "issue it anew in %(ours)s, and the return goes on; or cancel it, return "
            "the goods for a refund, and sell the new ones by an order of their own.",
            bills=", ".join(bills.mapped("name")),
            product=sale_line.product_id.display_name,
            theirs=", ".join(bills.currency_id.mapped("name")),
            order=sale_line.order_id.name,
            ours=sale_line.currency_id.name,
        )

    # --- what people approve ------------------------------------------------------
    def _order_worth(self, order, claims, parts):
        """Beside the sums, what of them is billed in another currency, and what that
        is in the books: at a price of their own, an invoice may be above its order."""
        vals = super()._order_worth(order, claims, parts)
        worth = books = 0.0
        own = [claims[line] for line in order.line_ids if line in claims]
        open_parts = [*parts]
        for claim in own:
            open_parts += [*claim.parts, *claim.fee_parts]
        for part in open_parts:
            if part.valued:
                worth += float(part.worth)
                books += float(part.total) / part.rate
        for row in order.settlement_ids:
            # Payouts, and what a channel paid of a credit note, are of another row.
            if row.credit_id or row.state == "cancelled" or not row._is_foreign():
                continue
            document = row.invoice_id or row.move_id
            worth += row.amount_order
            books += row.amount / (document.invoice_currency_rate or 1.0)
        own_currency = order.company_id.currency_id
        vals["amount_foreign"] = order.currency_id.round(worth)
        vals["amount_foreign_books"] = own_currency.round(books)
        return vals

    def _left_to_release(self, order):
        more = order._foreign_more()
        if more and order.amount_due:
            more *= (order.amount_due - order.amount_settled) / order.amount_due
        return super()._left_to_release(order) + more

    # --- what the rows say --------------------------------------------------------
    def _counter_row_vals(self, row, parts, move, reason):
        vals = super()._counter_row_vals(row, parts, move, reason)
        if row._is_foreign():
            worth = row.amount_order
            if parts:
                worth = float(sum((part.worth for _line, part in parts), ZERO))
            vals["amount_order"] = -worth
        return vals

    def _paid_vals(self, credit, taken, whole):
        vals = super()._paid_vals(credit, taken, whole)
        if credit._is_foreign():
            vals["amount_order"] = vals["amount"]
            vals["amount"] = whole or credit._of_order(float(taken))
        return vals


class ReturnsStepAuthorise(models.AbstractModel):
    """People approve what leaves the company, whatever the order had said."""

    _inherit = "returns.step.authorise"

    def _company_amount(self, order):
        return super()._company_amount(order) + order._foreign_more()


class ReturnsCredit(models.AbstractModel):
    """Keeps with a settlement what it comes to in the order's currency."""

    _inherit = "returns.credit"

    def _settlement_vals(self, order, invoice, parts, move):
        vals = super()._settlement_vals(order, invoice, parts, move)
        if any(part.valued for part, _line in parts):
            vals["amount_order"] = float(
                sum((part.worth for part, _line in parts), ZERO)
            )
        return vals


class ReturnsAdoption(models.AbstractModel):
    """A return takes a credit note for its own in the currency of what it gives back,
    to the cent of that currency."""

    _inherit = "returns.adoption"

    def _is_within(self, move, parts, line, net, taxes):
        if bills := line._foreign_bills_in_exchange():
            step = self.env["returns.step.settle"]
            refuse("REFUND_GATE", step._foreign_words(line.sale_line_id, bills))
        for part in parts:
            currency = currency_of(part.source)
            if currency != move.currency_id:
                self._refuse_currency(move, part.source, currency)
        return super()._is_within(move, parts, line, net, taxes)

    def _refuse_currency(self, move, source, currency):
        refuse(
            "REFUND_GATE",
            self.env._(
                "%(move)s is in %(currency)s, and what comes back of %(product)s was "
                "billed by %(bill)s in %(theirs)s. Give it back in that currency, or "
                "let the return make the credit note.",
                move=move.display_name,
                currency=move.currency_id.name,
                product=source.sale_line.product_id.display_name,
                bill=source.invoice_line.move_id.name or source.sale_line.order_id.name,
                theirs=currency.name,
            ),
        )

    def _valued(self, move, sale_line, line, quantity, net, taxes):
        if move.currency_id == sale_line.currency_id:
            return super()._valued(move, sale_line, line, quantity, net, taxes)
        claims, _delivery = self.env["returns.worth"]._claims(
            line.order_id, {line: Decimal(str(quantity))}, without=move
        )
        parts = claims[line].now
        step = Decimal(str(sale_line.currency_id.rounding))
        tax = sum(taxes.values(), ZERO)
        whole = sum((part.total for part in parts), ZERO)
        worth = sum((part.worth for part in parts), ZERO)
        worth_tax = sum((part.worth_tax for part in parts), ZERO)
        if net + tax != whole and whole:
            share = (net + tax) / whole
            worth = round_to(worth * share, step)
            worth_tax = round_to(worth_tax * share, step)
        return worth - worth_tax, worth_tax
