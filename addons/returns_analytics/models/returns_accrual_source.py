from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.returns_governance.const import CREDITED

from ..const import AGE_HORIZON, FEWEST_UNITS, HISTORY_MONTHS, TEST_MONTHS
from ..engine.completion import (
    ZERO,
    Cohort,
    back_test,
    error,
    rates,
    still_expected,
)


def month_number(date):
    """Months since the year 0, to count ages with."""
    return date.year * 12 + date.month - 1


def month_start(number):
    """The first day of such a month."""
    return fields.Date.to_date(f"{number // 12:04d}-{number % 12 + 1:02d}-01")


def exact(value):
    """A number of the database as Decimal."""
    return Decimal(str(value or 0))


class ReturnsAccrualSource(models.AbstractModel):
    """Reads the triangles from the facts, and the worth of what is still to come."""

    _name = "returns.accrual.source"
    _description = "What returns still to come are counted from"

    @api.model
    def _count(self, company, date):
        """Values of the lines and of the back-test of a company at a month end."""
        self.env.flush_all()
        now = month_number(date)
        triangles = self._triangles(company, date)
        worth = self._worth(company, date)
        known = self._known(company, date)
        shares, share_of_all = self._shares_given_back(company, date)
        whole = self._merge(triangles)
        lines, tests = [], []
        for category, cohorts in triangles.items():
            few = sum((cohort.sold for cohort in cohorts), ZERO) < FEWEST_UNITS
            by_age = rates(whole if few else cohorts, now, AGE_HORIZON)
            share = share_of_all if few else shares.get(category, share_of_all)
            for cohort in cohorts:
                key = category, cohort.month
                amounts = self._line(
                    cohort, by_age, now, worth.get(key, {}), known.get(key, {})
                )
                amounts["share"] = share
                lines.append((key, few, cohort, by_age, amounts))
            if not few:
                tests += self._tests(category, cohorts, now)
        perpetual = company._returns_perpetual_ids()
        return [
            self._line_vals(company, row, (row[0][0] or 0) in perpetual)
            for row in lines
            if row[4]["known"] or row[4]["uncollected"] or row[4]["expected"]
        ], tests

    def _line(self, cohort, by_age, now, worth, known):
        """What is still to come of one cohort, in units and per unit."""
        age = now - cohort.month
        expected = still_expected(cohort, by_age, now) if age < AGE_HORIZON else ZERO
        return {
            "expected": expected,
            "known": exact(known.get("units")),
            "uncollected": exact(known.get("not_received")),
            "known_amount": exact(known.get("amount")),
            "unpriced": exact(known.get("unpriced")),
            "revenue": exact(worth.get("revenue")) / cohort.sold,
            "cost": exact(worth.get("cost")) / cohort.sold,
        }

    def _line_vals(self, company, row, perpetual):
        """Values of a line.

        The asset is for goods whose cost was not taken back yet: with perpetual
        valuation the credit note does that, otherwise the goods do when they come. The
        liability is what will be given back: of units whose refund is not known yet,
        the share of the price that past returns gave back.
        """
        (category, month), few, cohort, by_age, found = row
        currency = company.currency_id
        still = found["known"] if perpetual else found["uncollected"]
        kept = exact(company.returns_recovery_percent) / 100
        price = found["revenue"] * found["share"]
        unknown = found["unpriced"] + found["expected"]
        liability = found["known_amount"] + unknown * price
        asset = (still + found["expected"]) * found["cost"] * kept
        return {
            "categ_id": category,
            "cohort": month_start(month),
            "sold": float(cohort.sold),
            "returned": float(cohort.back()),
            "rate": float(sum(by_age, ZERO) * 100),
            "borrowed": few,
            "share": float(found["share"] * 100),
            "known": float(found["known"]),
            "expected": float(found["expected"]),
            "liability": currency.round(float(liability)),
            "asset": currency.round(float(asset)),
        }

    def _tests(self, category, cohorts, now):
        return [
            {
                "categ_id": category,
                "cohort": month_start(cohort.month),
                "sold": float(cohort.sold),
                "expected": float(expected),
                "came": float(came),
                "error": float(error(expected, came) or 0),
            }
            for cohort, expected, came in back_test(
                cohorts, now, TEST_MONTHS, AGE_HORIZON
            )
            if expected or came
        ]

    def _merge(self, triangles):
        """One triangle of all categories."""
        merged = {}
        for cohorts in triangles.values():
            for cohort in cohorts:
                sold, returned = merged.setdefault(cohort.month, [ZERO, {}])
                merged[cohort.month][0] = sold + cohort.sold
                for age, units in cohort.returned.items():
                    returned[age] = returned.get(age, ZERO) + units
        return [Cohort(month, sold, back) for month, (sold, back) in merged.items()]

    # --- reading ----------------------------------------------------------------------
    def _first(self, date):
        """First day of the oldest month of dispatch that is looked at."""
        start = date.replace(day=1)
        return start - relativedelta(months=HISTORY_MONTHS)

    @api.model
    def _triangles(self, company, date):
        """{category id: [Cohort]} from the facts, as they were at ``date``."""
        first = self._first(date)
        sold = self.env.execute_query(
            SQL(
                """
            SELECT categ_id, date_trunc('month', shipped_on)::date, sum(quantity)
              FROM returns_fact_sold
             WHERE company_id = %s AND shipped_on BETWEEN %s AND %s
             GROUP BY 1, 2 HAVING sum(quantity) > 0 ORDER BY 1, 2""",
                company.id,
                first,
                date,
            )
        )
        back = self.env.execute_query(
            SQL(
                """
            SELECT categ_id, date_trunc('month', shipped_on)::date,
                date_trunc('month', GREATEST(requested_on, shipped_on))::date,
                sum(quantity)
              FROM returns_fact
             WHERE company_id = %s AND shipped_on BETWEEN %s AND %s
               AND requested_on <= %s
               -- A repair or a replacement gives no money back (paragraph B26).
               AND NOT EXISTS (
                   SELECT FROM returns_order_line l
                    WHERE l.id = line_id AND l.resolution <> ALL(%s))
             GROUP BY 1, 2, 3""",
                company.id,
                first,
                date,
                date,
                list(CREDITED),
            )
        )
        returned = {}
        for category, cohort, asked, units in back:
            age = month_number(asked) - month_number(cohort)
            ages = returned.setdefault((category, month_number(cohort)), {})
            ages[age] = exact(units)
        triangles = {}
        for category, cohort, units in sold:
            month = month_number(cohort)
            triangles.setdefault(category, []).append(
                Cohort(month, exact(units), returned.get((category, month), {}))
            )
        return triangles

    @api.model
    def _worth(self, company, date):
        """{(category, month): revenue and cost} of what was sent out: invoiced without
        tax, less the share of discounts that have lines of their own, and at the value
        at which it left; in the company's currency."""
        rows = self._by_cohort(
            SQL(
                """
            SELECT f.categ_id, date_trunc('month', f.shipped_on)::date AS cohort,
                sum(billed.amount) AS revenue, sum(sent.value) AS cost
              FROM returns_fact_sold f
              LEFT JOIN LATERAL (
                SELECT -sum(i.balance * COALESCE(whole.kept, 1)) AS amount
                  FROM sale_order_line_invoice_rel rel
                  JOIN account_move_line i ON i.id = rel.invoice_line_id
                  JOIN account_move m ON m.id = i.move_id
                  LEFT JOIN LATERAL (%(kept)s) whole ON TRUE
                 WHERE rel.order_line_id = f.sale_line_id AND m.state = 'posted'
                   AND m.move_type = 'out_invoice' AND i.display_type = 'product'
                   AND m.returns_credit_kind IS NULL AND m.date <= %(date)s) billed
                ON TRUE
              LEFT JOIN LATERAL (
                SELECT sum(abs(v.value)) AS value FROM stock_move v
                  JOIN stock_location d ON d.id = v.location_dest_id
                  JOIN stock_location s ON s.id = v.location_id
                 WHERE v.sale_line_id = f.sale_line_id AND v.state = 'done'
                   AND d.usage = 'customer' AND s.usage <> 'customer') sent ON TRUE
             WHERE f.company_id = %(company)s
               AND f.shipped_on BETWEEN %(first)s AND %(date)s
             GROUP BY 1, 2""",
                company=company.id,
                first=self._first(date),
                date=date,
                kept=self._kept_sql(),
            )
        )
        return rows

    @api.model
    def _known(self, company, date):
        """{(category, month): units and amount} asked back and not credited at
        ``date``, those of them that had not come, and whose refund is not decided."""
        factor = SQL("(su.factor::numeric / pu.factor::numeric)")
        return self._by_cohort(
            SQL(
                """
            WITH line AS (
              SELECT f.line_id, min(f.categ_id) AS categ_id,
                  date_trunc('month', min(f.shipped_on))::date AS cohort,
                  sum(f.quantity) AS quantity
                FROM returns_fact f
               WHERE f.company_id = %(company)s AND f.requested_on <= %(date)s
                 AND f.shipped_on BETWEEN %(first)s AND %(date)s
               GROUP BY f.line_id)
            SELECT line.categ_id, line.cohort, sum(open.units) AS units,
                sum(open.not_received) AS not_received,
                sum(open.units / %(factor)s * %(net)s
                    / COALESCE(NULLIF(so.currency_rate, 0), 1)) AS amount,
                sum(open.units) FILTER (WHERE %(unpriced)s) AS unpriced
              FROM line
              JOIN returns_order_line l ON l.id = line.line_id
              JOIN returns_order o ON o.id = l.order_id
              JOIN sale_order_line sl ON sl.id = l.sale_line_id
              JOIN sale_order so ON so.id = sl.order_id
              JOIN product_product pp ON pp.id = l.product_id
              JOIN product_template pt ON pt.id = pp.product_tmpl_id
              JOIN uom_uom pu ON pu.id = pt.uom_id
              JOIN uom_uom su ON su.id = sl.product_uom_id
              LEFT JOIN LATERAL (%(credited)s) credited ON TRUE
              LEFT JOIN LATERAL (
                SELECT sum(%(came)s) AS units FROM returns_receipt r
                 WHERE r.line_id = l.id AND r.occurred_at < %(date)s + 1) come ON TRUE
              JOIN LATERAL (
                SELECT GREATEST(line.quantity - COALESCE(credited.units, 0)
                    - COALESCE(l.quantity_sent_back, 0)::numeric * %(factor)s, 0)
                    AS units,
                    GREATEST(line.quantity - COALESCE(come.units, 0), 0)
                    AS not_received) open ON TRUE
             WHERE %(invoiced)s AND l.resolution <> 'repair'
             GROUP BY 1, 2""",
                company=company.id,
                date=date,
                first=self._first(date),
                factor=factor,
                came=self.env["returns.fact.source"]._units_sql(),
                credited=self._credited_sql(date, factor),
                invoiced=self._is_invoiced_sql(date),
                net=self._decided_sql(),
                unpriced=SQL(
                    "o.case_state IN ('requested', 'to_approve')"
                    " AND l.resolution = ANY(%s)",
                    list(CREDITED),
                ),
            )
        )

    def _decided_sql(self):
        """What is decided of a unit of line ``l``, fees and deductions taken off:
        nothing where goods are exchanged, or pay nothing."""
        return SQL(
            """CASE WHEN l.quantity_owed > 0
            THEN (l.amount_due - l.amount_tax)::numeric / l.quantity_owed::numeric
            ELSE 0 END"""
        )

    def _credited_sql(self, date, factor):
        """Units of a line ``l`` that were credited, or settled otherwise."""
        return SQL(
            """
                SELECT sum(p.quantity)::numeric * %(factor)s AS units
                  FROM returns_settlement_line p
                  JOIN returns_settlement s ON s.id = p.settlement_id
                  LEFT JOIN account_move m ON m.id = s.move_id
                 WHERE p.line_id = l.id AND (
                       (s.kind = 'credit_note' AND m.state = 'posted'
                        AND m.date <= %(date)s)
                    OR s.kind IN ('less_to_invoice', 'channel_paid'))""",
            factor=factor,
            date=date,
        )

    def _is_invoiced_sql(self, date):
        """Whether an order line ``sl`` had revenue: without, nothing is a liability."""
        return SQL(
            """EXISTS (
                SELECT FROM sale_order_line_invoice_rel rel
                  JOIN account_move_line i ON i.id = rel.invoice_line_id
                  JOIN account_move m ON m.id = i.move_id
                 WHERE rel.order_line_id = sl.id AND m.state = 'posted'
                   AND m.move_type = 'out_invoice' AND m.date <= %s)""",
            date,
        )

    def _by_cohort(self, query):
        """Rows of a query by (category, number of the month of dispatch)."""
        self.env.cr.execute(query)
        return {
            (row["categ_id"], month_number(row["cohort"])): row
            for row in self.env.cr.dictfetchall()
        }
