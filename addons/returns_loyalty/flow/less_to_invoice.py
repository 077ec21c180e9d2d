"""Goods that come back before they were billed, and were paid with a card already."""

from odoo import models


class ReturnsCredit(models.AbstractModel):
    """A card pays no more of an order than the order still comes to.

    A card pays when the order is confirmed, long before the bill. Where goods come back
    before that, there is nothing to credit and nothing was booked: what the card paid
    too much goes back on it through the order's own line, as Odoo does when such a line
    is lowered.
    """

    _inherit = "returns.credit"

    def _make(self, batches, extra=None, order=None, more=0):
        settlements = super()._make(batches, extra=extra, order=order, more=more)
        less = settlements.filtered(lambda row: row.kind == "less_to_invoice")
        # sudo: the machine's; whoever settles need not sell
        for row in less.sudo():
            for sale in row.line_ids.sale_line_id.order_id:
                if cards := sale.order_line._returns_cards():
                    self._lower_cards(row, sale, cards)
        return settlements

    def _lower_cards(self, row, sale, cards):
        """Lower the lines of cards, the last first, to what is left to pay."""
        currency = sale.currency_id
        surplus = -sum(cards.mapped("price_total")) - self._left_to_bill(sale, cards)
        for line in cards.sorted("id", reverse=True):
            if line.tax_ids or line.invoice_lines.filtered(
                lambda item: item.parent_state == "posted"
            ):
                continue
            taken = currency.round(min(surplus, -line.price_total))
            if currency.compare_amounts(taken, 0.0) <= 0:
                continue
            self._lower_card(row, line, taken)
            surplus -= taken

    def _left_to_bill(self, sale, cards):
        """What the order comes to, without what came back before it was billed."""
        goods = sale.order_line - cards
        rows = self.env["returns.settlement.line"].search(
            [
                ("sale_line_id", "in", goods.ids),
                ("settlement_id.kind", "=", "less_to_invoice"),
                ("settlement_id.state", "!=", "cancelled"),
            ]
        )
        return sum(goods.mapped("price_total")) - sum(rows.mapped("amount"))

    def _lower_card(self, row, line, taken):
        """Give a part of a card's line back; Odoo puts the points on the card."""
        books = self.env["returns.card.books"]
        card, sale = line.coupon_id, line.order_id
        books._lock(card)
        part = taken / -line.price_total
        points = card.program_id.currency_id.round(line.points_cost * part)
        locked = sale.locked
        sale.locked = False
        line.write(
            {
                "price_unit": line.price_unit * (1.0 - part),
                "points_cost": line.points_cost - points,
            }
        )
        sale.locked = locked
        for item in line.invoice_lines:  # of drafts
            item.price_unit = line.price_unit
        books._remember(row, card, issued=points)
        self.env["returns.payout.voucher"]._log(row, "refilled", taken, card)
