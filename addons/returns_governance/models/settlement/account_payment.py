from odoo import api, models

from odoo.addons.inventory_states.patience import patiently

POSTED = ("in_process", "paid")
# What makes another payment of a posted one, which core lets be written.
TELLING = frozenset(
    {
        "amount",
        "currency_id",
        "partner_id",
        "payment_type",
        "partner_type",
        "destination_account_id",
    }
)


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
        entering = vals.get("state") in POSTED
        if not entering and not TELLING & vals.keys():
            return super().write(vals)
        posted = self.filtered(lambda payment: payment.state in POSTED)
        telling = posted if TELLING & vals.keys() else posted.browse()
        checked = (self if entering else posted) - posted | telling

        gate = self.env["returns.gate.payment"]

        def work():
            # Before core books it, so that what is too much is refused at once; and
            # after it, on what is in the books.
            gate._check_payments(checked - telling)
            result = super(AccountPayment, self).write(dict(vals))
            gate._check_payments(checked)
            return result

        return patiently(self.env, work) if checked else work()
