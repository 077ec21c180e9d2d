from odoo import api, models

from ...guard import deny

# What a provider says, and what follows from it.
TOLD = frozenset(
    {
        "amount",
        "currency_id",
        "invoice_ids",
        "operation",
        "partner_id",
        "payment_id",
        "provider_id",
        "provider_reference",
        "sale_order_ids",
        "source_transaction_id",
        "state",
    }
)


class PaymentTransaction(models.Model):
    """What came in by a provider is told by the provider and typed by nobody.

    Accountants may write transactions; what is paid back on their ground would follow
    what was typed. Core's own buttons and notices go on with elevated rights.
    """

    _inherit = "payment.transaction"

    @api.model_create_multi
    def create(self, vals_list):
        transactions = super().create(vals_list)
        if any(tx.state != "draft" for tx in transactions):
            self._returns_check_typed({"state"})
        return transactions

    def write(self, vals):
        self._returns_check_typed(vals.keys())
        return super().write(vals)

    def _returns_check_typed(self, names):
        # env.su: only server code
        if self.env.su or not TOLD & set(names):
            return
        if not self.env.user.has_group("base.group_system") and any(
            tx._is_returns_governed() for tx in self
        ):
            deny(
                self.env._(
                    "A payment of a provider says what the provider has told: nobody "
                    "types it. Register a payment instead."
                )
            )
