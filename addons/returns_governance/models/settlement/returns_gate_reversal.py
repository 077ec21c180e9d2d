from odoo import models

from ...const import BILLS
from ...guard import refuse


class ReturnsGate(models.AbstractModel):
    """Documents of returns are taken back by their return, and by nothing else.

    A reversal that its return does not know of would bill the customer for what the
    return says was paid back.
    """

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        others = moves.sudo().filtered(  # as in super()
            lambda move: move.returns_credit_kind != "return"
        )
        self._check_not_of_return(others.reversed_entry_id)
        result = super()._check_posted(moves)
        back = others.filtered(
            lambda move: (
                move.move_type in BILLS
                and move.reversed_entry_id.move_type == "out_refund"
            )
        )
        if sold := self.sudo()._sold(back):  # as in super()
            self._recount(sold)
        return result

    def _check_not_of_return(self, documents):
        """Refuse to reverse documents that returns have made."""
        for move in documents.sudo().filtered(  # as in super()
            lambda move: move.returns_credit_kind == "return"
        ):
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s belongs to return %(return)s, and reversing it here "
                    "would leave the return as it is. Reverse the settlement on the "
                    "return instead: that makes the document, and the refund waits.",
                    move=move.display_name,
                    **{"return": move.returns_order_id.name},
                ),
            )
