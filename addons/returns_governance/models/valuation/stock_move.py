from odoo import models

from ..settlement.account_move import POSTING, Posting


class StockMove(models.Model):
    """What came in is valued again with its document, where that changes it."""

    _inherit = "stock.move"

    def _set_value(self, correction_quantity=None):
        """Leave out moves that keep their value.

        Core values what came back once more with each credit note, and works out the
        average cost of its product again, which stays as it was.
        """
        if isinstance(self.env.context.get(POSTING), Posting):
            # sudo: as core does, whose values no stock user reads
            self = self._valued_by_hand().filtered(
                lambda move: (
                    not move.is_in
                    or move.company_currency_id.compare_amounts(
                        move.sudo()._get_value(), move.value
                    )
                )
            )
        return super()._set_value(correction_quantity)
