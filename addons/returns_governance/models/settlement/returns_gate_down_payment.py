from odoo import models

from odoo.addons.inventory_states.patience import lock

from ...const import BILLS
from ...guard import refuse


class ReturnsGate(models.AbstractModel):
    """Down payments: given back once, and up to what was billed of them.

    A down payment is for nothing that can come back, so no return releases it. Its
    invoice can be reversed by whoever bills; whatever else gives it back is credit for
    nothing that was sold.
    """

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        self._check_down_payments(moves)
        return super()._check_posted(moves)

    def _check_down_payments(self, moves):
        """Hold what these documents give back of down payments to what was billed."""
        self = self.sudo()  # as in super()
        given = moves.sudo().line_ids.filtered(
            lambda item: (
                self._gives_down_payment(item) and self._is_in_scope(item.move_id)
            )
        )
        if not given:
            return
        self._lock_down_payments(given.sale_line_ids)
        self._check_whose(given.move_id.filtered(self._is_refund))
        for sale_line, items in given.grouped("sale_line_ids").items():
            # An invoice may deduct what is about to be billed.
            drafts = not items.move_id.filtered(self._is_refund)
            self._check_down_payment(sale_line, drafts)

    def _check_down_payments_left(self, moves):
        """Bills of down payments leave the books: not what was given back of them."""
        self = self.sudo()  # as in super()
        items = moves.sudo().line_ids.filtered(self._is_of_down_payment)
        for sale_line in items.sale_line_ids:
            if sale_line.invoice_lines.move_id.filtered(
                lambda move: self._is_refund(move) and move.state == "posted"
            ):
                self._check_down_payment(sale_line)

    def _check_lowered(self, sale_lines):
        result = super()._check_lowered(sale_lines)
        items = sale_lines.sudo().filtered(self._is_down_payment).invoice_lines
        self._check_down_payments_left(items.move_id)
        return result

    # --- what it is ---------------------------------------------------------------
    def _is_down_payment(self, sale_line):
        """A mark that can be typed on any line makes no down payment of goods."""
        return (
            super()._is_down_payment(sale_line)
            and not sale_line.product_uom_qty
            and sale_line.product_id.type != "consu"
        )

    def _is_refund(self, move):
        return move.move_type == "out_refund"

    def _is_of_down_payment(self, item):
        """A product line for a down payment and for nothing else."""
        sold = item.sale_line_ids
        return (
            item.display_type == "product"
            and bool(sold)
            and all(self._is_down_payment(line) for line in sold)
        )

    def _gives_down_payment(self, item):
        """Whether a line gives a down payment back, or deducts it."""
        move = item.move_id
        if self._is_refund(move):
            gives = item.price_subtotal > 0
        else:
            gives = move.move_type in BILLS and item.price_subtotal < 0
        return gives and self._is_of_down_payment(item)

    def _loose_amount(self, move):
        """Also a down payment that no reversal of its own invoice gives back."""
        loose = super()._loose_amount(move)
        if not self._is_refund(move) or move.returns_credit_kind == "return":
            return loose
        items = move.line_ids.filtered(self._gives_down_payment)
        bills = items.sale_line_ids.invoice_lines.move_id
        if move.reversed_entry_id in bills.filtered(lambda bill: bill != move):
            return loose
        return loose + sum(items.mapped("price_total"))

    def _given_sold(self, move):
        """Also the down payments that a credit note gives back."""
        items = move.line_ids.filtered(self._gives_down_payment)
        return super()._given_sold(move) | items.sale_line_ids

    # --- never more than was billed -----------------------------------------------
    def _lock_down_payments(self, sale_lines):
        """One at a time: the rows are written as they are, so that of two documents
        at once the second fails to serialise and is run again."""
        lock(self.env, sale_lines._table, sale_lines.ids)
        self.env.cr.execute(
            "UPDATE sale_order_line SET write_date = write_date WHERE id = ANY(%s)",
            [sale_lines.ids],
        )

    def _check_down_payment(self, sale_lines, drafts=False):
        """Refuse what gives more back than was billed.

        :param bool drafts: count bills that are not posted yet
        """
        billed, given = self._down_payment_sums(sale_lines.invoice_lines, drafts)
        order = sale_lines.order_id[:1]
        currency = order.currency_id
        slack = currency.rounding * (len(sale_lines.invoice_lines) + 1)
        if given - billed < slack:
            return
        refuse(
            "REFUND_EXCEEDS_PAID",
            self.env._(
                "%(order)s, down payment: %(given)s would be given back or deducted, "
                "and %(billed)s was billed. Lower it by the difference; of a down "
                "payment nothing is credited twice.",
                order=order.name,
                given=currency.format(given),
                billed=currency.format(billed),
            ),
        )

    def _down_payment_sums(self, items, drafts):
        """(billed, given back or deducted), with tax."""
        billed = given = 0.0
        for item in items.filtered(lambda item: item.display_type == "product"):
            move = item.move_id
            amount = item.price_total * (-1 if self._is_refund(move) else 1)
            if move.state == "posted" or (
                drafts and move.state == "draft" and amount > 0
            ):
                billed += max(0.0, amount)
                given -= min(0.0, amount)
        return billed, given
