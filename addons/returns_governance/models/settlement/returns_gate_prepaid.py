from odoo import models


class ReturnsGatePayment(models.AbstractModel):
    """A prepayment without an entry in the books says as well why money leaves."""

    _inherit = "returns.gate.payment"

    def _open_credit(self, partner, company, currency, payments=None, refunds=None):
        owed = super()._open_credit(partner, company, currency, payments, refunds)
        # sudo: whoever pays meets the whole truth
        rows = self.env["returns.settlement"].sudo()
        rows = rows.search(
            [
                ("kind", "=", "prepaid"),
                ("state", "=", "to_pay"),
                ("source_move_id", "=", False),
                ("partner_id", "child_of", partner.commercial_partner_id.ids),
                ("company_id", "=", company.id),
                ("currency_id", "=", currency.id),
            ]
        )
        return owed + sum(row._ready_amount() for row in rows)
