from odoo import api, models
from odoo.tools import SQL

from ..const import DAYS_TO_ARRIVE, DAYS_TO_DISPOSE, DAYS_TO_PAY, DAYS_TO_REFUND

#: Up to this, two quantities are the same: what was asked for in dozens is rounded to
#: the digits of quantities, and what came of it is counted in units.
NOTHING = 0.01


class ReturnsGapSource(models.AbstractModel):
    """The statements that compare what the steps of a return have written.

    Quantities are sums of the rows (receipts, routings, settlements whose document
    stands), in the unit of the order line; what was asked and is owed is the return's.
    """

    _name = "returns.gap.source"
    _description = "How gaps are found"

    @api.model
    def _gaps_sql(self, chosen):
        """The gaps of the returns ``chosen`` (returns_fact_source.py)."""
        lines = SQL(" UNION ALL ").join(
            [
                self._refunded_not_received(),
                self._received_not_refunded(),
                self._received_not_disposed(),
                self._disposed_not_received(),
                self._received_beyond_asked(),
                self._asked_not_received(),
                self._amount_differs(),
                self._strangers(chosen),
                self._books_differ(chosen),
                self._prepaid_not_paid(chosen),
            ]
        )
        return SQL(
            """
        WITH line AS MATERIALIZED (%(base)s)
        SELECT * FROM (%(lines)s) AS gap""",
            base=self._base_sql(chosen),
            lines=lines,
        )

    # --- both sides of a line ---------------------------------------------------------
    @api.model
    def _base_sql(self, chosen):
        """One row per line of a submitted return with what each step wrote."""
        factor = SQL("(pu.factor::numeric / su.factor::numeric)")
        return SQL(
            """
        SELECT l.id AS line_id, o.id AS order_id, o.company_id, o.case_state,
            o.refund_on_hold, cur.rounding::numeric AS cent, o.changed_at,
            COALESCE(o.authorised_at, o.requested_at, o.create_date) AS authorised_at,
            COALESCE(l.quantity_authorised, 0) - COALESCE(l.quantity_cancelled, 0)
                AS authorised,
            COALESCE(l.quantity_owed, 0)::numeric AS owed,
            COALESCE(l.quantity_released, 0)::numeric AS released,
            COALESCE(l.amount_due, 0) AS due,
            CASE WHEN l.quantity_owed > 0 THEN l.amount_due / l.quantity_owed::numeric
                 ELSE COALESCE(l.amount_paid, 0) / l.quantity END AS price,
            -- what the customer keeps by the policy counts as here and disposed of
            COALESCE(come.quantity, 0) * %(factor)s + COALESCE(l.quantity_kept, 0)
                AS received, come.last AS came_at,
            COALESCE(given.quantity, 0) * %(factor)s
                * COALESCE(come.quantity / NULLIF(come.units, 0), 1)
                + COALESCE(l.quantity_kept, 0) AS disposed,
            given.last AS disposed_at,
            COALESCE(paid.quantity, 0) AS refunded, COALESCE(paid.amount, 0) AS settled,
            paid.last AS paid_at
          FROM returns_order_line l
          JOIN returns_order o ON o.id = l.order_id
          JOIN res_currency cur ON cur.id = o.currency_id
          JOIN sale_order_line sl ON sl.id = l.sale_line_id
          JOIN product_product pp ON pp.id = l.product_id
          JOIN product_template pt ON pt.id = pp.product_tmpl_id
          JOIN uom_uom pu ON pu.id = pt.uom_id
          JOIN uom_uom su ON su.id = sl.product_uom_id
          LEFT JOIN LATERAL (
            SELECT sum(%(units)s) AS quantity, sum(r.quantity)::numeric AS units,
                max(r.occurred_at) AS last
              FROM returns_receipt r WHERE r.line_id = l.id) come ON TRUE
          LEFT JOIN LATERAL (
            SELECT sum(r.quantity)::numeric AS quantity, max(r.occurred_at) AS last
              FROM returns_routing r WHERE r.line_id = l.id) given ON TRUE
          LEFT JOIN LATERAL (
            SELECT sum(p.quantity)::numeric AS quantity, sum(p.amount) AS amount,
                max(s.occurred_at) AS last
              FROM (
                SELECT line_id, settlement_id, quantity,
                    COALESCE(amount_order, amount) AS amount
                  FROM returns_settlement_line
                UNION ALL
                SELECT line_id, settlement_id, 0, -COALESCE(amount_order, amount)
                  FROM returns_settlement_fee) p
              JOIN returns_settlement s ON s.id = p.settlement_id
              LEFT JOIN account_move m ON m.id = s.move_id
             WHERE p.line_id = l.id AND (
                   s.kind IN ('less_to_invoice', 'channel_paid')
                OR (s.kind = 'credit_note' AND m.state = 'posted'))) paid ON TRUE
         WHERE o.case_state <> 'draft' AND %(chosen)s""",
            factor=factor,
            units=self.env["returns.fact.source"]._units_sql(),
            chosen=chosen("o.id"),
        )

    @api.model
    def _gap(self, kind, expected, found, price, since, days, where):
        """One kind of gap: where it holds, what it is worth, from when it counts."""
        return SQL(
            """
        SELECT order_id, line_id, NULL::int AS settlement_id, company_id,
            %(kind)s AS kind, %(expected)s AS expected, %(found)s AS found,
            round(%(price)s, 2) AS amount, %(since)s AS since,
            %(since)s + make_interval(days => %(days)s) AS counts_from
          FROM line WHERE %(where)s""",
            kind=kind,
            expected=expected,
            found=found,
            price=price,
            since=since,
            days=days,
            where=where,
        )

    # --- the kinds --------------------------------------------------------------------
    @api.model
    def _refunded_not_received(self):
        """Paid for more than came. Where the policy let it go before the goods are
        back, they have their time to arrive; otherwise it counts at once."""
        return self._gap(
            "refunded_not_received",
            SQL("refunded"),
            SQL("received"),
            SQL("(refunded - received) * price"),
            SQL("COALESCE(paid_at, changed_at)"),
            SQL(
                "CASE WHEN released >= refunded - %s THEN %s ELSE 0 END",
                NOTHING,
                DAYS_TO_ARRIVE,
            ),
            SQL("refunded > received + %s", NOTHING),
        )

    @api.model
    def _received_not_refunded(self):
        """Received and released, or closed, and not paid for."""
        return self._gap(
            "received_not_refunded",
            SQL("LEAST(owed, received)"),
            SQL("refunded"),
            SQL("(LEAST(owed, received) - refunded) * price"),
            SQL("COALESCE(disposed_at, came_at, changed_at)"),
            SQL("CASE WHEN case_state = 'closed' THEN 0 ELSE %s END", DAYS_TO_REFUND),
            SQL(
                "LEAST(owed, received) > refunded + %(nothing)s"
                " AND case_state IN ('authorised', 'closed')"
                " AND NOT COALESCE(refund_on_hold, FALSE)"
                " AND (case_state = 'closed'"
                "      OR LEAST(released, received) > refunded + %(nothing)s)",
                nothing=NOTHING,
            ),
        )

    @api.model
    def _received_not_disposed(self):
        return self._gap(
            "received_not_disposed",
            SQL("received"),
            SQL("disposed"),
            SQL("(received - disposed) * price"),
            SQL("COALESCE(came_at, changed_at)"),
            SQL("CASE WHEN case_state = 'closed' THEN 0 ELSE %s END", DAYS_TO_DISPOSE),
            SQL("received > disposed + %s", NOTHING),
        )

    @api.model
    def _disposed_not_received(self):
        return self._gap(
            "disposed_not_received",
            SQL("disposed"),
            SQL("received"),
            SQL("(disposed - received) * price"),
            SQL("COALESCE(disposed_at, changed_at)"),
            SQL("0"),
            SQL("disposed > received + %s", NOTHING),
        )

    @api.model
    def _received_beyond_asked(self):
        """More came than was let in, and it was not all dealt with."""
        return self._gap(
            "received_not_asked",
            SQL("authorised"),
            SQL("received"),
            SQL("(received - authorised) * price"),
            SQL("COALESCE(came_at, changed_at)"),
            SQL("0"),
            SQL(
                "received > authorised + %(nothing)s"
                " AND NOT (case_state = 'closed'"
                " AND disposed >= received - %(nothing)s)",
                nothing=NOTHING,
            ),
        )

    @api.model
    def _asked_not_received(self):
        return self._gap(
            "asked_not_received",
            SQL("authorised"),
            SQL("received"),
            SQL("(authorised - received) * price"),
            SQL("authorised_at"),
            SQL("%s", DAYS_TO_ARRIVE),
            SQL(
                "case_state = 'authorised' AND authorised > received + %(nothing)s"
                # paid for and not here: that gap is told already
                " AND refunded <= received + %(nothing)s",
                nothing=NOTHING,
            ),
        )

    @api.model
    def _amount_differs(self):
        """All units are paid for with another sum, or more is paid than is owed."""
        return self._gap(
            "amount_differs",
            SQL("due"),
            SQL("settled"),
            SQL("settled - due"),
            SQL("COALESCE(paid_at, changed_at)"),
            SQL("0"),
            SQL(
                "abs(settled - due) >= cent AND refunded > 0"
                " AND (settled > due OR refunded >= owed - %s)",
                NOTHING,
            ),
        )

    @api.model
    def _strangers(self, chosen):
        """Goods of a return that belong to none of its lines, and still lie there."""
        return SQL(
            """
        SELECT r.order_id, NULL::int, NULL::int, r.company_id, 'received_not_asked',
            0, sum(r.quantity) - COALESCE(sum(given.quantity), 0), NULL::numeric,
            max(r.occurred_at), max(r.occurred_at)
          FROM returns_receipt r
          LEFT JOIN LATERAL (
            SELECT sum(g.quantity) AS quantity FROM returns_routing g
              JOIN returns_inspection i ON i.id = g.inspection_id
             WHERE i.receipt_id = r.id) given ON TRUE
         WHERE r.line_id IS NULL AND %s
         GROUP BY r.order_id, r.company_id
        HAVING sum(r.quantity) - COALESCE(sum(given.quantity), 0) > %s""",
            chosen("r.order_id"),
            NOTHING,
        )

    @api.model
    def _books_differ(self, chosen):
        """The posted credit note has another total than its refunds say."""
        return SQL(
            """
        SELECT s.order_id, NULL::int, min(s.id), s.company_id, 'books_differ',
            sum(s.amount), m.amount_total, m.amount_total - sum(s.amount),
            COALESCE(max(s.occurred_at), m.create_date),
            COALESCE(max(s.occurred_at), m.create_date)
          FROM returns_settlement s
          JOIN account_move m ON m.id = s.move_id
          JOIN res_currency cur ON cur.id = m.currency_id
         WHERE s.kind = 'credit_note' AND m.state = 'posted'
           AND m.move_type = 'out_refund' AND m.returns_order_id = s.order_id
           AND %s
           AND NOT EXISTS (
               SELECT FROM returns_settlement o
                WHERE o.move_id = m.id AND o.order_id <> s.order_id)
         GROUP BY s.order_id, s.company_id, m.id, cur.rounding
        HAVING abs(m.amount_total - sum(s.amount)) >= cur.rounding""",
            chosen("s.order_id"),
        )

    @api.model
    def _prepaid_not_paid(self, chosen):
        """What had been paid for goods that are not billed any more still waits."""
        return SQL(
            """
        SELECT s.order_id, NULL::int, s.id, s.company_id, 'prepaid_not_paid',
            s.amount::numeric, (s.amount - s.open_amount)::numeric,
            s.open_amount::numeric, s.occurred_at,
            s.occurred_at + make_interval(days => %s)
          FROM returns_settlement s
         WHERE s.kind = 'prepaid' AND s.state = 'to_pay' AND %s""",
            DAYS_TO_PAY,
            chosen("s.order_id"),
        )
