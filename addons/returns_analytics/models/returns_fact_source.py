from odoo import api, models
from odoo.tools import SQL

SOLD_COLUMNS = (
    "sale_line_id",
    "company_id",
    "product_id",
    "categ_id",
    "channel_id",
    "country_id",
    "supplier_id",
    "carrier_id",
    "warehouse_id",
    "shipped_on",
    "quantity",
)
FACT_COLUMNS = (
    "line_id",
    "order_id",
    "company_id",
    "product_id",
    "categ_id",
    "channel_id",
    "country_id",
    "supplier_id",
    "carrier_id",
    "return_carrier",
    "warehouse_id",
    "return_warehouse_id",
    "reason_id",
    "disposition_id",
    "case_state",
    "requested_on",
    "shipped_on",
    "lines",
    "quantity",
    "quantity_received",
    "amount_due",
    "amount_settled",
)


def columns(names):
    """Names of columns for a statement."""
    return SQL(", ").join(map(SQL.identifier, names))


def among(ids):
    """A choice of rows by id: a function of the column, giving the condition.

    A condition on the table itself, and not a query to join: the plan then begins with
    these rows, however many tables follow.
    """
    return lambda column: SQL("%s = ANY(%s)", SQL(column), sorted(ids))


def between(start, end):
    """A choice of rows by a range of ids, ``end`` not in it."""
    return lambda column: SQL(
        "%(column)s >= %(start)s AND %(column)s < %(end)s",
        column=SQL(column),
        start=start,
        end=end,
    )


