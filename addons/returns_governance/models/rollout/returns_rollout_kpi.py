from odoo import api, models
from odoo.tools import SQL

from ...const import ROLLOUT_KPIS

#: A sum of fewer days says nothing about thirty.
LEAST_DAYS = 7


class ReturnsRolloutKpi(models.AbstractModel):
    """Figures of returns from what core itself keeps: transfers and credit notes.

    The same queries before a phase and after, so that the two can be compared. What
    core does not know (inspections, exceptions) has no figure before.
    """

    _name = "returns.rollout.kpi"
    _description = "Figures of the rollout"

    @api.model
    def _measure(self, phase, start, end):
        """Each figure of the orders of a phase, between two moments (UTC).

        :return: ``{kpi: float, or None where nothing is known}``
        """
        self.env.flush_all()
        return {
            kpi: getattr(self, f"_measure_{kpi}")(phase, start, end)
            for kpi, _label in ROLLOUT_KPIS
        }

    def _one(self, query):
        self.env.cr.execute(query)
        (value,) = self.env.cr.fetchone()
        return None if value is None else float(value)

    def _scope(self, phase):
        """Condition on ``l`` (order line), ``o`` (order) and ``t`` (template)."""
        parts = [SQL("o.company_id = %s", phase.company_id.id)]
        if phase.warehouse_ids:
            parts.append(SQL("o.warehouse_id = ANY(%s)", phase.warehouse_ids.ids))
        if phase.channel_ids:
            parts.append(SQL("o.returns_channel_id = ANY(%s)", phase.channel_ids.ids))
        if phase.categ_ids:
            below = self.env["product.category"].search(
                [("id", "child_of", phase.categ_ids.ids)]
            )
            parts.append(SQL("t.categ_id = ANY(%s)", below.ids))
        return SQL(" AND ").join(parts)

    def _lines(self, phase):
        return SQL(
            """SELECT l.id FROM sale_order_line l
                JOIN sale_order o ON o.id = l.order_id
                JOIN product_product p ON p.id = l.product_id
                JOIN product_template t ON t.id = p.product_tmpl_id
                WHERE %s""",
            self._scope(phase),
        )

    def _moves(self, phase, start, end, back):
        """Done moves of the phase's lines: out to customers, or back from them."""
        usage = SQL("s.usage = 'customer'") if back else SQL("d.usage = 'customer'")
        return SQL(
            """SELECT m.id, m.date, m.quantity, m.sale_line_id, m.location_dest_id,
                    m.returns_line_id
                FROM stock_move m
                JOIN stock_location s ON s.id = m.location_id
                JOIN stock_location d ON d.id = m.location_dest_id
                WHERE m.state = 'done' AND m.date >= %s AND m.date < %s AND %s
                    AND m.sale_line_id IN (%s)""",
            start,
            end,
            usage,
            self._lines(phase),
        )

    def _measure_return_rate(self, phase, start, end):
        return self._one(
            SQL(
                """SELECT 100.0 * (SELECT COALESCE(sum(quantity), 0) FROM (%s) b)
                    / NULLIF((SELECT sum(quantity) FROM (%s) o), 0)""",
                self._moves(phase, start, end, True),
                self._moves(phase, start, end, False),
            )
        )

    def _measure_refund_days(self, phase, start, end):
        return self._one(
            SQL(
                """SELECT avg(c.day - b.date::date) FROM (%s) b
                    JOIN LATERAL (
                        SELECT min(a.date) AS day FROM sale_order_line_invoice_rel r
                        JOIN account_move_line i ON i.id = r.invoice_line_id
                        JOIN account_move a ON a.id = i.move_id
                        WHERE r.order_line_id = b.sale_line_id
                            AND a.state = 'posted' AND a.move_type = 'out_refund'
                            AND a.date >= b.date::date) c ON c.day IS NOT NULL""",
                self._moves(phase, start, end, True),
            )
        )

    def _measure_inspection_days(self, phase, start, end):
        return self._one(
            SQL(
                """SELECT avg(extract(epoch FROM i.occurred_at - r.occurred_at)
                        / 86400.0)
                    FROM returns_inspection i
                    JOIN returns_receipt r ON r.id = i.receipt_id
                    JOIN returns_order_line n ON n.id = r.line_id
                    WHERE i.reverses_id IS NULL AND i.occurred_at >= %s
                        AND i.occurred_at < %s AND n.sale_line_id IN (%s)""",
                start,
                end,
                self._lines(phase),
            )
        )

    def _measure_refund_sum(self, phase, start, end):
        days = (end - start).total_seconds() / 86400.0
        if days < LEAST_DAYS:
            return None
        return self._one(
            SQL(
                """SELECT COALESCE(sum(i.balance), 0) * 30.0 / %s
                    FROM account_move_line i
                    JOIN account_move a ON a.id = i.move_id
                    WHERE a.state = 'posted' AND a.move_type = 'out_refund'
                        AND i.display_type = 'product'
                        AND a.date >= %s AND a.date <= %s AND EXISTS (
                            SELECT FROM sale_order_line_invoice_rel r
                            WHERE r.invoice_line_id = i.id
                                AND r.order_line_id IN (%s))""",
                days,
                start.date(),
                end.date(),
                self._lines(phase),
            )
        )

    def _measure_restocked(self, phase, start, end):
        """Of what came back: laid down where it is for sale, at once or by routing."""
        return self._one(
            SQL(
                """SELECT 100.0 * (
                        COALESCE((SELECT sum(b.quantity) FROM (%(back)s) b
                            JOIN stock_location l ON l.id = b.location_dest_id
                            JOIN inventory_state s ON s.id = l.effective_state_id
                            WHERE s.available), 0)
                        + COALESCE((SELECT sum(g.quantity) FROM returns_routing g
                            JOIN returns_disposition d ON d.id = g.disposition_id
                            JOIN returns_order_line n ON n.id = g.line_id
                            WHERE d.put_away AND g.occurred_at >= %(start)s
                                AND g.occurred_at < %(end)s
                                AND n.sale_line_id IN (%(lines)s)), 0))
                    / NULLIF((SELECT sum(quantity) FROM (%(back)s) a), 0)""",
                back=self._moves(phase, start, end, True),
                lines=self._lines(phase),
                start=start,
                end=end,
            )
        )

    def _measure_exceptions(self, phase, start, end):
        days = (end - start).total_seconds() / 86400.0
        if days < LEAST_DAYS:
            return None
        return self._one(
            SQL(
                """SELECT count(*) * 30.0 / %s FROM returns_exception e
                    WHERE e.create_date >= %s AND e.create_date < %s
                        AND e.order_id IN (
                            SELECT n.order_id FROM returns_order_line n
                            WHERE n.sale_line_id IN (%s))""",
                days,
                start,
                end,
                self._lines(phase),
            )
        )
