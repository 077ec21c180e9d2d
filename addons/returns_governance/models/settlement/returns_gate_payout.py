from odoo import models

from odoo.addons.inventory_states.patience import lock

from ...const import PAYOUT_ON_ITS_WAY
from ...guard import refuse


class ReturnsGatePayment(models.AbstractModel):
    """What a provider was told to pay is not paid by hand as well."""

    _inherit = "returns.gate.payment"

    def _open_credit(self, partner, company, currency, payments=None, refunds=None):
        owed = super()._open_credit(partner, company, currency, payments, refunds)
        return owed - self._with_providers(partner, company, currency)

    def _with_providers(self, partner, company, currency):
        """What is on its way to a customer through providers, and in no book yet.

        Whoever asks is about to pay: the payouts are locked, so that none of them is
        sent or tried again on what was known before.
        """
        # sudo: whoever pays meets the whole truth
        payouts = (
            self.env["returns.outbox"]
            .sudo()
            .search(
                [
                    ("kind", "=", "payout"),
                    ("state", "in", (*PAYOUT_ON_ITS_WAY, "done", "failed")),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    ("settlement_id.state", "=", "to_pay"),
                    (
                        "settlement_id.move_id.commercial_partner_id",
                        "=",
                        partner.commercial_partner_id.id,
                    ),
                ]
            )
        )
        lock(self.env, payouts._table, payouts.ids)
        return sum(
            box.amount
            for box in payouts
            if box.state in PAYOUT_ON_ITS_WAY or box._is_unbooked()
        )

    def _refuse_or_note(self, payments, amount, owed):
        """Say it where the money is on its way already."""
        partner, company = payments.partner_id, payments.company_id
        currency = payments.currency_id
        coming = self._with_providers(partner, company, currency)
        if currency.compare_amounts(coming, 0.0) > 0:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(amount)s to pay to %(partner)s, and %(coming)s is on its way to "
                    "them through a payment provider. See Money > Payouts: wait for "
                    "the answer, say what became of it, or have it paid by hand "
                    "instead.",
                    amount=currency.format(amount),
                    partner=partner.commercial_partner_id.display_name,
                    coming=currency.format(coming),
                ),
            )
        return super()._refuse_or_note(payments, amount, owed)
