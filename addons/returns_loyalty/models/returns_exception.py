from odoo import models


class ReturnsException(models.Model):
    """Whether what was spent of a credit is still open."""

    _inherit = "returns.exception"

    def _still_store_credit_spent(self):
        return self._stands_where(
            "returns.settlement",
            "settlement",
            lambda row: (
                row.kind == "prepaid"  # a person asks the customer for it
                or (
                    row.move_id.state == "posted"
                    and not row.currency_id.is_zero(row.move_id.amount_residual)
                )
            ),
        )
