from odoo import models


class ReturnsInspection(models.Model):
    """What found goods are carried at."""

    _inherit = "returns.inspection"

    def _carrying_value(self, quantity):
        """What ``quantity`` of the found units are carried at, not rounded.

        Nothing for goods that are not the company's own, such as a customer's goods
        that came for repair.

        :rtype: float
        """
        self.ensure_one()
        move = self.receipt_id._goods_move()
        if not move.is_in:
            return 0.0
        return self.product_id._returns_carrying(
            move.company_id, quantity, self.lot_id, move
        )
