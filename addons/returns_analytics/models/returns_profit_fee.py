from odoo import api, models
from odoo.tools import SQL


class ReturnsProfitSource(models.AbstractModel):
    """Fees of goods that were never billed: their order bills them."""

    _inherit = "returns.profit.source"

    @api.model
    def _sources(self):
        return super()._sources() | {30: self._billed_with_order()}

    def _billed_with_order(self):
        """The items of posted bills, by the line of the order that is a fee."""
        return SQL(
            """
            SELECT i.id, f.line_id, f.order_id, 'fee', m.date, 0, -i.balance,
                'account.move.line', i.id
              FROM (
                SELECT DISTINCT ON (sale_line_id) sale_line_id, line_id, order_id
                  FROM returns_settlement_fee WHERE sale_line_id IS NOT NULL
                 ORDER BY sale_line_id, id) f
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = f.sale_line_id
              JOIN account_move_line i ON i.id = rel.invoice_line_id
              JOIN account_move m ON m.id = i.move_id
             WHERE m.state = 'posted' AND i.display_type = 'product'"""
        )
