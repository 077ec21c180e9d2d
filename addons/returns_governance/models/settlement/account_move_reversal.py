from odoo import models

from .account_move import CORRECTING, Correction


class AccountMoveReversal(models.TransientModel):
    """*Reverse and reissue* corrects an invoice; it gives no credit for good."""

    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """The reversal of a reissue is a correction, whoever's wizard it is."""
        if is_modify:
            self = self.with_context(**{CORRECTING: Correction()})
        return super(AccountMoveReversal, self).reverse_moves(is_modify)  # noqa: UP008
