from odoo import models
from odoo.tools import SQL


class ReturnsException(models.Model):
    """A repair that takes longer than the company promises."""

    _inherit = "returns.exception"

    def _overdue(self):
        late = self._late_repairs()
        return [*super()._overdue(), ("repair_overdue", late, self.env._("Sent back"))]

    def _late_repairs(self, orders=None):
        """Returns with goods of the customer that came longer ago than that.

        :param orders: look at these returns only
        """
        self.env.cr.execute(
            SQL(
                """
            SELECT l.order_id, 'order ' || l.order_id, o.company_id,
                   min(r.occurred_at)::date::text
              FROM returns_order_line l
              JOIN returns_order o ON o.id = l.order_id
              JOIN res_company c ON c.id = o.company_id
              JOIN returns_receipt r ON r.line_id = l.id AND r.reverses_id IS NULL
             WHERE l.resolution = 'repair'
               AND l.quantity_received > COALESCE(l.quantity_sent_back, 0) + 0.000001
               AND c.returns_repair_days > 0
               AND NOT EXISTS (
                   SELECT FROM returns_receipt b WHERE b.reverses_id = r.id) %s
             GROUP BY l.order_id, o.company_id, c.returns_repair_days
            HAVING min(r.occurred_at) < (now() AT TIME ZONE 'UTC')
                   - interval '1 day' * c.returns_repair_days
            """,
                self._only(orders, "l", "order_id"),
            )
        )
        return self._late_rows()

    def _still_repair_overdue(self):
        self.env.flush_all()
        return self._still_late(self._late_repairs(self.order_id))

    # --- the button ---------------------------------------------------------------
    def _action_labels(self):
        return {
            **super()._action_labels(),
            "repair": self.env._("End the repair, or send"),
        }

    def _clear_by_repair(self):
        """Say how it ended; where that was said, send what waits."""
        orders = self.order_id
        if any(orders.mapped("can_end_repair")):
            return orders.action_repaired()
        moves = orders.line_ids._send_back_routings().delivery_move_ids
        open_moves = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        return orders._window(open_moves.picking_id, self.env._("Deliveries back"))
