from odoo import models

from ...guard import deny, refuse
from .account_payment import POSTED
from .account_payment_undone import UNDONE


class AccountPayment(models.Model):
    """A payment to a customer goes to the account that it was posted for, and what was
    given to the bank is not called back by somebody who cannot tell the bank."""

    _inherit = "account.payment"

    def write(self, vals):
        # env.su: only server code
        if not self.env.su:
            if "partner_bank_id" in vals:
                self._check_account_stays(vals["partner_bank_id"] or False)
            if vals.get("state") in UNDONE:
                self._check_not_sent()
        return super().write(vals)

    def _to_customers_posted(self):
        # sudo: the gate reads what the accountant may not
        gate = self.env["returns.gate.payment"].sudo()
        return gate._to_customers(
            self.sudo().filtered(lambda pay: pay.state in POSTED)
        )

    def _check_account_stays(self, account):
        for payment in self._to_customers_posted():
            if payment.partner_bank_id.id != account:
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(payment)s to %(partner)s is posted for the account "
                        "%(account)s. Reset it to draft to pay another one: it is "
                        "checked and approved for that anew.",
                        payment=payment.display_name,
                        partner=payment.partner_id.display_name,
                        account=payment.partner_bank_id.acc_number or "-",
                    ),
                )

    def _check_not_sent(self):
        if self.env["returns.gate"]._is_finance():
            return
        for payment in self._to_customers_posted().filtered("is_sent"):
            deny(
                self.env._(
                    "%(payment)s to %(partner)s was given to the bank. Only finance "
                    "takes it back, after telling the bank.",
                    payment=payment.display_name,
                    partner=payment.partner_id.display_name,
                )
            )
