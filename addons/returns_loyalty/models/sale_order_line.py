from odoo import fields, models

from odoo.addons.returns_governance.const import PAYOUT_ON_ITS_WAY

SIGNS = {"out_invoice": -1.0, "out_receipt": -1.0, "out_refund": 1.0}


class SaleOrderLine(models.Model):
    """A gift card or wallet that paid a part of an order, and what it got back."""

    _inherit = "sale.order.line"

    returns_card_payout_ids = fields.One2many(
        "returns.settlement",
        "card_line_id",
        "Given back to the card",
        groups="returns_governance.group_reader",
    )

    def _returns_cards(self):
        """The lines of gift cards and wallets, the oldest first."""
        return self.filtered(
            lambda line: line.coupon_id and line.reward_id.program_id.is_payment_program
        ).sorted("id")

    def _returns_card_items(self):
        """The lines of posted documents that this card has paid of."""
        return self.invoice_lines.filtered(
            lambda item: item.parent_state == "posted" and item.move_type in SIGNS
        )

    def _returns_card_took(self):
        """What the card has paid of posted invoices, less what core reversed."""
        return sum(
            SIGNS[item.move_type] * item.price_total
            for item in self._returns_card_items()
        )

    def _returns_card_left(self, without=None):
        """What can still go back on the card, less what is on its way there.

        :param without: a payout that is not counted, since it is about to be sent
        """
        waiting = self.env["returns.outbox"].search(
            [
                ("card_line_id", "=", self.id),
                ("state", "in", PAYOUT_ON_ITS_WAY),
            ]
        )
        if without:
            waiting -= without
        given = sum(self.returns_card_payout_ids.mapped("amount"))
        return self._returns_card_took() - given - sum(waiting.mapped("amount"))
