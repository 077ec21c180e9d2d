from odoo import models


class ReturnsGatePayment(models.AbstractModel):
    """Money to a customer is held where he has bought something that is governed."""

    _inherit = "returns.gate.payment"

    def _check_refund(self, source, amount):
        if not source._is_returns_governed():
            return None
        return super()._check_refund(source, amount)

    def _book_reported(self, refund):
        if not refund.source_transaction_id._is_returns_governed():
            return None
        return super()._book_reported(refund)

    def _check_payments(self, payments):
        rollout = self.env["returns.rollout"]
        return super()._check_payments(
            payments.filtered(
                lambda payment: (
                    payment.payment_type == "outbound"
                    and rollout._is_partner_governed(
                        payment.partner_id, payment.company_id
                    )
                )
            )
        )
