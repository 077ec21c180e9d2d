from odoo import models

from ...const import BILLS
from ...guard import deny


class ReturnsGate(models.AbstractModel):
    """A line below zero in a bill that is for nothing sold by an order is credit, too.

    A discount stands on the line that it is for, or on the order. What other parts of
    Odoo bill (a point of sale, a subscription) is made with the rights of the system,
    and typed by nobody.
    """

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        if not moves.env.su:
            self._check_discounts(moves.sudo())  # as in super()
        return super()._check_posted(moves)

    def _check_discounts(self, moves):
        bills = moves.filtered(
            lambda move: (
                move.move_type in BILLS
                and move.returns_credit_kind != "return"
                and not self._is_below_zero(move)  # credit as a whole
                and self._typed_off(move)
                and not self._takes_fees_back(move)
                and self._is_in_scope(move)
            )
        )
        if not bills:
            return
        if not self._is_finance():
            deny(
                self.env._(
                    "%(moves)s takes %(amount)s off by a line for nothing that was "
                    "sold by an order. Give the discount on the line that it is for, "
                    "make a return of the order, or ask finance to post it.",
                    moves=", ".join(bills.mapped("display_name")),
                    amount=bills[:1].currency_id.format(self._typed_off(bills[:1])),
                )
            )
        self._check_loose(bills)

    def _takes_fees_back(self, move):
        """Whether it only takes back what a credit note had charged."""
        credit = move.reversed_entry_id
        return (
            credit.move_type == "out_refund"
            and move.currency_id.compare_amounts(
                self._typed_off(move), self._typed_off(credit)
            )
            <= 0
        )

    def _typed_off(self, move):
        """What lines for nothing sold take off a bill."""
        return -sum(
            item.price_total
            for item in move.line_ids
            if item.display_type == "product"
            and not item.sale_line_ids
            and item.price_subtotal < 0
        )
