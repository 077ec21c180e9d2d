from odoo import api, models
from odoo.tools import SQL


class ReturnsProfitSource(models.AbstractModel):
    """What goods cost and brought that were sent for what came back, and the bonus of
    store credit.

    An exchange is billed: it earns its price and costs its goods, so that what the
    return gave back does not stand alone. A replacement is free of charge; with
    perpetual valuation its cost has an entry of its own, which the goods that come back
    for it lower. One that was charged, since nothing came back, earns its charge.
    """

    _inherit = "returns.profit.source"

    @api.model
    def _sources(self):
        sources = super()._sources() | {
            13: self._replaced(),
            14: self._billed(),
            15: self._cost_of_billed(),
            16: self._sent_by_move(),
        }
        if "entry_id" in self.env["returns.settlement"]._fields:  # Returns Loyalty
            sources[17] = self._bonus()
        return sources

    def _replaced(self):
        """Entries of what replacements cost."""
        return SQL(
            """
            SELECT i.id, l.id, l.order_id, 'sent', m.date, 0,
                -i.balance, 'account.move.line', i.id
              FROM returns_order_line l
              JOIN account_move m ON m.returns_cost_line_id = l.id
               AND m.state = 'posted'
              JOIN account_move_line i ON i.move_id = m.id
              JOIN account_account a ON a.id = i.account_id
             WHERE NOT starts_with(a.account_type, %s)""",
            "asset",
        )

    def _bills(self):
        """Items ``i`` of the bills ``m`` of goods that were sent as ``e``: of an
        exchange, or of a replacement that was charged; and what corrects them."""
        return SQL(
            """
              FROM returns_exchange e
              JOIN sale_order_line_invoice_rel rel
                ON rel.order_line_id = e.sale_line_id
              JOIN account_move_line i ON i.id = rel.invoice_line_id
               AND i.display_type = 'product'
              JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'
               AND m.returns_order_id IS NULL
               AND (m.move_type = 'out_invoice'
                    OR m.returns_credit_kind = 'correction')
               AND (e.kind = 'exchange' OR e.charge_move_id = m.id)"""
        )

    def _billed(self):
        """What customers were billed for them."""
        return SQL(
            """
            SELECT i.id, e.line_id, e.order_id, 'exchange', m.date, 0,
                -i.balance, 'account.move.line', i.id
              %(bills)s
              JOIN account_account a ON a.id = i.account_id AND %(result)s""",
            bills=self._bills(),
            result=self._is_result(),
        )

    def _cost_of_billed(self):
        """The cost of goods sold of the same bills."""
        return SQL(
            """
            SELECT cost.id, e.line_id, e.order_id, 'sent', m.date, 0,
                -cost.balance, 'account.move.line', cost.id
              %s
              JOIN account_move_line cost ON cost.cogs_origin_id = i.id
               AND cost.display_type = 'cogs'
              JOIN account_account a ON a.id = cost.account_id
               AND NOT starts_with(a.account_type, 'asset')""",
            self._bills(),
        )

    def _sent_by_move(self):
        """With periodic valuation no entry says what went out: the move does."""
        return SQL(
            """
            SELECT v.id, r.line_id, r.order_id, 'sent', v.date, 0,
                CASE WHEN v.is_out THEN -1 ELSE 1 END * abs(v.value),
                'stock.move', v.id
              FROM returns_exchange r
              JOIN stock_move v ON v.returns_exchange_id = r.id AND v.state = 'done'
               AND (v.is_out OR v.is_in)
              JOIN product_product p ON p.id = v.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE v.value <> 0 AND NOT (%s)""",
            self._is_perpetual(),
        )

    def _bonus(self):
        """What customers got on top of their credit; taken back with it."""
        return SQL(
            """
            SELECT i.id, NULL::int, s.order_id, 'bonus', m.date, 0,
                -i.balance, 'account.move.line', i.id
              FROM returns_settlement s
              JOIN account_move m ON m.id = s.entry_id AND m.state = 'posted'
              JOIN account_move_line i ON i.move_id = m.id
              JOIN account_account a ON a.id = i.account_id AND %s
             WHERE s.kind = 'store_credit'""",
            self._is_result(),
        )
