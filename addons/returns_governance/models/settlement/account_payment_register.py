from odoo import fields, models

from odoo.addons.inventory_states.patience import patiently


class AccountPaymentRegister(models.TransientModel):
    """Payments that another person has to approve are made as drafts."""

    _inherit = "account.payment.register"

    def _create_payments(self):
        """Hook of core: of many who pay one document at once, one after the other."""
        return patiently(self.env, super()._create_payments)

    def _init_payments(self, to_process, edit_mode=False):
        """Keep the entry of such a payment until it is approved.

        A payment with a write-off is booked at once by core, and is refused then.
        """
        if self.env["returns.authority"]._rows_in_force().get("pay"):
            for vals in to_process:
                if self._waits_for_approval(vals["create_vals"]):
                    vals["create_vals"].pop("write_off_line_vals", None)
        return super()._init_payments(to_process, edit_mode=edit_mode)

    def _waits_for_approval(self, vals):
        if (
            vals.get("write_off_line_vals")
            or vals.get("payment_type") != "outbound"
            or vals.get("partner_type") != "customer"
        ):
            return False
        company = self.company_id
        amount = (
            self.env["res.currency"]
            .browse(vals["currency_id"])
            ._convert(
                vals["amount"],
                company.currency_id,
                company,
                vals.get("date") or fields.Date.context_today(self),
            )
        )
        return bool(self.env["returns.authority"]._needed("pay", company, amount))
