from odoo import models


class PaymentTransaction(models.Model):
    """A payment for orders outside the rollout is refunded as in bare Odoo."""

    _inherit = "payment.transaction"

    def _is_returns_governed(self):
        """Whether any of the orders behind a payment is governed."""
        rollout = self.env["returns.rollout"]
        if not rollout._plan(self.company_id.id):
            return True
        # sudo: whoever refunds meets the whole truth
        source = self.sudo()
        billed = source.invoice_ids.line_ids.sale_line_ids
        lines = source.sale_order_ids.order_line | billed
        if lines:
            return bool(rollout._governed(lines))
        return rollout._is_partner_governed(source.partner_id, source.company_id)

    def _meet_gate(self, machine):
        source = self.source_transaction_id
        if source._is_returns_governed():
            return super()._meet_gate(machine)
        source._returns_lock()
        return source._returns_recount()
