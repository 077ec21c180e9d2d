from odoo import models

from ...const import BILLS


class ReturnsGatePayment(models.AbstractModel):
    """What gives a ground to pay a customer.

    A credit note does, having met the gate, and so does money that came in: a payment,
    or a line of a bank statement. An entry made by hand does not, in whatever journal.
    """

    _inherit = "returns.gate.payment"

    def _explained(self, items, currency, payments=None, refunds=None):
        """What of open items in a customer's favour a payment can be made for.

        :param recordset payments: that are being looked at, or ``refunds``
        """
        open_items = items.filtered(lambda item: item.amount_residual_currency < 0)
        total, received = 0.0, {}
        for move, group in open_items.grouped("move_id").items():
            left = -sum(group.mapped("amount_residual_currency"))
            if move.move_type == "out_refund":
                # Torn off its own invoice, it is no money that was ever paid.
                total += left - min(left, self._unpaid(move))
            else:
                came = self._came_in(move, group, currency)
                if came > 0:
                    received[move] = min(left, came)
        if received:
            total += self._unused(received, items, payments, refunds)
        return total

    def _unused(self, received, items, payments=None, refunds=None):
        """What of money that came in nothing was used for.

        :param dict received: {entry: what is open of it}
        :param recordset items: all that is open on the customer's account
        """
        return sum(received.values())

    def _bills_of(self, credit):
        """The bills that a credit note gives back: the one that it reverses, or all
        of what it says was sold."""
        if bill := credit.reversed_entry_id:
            return bill
        return (credit.line_ids.sale_line_ids.invoice_lines.move_id - credit).filtered(
            lambda move: move.move_type in BILLS
        )

    def _unpaid(self, credit):
        """What of the bills behind a credit note nobody has paid."""
        bills = self._bills_of(credit).filtered(lambda move: move.state == "posted")
        return sum(max(0.0, bill.amount_residual) for bill in bills)

    def _came_in(self, move, items, currency):
        """The money that came in by an entry; what it wrote off beside is none.

        :param recordset items: of the customer, of one currency
        """
        liquidity = self._liquidity_items(move)
        if all(item.currency_id == currency for item in liquidity):
            return max(0.0, sum(liquidity.mapped("amount_currency")))
        # It came in another currency: as far as it reaches in the company's.
        given = -sum(items.mapped("balance"))
        part = sum(liquidity.mapped("balance")) / given if given > 0 else 0.0
        return max(0.0, -sum(items.mapped("amount_currency")) * min(1.0, part))

    def _liquidity_items(self, move):
        """The lines of the bank's or the cash box's side; none of an entry by hand.

        That an entry names a payment is not enough, since that can be typed: the
        payment has to name the entry.
        """
        for record in (move.origin_payment_id, move.statement_line_id):
            if record and record.move_id == move:
                return record._seek_for_lines()[0]
        return move.line_ids.browse()
