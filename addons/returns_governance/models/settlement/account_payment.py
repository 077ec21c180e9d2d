from odoo import api, models

POSTED = ("in_process", "paid")


class AccountPayment(models.Model):
    """Payments to customers meet the gate, by whatever way they are posted."""

    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        posted = payments.filtered(lambda payment: payment.state in POSTED)
        if posted:
            self.env["returns.gate.payment"]._check_payments(posted)
        return payments

    def write(self, vals):
        if vals.get("state") not in POSTED:
            return super().write(vals)
        before = self.filtered(lambda payment: payment.state in POSTED)
        result = super().write(vals)
        if entered := self - before:
            self.env["returns.gate.payment"]._check_payments(entered)
        return result
