from odoo import api, models
from odoo.tools import SQL

from ..sql import UNITS_MOVED


class ReturnsProfitSource(models.AbstractModel):
    """What write-downs cost the returns, and what of it came back.

    The entries say it: a write-down that waits or was refused cost nothing yet, and
    units that were moved take their part along without an entry of their own.
    """

    _inherit = "returns.profit.source"

    @api.model
    def _sources(self):
        return super()._sources() | {
            21: self._written_down(),
            22: self._write_down_reversed(),
            23: self._scrapped_by_hand(),
        }

    def _result_item(self):
        """The item of the entry ``m`` that is no allowance: one for each entry."""
        return SQL(
            """
              JOIN account_move_line i ON i.move_id = m.id
              JOIN account_account a ON a.id = i.account_id
               AND NOT starts_with(a.account_type, 'asset')"""
        )

    def _written_down(self):
        """Write-downs in the books."""
        return SQL(
            """
            SELECT i.id, r.line_id, w.order_id, 'write_down', m.date, 0,
                -i.balance, 'account.move.line', i.id
              FROM returns_write_down w
              JOIN returns_routing r ON r.id = w.routing_id
              JOIN account_move m ON m.id = w.move_id AND m.state = 'posted'
              LEFT JOIN returns_write_down origin ON origin.id = w.origin_id
              %s
             -- Moved units are under the entry of the row that they come from.
             WHERE origin.move_id IS DISTINCT FROM w.move_id""",
            self._result_item(),
        )

    def _write_down_reversed(self):
        """What followed: parts taken back as goods left, or were measured again."""
        return SQL(
            """
            SELECT i.id, r.line_id, x.order_id, 'write_down', m.date, 0,
                -i.balance, 'account.move.line', i.id
              FROM returns_write_down_release x
              JOIN returns_write_down w ON w.id = x.write_down_id
              JOIN returns_routing r ON r.id = w.routing_id
              JOIN account_move m ON m.id = x.move_id AND m.state = 'posted'
              %s""",
            self._result_item(),
        )

    def _scrapped_by_hand(self):
        """Written-down goods that were scrapped without a routing, which would tell it
        (``_written_off``): the allowance is taken back, and their whole value is gone.
        """
        return SQL(
            """
            SELECT x.id, r.line_id, x.order_id, 'write_down', v.date, 0,
                -abs(v.value) / %(units)s * x.quantity, 'stock.move', v.id
              FROM returns_write_down_release x
              JOIN returns_write_down w ON w.id = x.write_down_id
              JOIN returns_routing r ON r.id = w.routing_id
              JOIN inventory_state_change c ON c.id = x.change_id
              JOIN stock_move_line ml ON ml.id = c.move_line_id
              JOIN stock_move v ON v.id = ml.move_id
             WHERE x.kind = %(kind)s AND x.quantity > 0 AND v.is_out AND v.value <> 0
               AND NOT EXISTS (
                   SELECT FROM returns_routing own WHERE own.move_id = v.id)
               AND NOT EXISTS (
                   SELECT FROM returns_write_down_release back
                    WHERE back.reverses_id = x.id)""",
            units=UNITS_MOVED,
            kind="scrapped",
        )
