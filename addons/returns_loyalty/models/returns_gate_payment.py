from odoo import models


class ReturnsGatePayment(models.AbstractModel):
    """What stands on a card is not open to the customer a second time."""

    _inherit = "returns.gate.payment"

    def _open_credit(self, partner, company, currency, payments=None, refunds=None):
        owed = super()._open_credit(partner, company, currency, payments, refunds)
        if currency.compare_amounts(owed, 0.0) <= 0:
            return owed
        return owed - self._open_on_cards(partner, company, currency)

    def _open_on_cards(self, partner, company, currency):
        """What is open on credit notes although cards got it: their entries were
        unreconciled, or taken out of the books past the guard of them."""
        # sudo: whoever pays need not read settlements
        whose = [
            ("partner_id", "child_of", partner.commercial_partner_id.ids),
            ("company_id", "=", company.id),
            ("currency_id", "=", currency.id),
        ]
        given = self.env["returns.settlement"].sudo()
        given = given.search(
            [
                *whose,
                ("entry_id", "!=", False),
                ("credit_id.move_id.state", "=", "posted"),
                ("credit_id.move_id.amount_residual", "!=", 0),
            ]
        )
        twice = 0.0
        for move, rows in given.grouped(lambda row: row.credit_id.move_id).items():
            left = move.amount_total - sum(rows.mapped("amount"))
            twice += max(0.0, abs(move.amount_residual) - max(0.0, left))
        return currency.round(twice + self._prepaid_on_cards(whose))

    def _prepaid_on_cards(self, whose):
        """What cards got of payments that came before a bill, and that their entries
        have not met yet."""
        # sudo: as above
        given = self.env["returns.settlement"].sudo()
        given = given.search(
            [*whose, ("entry_id", "!=", False), ("credit_id.kind", "=", "prepaid")]
        )
        items = given.entry_id.line_ids.filtered(
            lambda item: (
                item.account_type == "asset_receivable"
                and item.parent_state == "posted"
            )
        )
        return max(0.0, sum(items.mapped("amount_residual_currency")))
