from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What is left to give back of a prepayment follows what else it is used for."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._returns_payments_used()._returns_recount_prepaid()
        return partials

    def unlink(self):
        entries = self._returns_payments_used()
        result = super().unlink()
        entries.exists()._returns_recount_prepaid()
        return result

    def _returns_payments_used(self):
        """The entries of payments that these tie to something."""
        moves = (self.debit_move_id | self.credit_move_id).move_id
        return moves.filtered(
            lambda move: (
                move.move_type == "entry"
                and (move.origin_payment_id or move.statement_line_id)
            )
        )
