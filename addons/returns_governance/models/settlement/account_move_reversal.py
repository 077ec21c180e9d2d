from odoo import models

from odoo.addons.inventory_states.patience import patiently

from ...guard import with_pass
from .account_move import CORRECTING, Correction


class AccountMoveReversal(models.TransientModel):
    """*Reverse and reissue* corrects an invoice; it gives no credit for good."""

    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """The reversal of a reissue is a correction, whoever's wizard it is."""
        return patiently(self.env, lambda: self._reverse_locked(is_modify))

    def _reverse_locked(self, is_modify):
        self.env["returns.gate"]._check_not_of_return(self.move_ids)
        invoices = self.move_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.env["returns.gate"]._lock_bills(invoices, reverse=is_modify)
        if not is_modify:
            # pylint: disable-next=super-method-mismatch  # a part of it, run again
            return super().reverse_moves(is_modify)
        correcting = self.with_context(**{CORRECTING: Correction()})
        # pylint: disable-next=super-method-mismatch  # as above
        res = super(AccountMoveReversal, correcting).reverse_moves(True)
        self._link_reissues()
        return res

    def _link_reissues(self):
        """Tell each correction which invoice takes the reversed one's place.

        A correction is credit to pay out only once that invoice is posted.
        """
        drafts = self.new_move_ids
        for invoice in self.move_ids:
            sold = invoice.invoice_line_ids.sale_line_ids
            anew = drafts.filtered(
                lambda move, sold=sold: move.invoice_line_ids.sale_line_ids == sold
            )[:1]
            drafts -= anew
            corrections = invoice.reversal_move_ids.filtered(
                lambda move: (
                    move.returns_credit_kind == "correction"
                    and not move.returns_reissue_id
                )
            )
            for correction in corrections if anew else ():
                values = {"returns_reissue_id": anew.id}
                with_pass(correction, "write", values).write(values)