class ReturnsFactSource(models.AbstractModel):
    """The statements that read the facts from the returns, orders and deliveries.

    Days are days of the company: in the time zone of its own address.
    """

    _name = "returns.fact.source"
    _description = "Where the figures come from"

    @api.model
    def _day_sql(self, moment):
        """The day of a moment, by the clock of the company (alias ``c`` joined)."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(home.tz, 'UTC'))::date",
            moment,
        )

    @api.model
    def _slices_join_sql(self):
        """What both sides are cut by, from an order line ``sl``."""
        return SQL(
            """
          JOIN sale_order so ON so.id = sl.order_id
          JOIN res_company co ON co.id = sl.company_id
          JOIN res_partner home ON home.id = co.partner_id
          JOIN res_partner buyer ON buyer.id = so.partner_id
          LEFT JOIN res_partner ship ON ship.id = so.partner_shipping_id
          JOIN product_product pp ON pp.id = sl.product_id
          JOIN product_template pt ON pt.id = pp.product_tmpl_id
          LEFT JOIN LATERAL (
            SELECT v.partner_id FROM product_supplierinfo v
             WHERE v.product_tmpl_id = pt.id
               AND (v.product_id IS NULL OR v.product_id = pp.id)
               AND (v.company_id IS NULL OR v.company_id = sl.company_id)
             ORDER BY v.sequence, v.min_qty DESC, v.price, v.id LIMIT 1
          ) vendor ON TRUE
          JOIN uom_uom pu ON pu.id = pt.uom_id
          JOIN uom_uom su ON su.id = sl.product_uom_id"""
        )

    # --- sold -----------------------------------------------------------------------
    @api.model
    def _sold_sql(self, chosen):
        """What went out of the order lines ``chosen`` (``among``, ``between``).

        Of a kit, whose components left, the delivered quantity of the line counts.
        """
        return SQL(
            """
        SELECT sl.id AS sale_line_id, sl.company_id, sl.product_id, pt.categ_id,
            so.returns_channel_id AS channel_id,
            COALESCE(ship.country_id, buyer.country_id) AS country_id,
            vendor.partner_id AS supplier_id, so.carrier_id, so.warehouse_id,
            %(day)s AS shipped_on,
            round(COALESCE(sent.quantity, sl.qty_delivered * su.factor)::numeric
                / pu.factor::numeric, 6) AS quantity
          FROM sale_order_line sl
          %(slices)s
          JOIN LATERAL (
            SELECT min(m.date) AS first,
                sum(m.quantity * mu.factor)
                    FILTER (WHERE m.product_id = sl.product_id) AS quantity
              FROM stock_move m
              JOIN stock_location src ON src.id = m.location_id
              JOIN stock_location dst ON dst.id = m.location_dest_id
              JOIN uom_uom mu ON mu.id = m.product_uom
             WHERE m.sale_line_id = sl.id AND m.state = 'done' AND m.quantity > 0
               AND dst.usage = 'customer' AND src.usage <> 'customer'
          ) sent ON sent.first IS NOT NULL
         WHERE %(chosen)s""",
            day=self._day_sql(SQL("sent.first")),
            slices=self._slices_join_sql(),
            chosen=chosen("sl.id"),
        )

    # --- returned -------------------------------------------------------------------
    @api.model
    def _units_sql(self):
        """The quantity of a receipt ``r`` of line ``l`` in units of what was sold.

        Of a kit, whose receipts are of its parts, its share of the kits that came;
        ``pu`` and ``su`` are the units of the product and of the order line.
        """
        return SQL(
            """r.quantity::numeric
                * CASE WHEN r.product_id = l.product_id THEN 1 ELSE COALESCE(
                    l.quantity_received::numeric
                    * su.factor::numeric / pu.factor::numeric
                    / NULLIF((SELECT sum(x.quantity)::numeric FROM returns_receipt x
                               WHERE x.line_id = l.id), 0), 1) END"""
        )

    @api.model
    def _facts_sql(self, chosen):
        """The facts of the return lines ``chosen`` (``among``, ``between``).

        A line is told in parts by disposition; what is in money is shared among them by
        quantity, each part taking what its share of the running total adds, so that the
        parts make up the line to the cent.
        """
        return SQL(
            """
        WITH line AS MATERIALIZED (%(lines)s),
        part AS (%(parts)s),
        run AS (
            SELECT part.*,
                sum(quantity) OVER up AS upto,
                sum(quantity) OVER (PARTITION BY line_id) AS whole,
                row_number() OVER up AS place
              FROM part
            WINDOW up AS (PARTITION BY line_id ORDER BY COALESCE(disposition_id, 0))
        )
        SELECT l.line_id, l.order_id, l.company_id, l.product_id, l.categ_id,
            l.channel_id, l.country_id, l.supplier_id, l.carrier_id, l.return_carrier,
            l.warehouse_id, l.return_warehouse_id, l.reason_id, run.disposition_id,
            l.case_state, l.requested_on, l.shipped_on,
            CASE WHEN run.place = 1 THEN 1 ELSE 0 END AS lines,
            run.quantity, run.received AS quantity_received,
            %(due)s AS amount_due, %(settled)s AS amount_settled
          FROM run JOIN line l ON l.line_id = run.line_id""",
            lines=self._lines_sql(chosen),
            parts=self._parts_sql(),
            due=self._share_sql("due"),
            settled=self._share_sql("settled"),
        )

    @api.model
    def _share_sql(self, name):
        """The share of a part in an amount of the line, to the cent."""
        return SQL(
            """round(%(amount)s * CASE WHEN whole > 0 THEN upto / whole ELSE 1 END,
                     l.digits)
             - CASE WHEN run.place = 1 THEN 0 ELSE
               round(%(amount)s * CASE WHEN whole > 0
                     THEN (upto - run.quantity) / whole ELSE 1 END, l.digits) END""",
            amount=SQL.identifier("l", name),
        )

    @api.model
    def _parts_sql(self):
        """The units of each line by disposition, and those that wait for theirs."""
        return SQL(
            """
            SELECT r.line_id, r.disposition_id,
                round(sum(r.quantity::numeric * l.each), 6) AS quantity,
                round(sum(r.quantity::numeric * l.each), 6) AS received
              FROM returns_routing r JOIN line l ON l.line_id = r.line_id
             GROUP BY 1, 2 HAVING sum(r.quantity) > 0
             UNION ALL
            SELECT l.line_id, NULL,
                GREATEST(l.quantity - COALESCE(given.quantity, 0), 0),
                GREATEST(l.received - COALESCE(given.quantity, 0), 0)
              FROM line l
              LEFT JOIN (
                SELECT r.line_id,
                    round(sum(r.quantity::numeric * l.each), 6) AS quantity
                  FROM returns_routing r JOIN line l ON l.line_id = r.line_id GROUP BY 1
              ) given ON given.line_id = l.line_id
             WHERE COALESCE(given.quantity, 0) <= 0
                OR l.quantity > given.quantity"""
        )

    @api.model
    def _lines_sql(self, chosen):
        """One row per return line that was asked for, with what it is cut by."""
        rate = SQL("COALESCE(NULLIF(so.currency_rate, 0), 1)")
        return SQL(
            """
            SELECT l.id AS line_id, o.id AS order_id, o.company_id, l.product_id,
                pt.categ_id, o.channel_id,
                COALESCE(ship.country_id, buyer.country_id) AS country_id,
                vendor.partner_id AS supplier_id, so.carrier_id,
                back.carrier AS return_carrier, so.warehouse_id,
                o.warehouse_id AS return_warehouse_id, l.reason_id, o.case_state,
                %(asked)s AS requested_on,
                COALESCE(sold.shipped_on, %(ordered)s) AS shipped_on,
                GREATEST(
                    round(l.quantity_claimed::numeric
                        * su.factor::numeric / pu.factor::numeric, 6),
                    COALESCE(come.quantity, 0)) AS quantity,
                COALESCE(come.quantity, 0) AS received,
                COALESCE(come.quantity / NULLIF(come.units, 0), 1) AS each,
                COALESCE(l.amount_due, 0)::numeric / %(rate)s AS due,
                COALESCE(l.amount_settled, 0)::numeric / %(rate)s AS settled,
                cur.decimal_places AS digits
              FROM returns_order_line l
              JOIN returns_order o ON o.id = l.order_id
              JOIN sale_order_line sl ON sl.id = l.sale_line_id
              %(slices)s
              JOIN res_currency cur ON cur.id = co.currency_id
              LEFT JOIN returns_fact_sold sold ON sold.sale_line_id = sl.id
              LEFT JOIN LATERAL (
                SELECT round(sum(%(units)s), 6) AS quantity,
                    sum(r.quantity)::numeric AS units
                  FROM returns_receipt r WHERE r.line_id = l.id
              ) come ON TRUE
              LEFT JOIN LATERAL (
                SELECT p.carrier FROM returns_parcel p
                  JOIN returns_parcel_order_rel rel ON rel.parcel_id = p.id
                 WHERE rel.order_id = o.id AND p.carrier IS NOT NULL
                 ORDER BY p.id LIMIT 1
              ) back ON TRUE
             WHERE %(chosen)s AND o.case_state <> 'draft'""",
            asked=self._day_sql(SQL("COALESCE(o.requested_at, o.create_date)")),
            ordered=self._day_sql(SQL("so.date_order")),
            rate=rate,
            units=self._units_sql(),
            slices=self._slices_join_sql(),
            chosen=chosen("l.id"),
        )
