from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What a card paid of a credit note is paid: nobody opens it again by hand."""

    _inherit = "account.partial.reconcile"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_card_entry(self):
        """Unreconciled, the credit note would be open, and paid out once more."""
        moves = (self.debit_move_id | self.credit_move_id).move_id._not_released()
        # sudo: the accountant need not read settlements
        rows = self.env["returns.settlement"].sudo()
        if kept := rows.search([("entry_id", "in", moves.ids)], limit=1):
            kept._refuse_kept(kept.entry_id)
