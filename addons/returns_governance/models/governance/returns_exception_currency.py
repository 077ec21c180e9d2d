from odoo import models


class ReturnsException(models.Model):
    """Whether an invoice in another currency still holds an exchange."""

    _inherit = "returns.exception"

    def _still_posting_failed(self):
        ours = self.filtered(lambda row: (row.cause or "").startswith("currency "))
        paid = self.filtered(lambda row: (row.cause or "").startswith("down payment "))
        others = super(ReturnsException, self - ours - paid)
        return {
            **others._still_posting_failed(),
            **paid._stands_where(
                "sale.order",
                "down payment",
                lambda order: bool(order._returns_foreign_down_payments()),
            ),
            **ours._stands_where(
                "returns.order.line",
                "currency",
                lambda line: bool(line._foreign_bills_in_exchange()),
            ),
        }
