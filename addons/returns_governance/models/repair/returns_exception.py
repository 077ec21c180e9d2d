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
