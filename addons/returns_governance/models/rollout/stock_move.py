from odoo import models


class StockMove(models.Model):
    """Goods that came back by core's own return are seen by the shadow."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        # sudo: who takes goods in need not read the order
        self.env["returns.shadow"]._goods(moves.sudo())
        return moves
