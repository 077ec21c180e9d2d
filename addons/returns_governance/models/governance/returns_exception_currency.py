from odoo import models


class ReturnsException(models.Model):
    """Whether an invoice in another currency still holds an exchange."""

    _inherit = "returns.exception"

    def _still_posting_failed(self):
        ours = self.filtered(lambda row: (row.cause or "").startswith("currency "))
        standing = super(ReturnsException, self - ours)._still_posting_failed()
        return {
            **standing,
            **ours._stands_where(
                "returns.order.line",
                "currency",
                lambda line: bool(line._foreign_bills_in_exchange()),
            ),
        }
