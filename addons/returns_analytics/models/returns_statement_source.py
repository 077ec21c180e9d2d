from odoo import api, models
from odoo.tools import SQL

from ..sql import UNITS_MOVED

# The unit of the order line in that of its product.
FACTOR = SQL("(pu.factor::numeric / su.factor::numeric)")
# Settlements that a credit note of their own carries out, whoever has paid it.
CREDITED = SQL(
    "(s.kind = 'credit_note' OR (s.kind = 'channel_paid' AND s.credit_id IS NULL))"
)


class ReturnsStatementSource(models.AbstractModel):
    """The statements that read the ledger, and what the returns say of it.

    A *document* here is a posted credit note to a customer, the document that takes a
    credit note of a return back, or an entry by hand that lowers income and what a
    customer owes. All amounts are in the company's currency; a credit is positive.
    """

    _name = "returns.statement.source"
    _description = "What a statement of returns is read from"

    def _rows(self, query):
        """The rows of a query as dicts."""
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    @api.model
    def _day(self, statement, moment):
        """The day of a moment by the clock of the company."""
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            SQL(moment),
            statement.company_id.partner_id.tz or "UTC",
        )

    # --- the ledger -------------------------------------------------------------------
    @api.model
    def _documents_sql(self, statement):
        """All documents up to the end of the period, with what they credit."""
        company = statement.company_id
        return SQL(
            """
        SELECT m.id, m.date, m.move_type, m.partner_id, m.currency_id,
            m.returns_order_id, m.returns_credit_kind,
            COALESCE(NULLIF(m.invoice_currency_rate, 0), 1) AS rate,
            round(-sum(i.balance), 6) AS total
          FROM account_move m
          JOIN account_journal j ON j.id = m.journal_id
          JOIN account_move_line i ON i.move_id = m.id
          JOIN account_account a ON a.id = i.account_id
         WHERE m.company_id = %(company)s AND m.state = 'posted'
           AND m.date <= %(until)s AND a.account_type = 'asset_receivable'
           AND (m.move_type = 'out_refund'
             OR (m.move_type = 'out_invoice' AND m.returns_credit_kind = 'return'
                 AND m.reversed_entry_id IS NOT NULL)
             OR (m.move_type = 'entry' AND j.type IN ('general', 'sale')
                 AND j.id <> %(exchange)s AND m.tax_cash_basis_rec_id IS NULL
                 AND m.origin_payment_id IS NULL AND i.balance < 0
                 AND EXISTS (
                     SELECT FROM account_move_line n
                       JOIN account_account b ON b.id = n.account_id
                      WHERE n.move_id = m.id AND n.balance > 0
                        AND b.account_type IN ('income', 'income_other'))))
         GROUP BY m.id""",
            company=company.id,
            until=statement.date_to,
            exchange=company.currency_exchange_journal_id.id or 0,
        )

    @api.model
    def _document_ids(self, statement):
        """Ids of the documents of the period."""
        rows = self._rows(
            SQL(
                "SELECT id FROM (%s) AS doc WHERE date >= %s",
                self._documents_sql(statement),
                statement.date_from,
            )
        )
        return [row["id"] for row in rows]

    @api.model
    def _ledger(self, statement):
        """The figures of the ledger: {section: amount}, from journal items alone."""
        self.env.flush_all()
        documents = self._document_ids(statement)
        self.env.cr.execute(
            SQL(
                """
            SELECT COALESCE(-sum(i.balance) FILTER (
                    WHERE a.account_type = 'asset_receivable'
                      AND (m.move_type <> 'entry' OR i.balance < 0)), 0),
                COALESCE(sum(i.balance) FILTER (
                    WHERE i.display_type = 'cogs'
                      AND starts_with(a.account_type, 'asset')), 0)
              FROM account_move_line i
              JOIN account_move m ON m.id = i.move_id
              JOIN account_account a ON a.id = i.account_id
             WHERE i.move_id = ANY(%s)""",
                documents,
            )
        )
        credit, cost = self.env.cr.fetchone()
        self.env.cr.execute(
            SQL(
                "SELECT COALESCE(sum(paid.amount), 0) FROM (%s) AS paid",
                self._payments_sql(statement),
            )
        )
        (payout,) = self.env.cr.fetchone()
        return {"credit": credit, "money": credit, "payout": payout, "cost": cost}

    @api.model
    def _accounts(self, statement):
        """What the documents of the period moved, account by account."""
        return self._rows(
            SQL(
                """
            SELECT i.account_id, count(*) AS count, sum(i.debit) AS debit,
                sum(i.credit) AS credit, sum(i.balance) AS balance
              FROM account_move_line i
             WHERE i.move_id = ANY(%s) AND i.account_id IS NOT NULL
             GROUP BY i.account_id""",
                self._document_ids(statement),
            )
        )

    # --- lines of returns -------------------------------------------------------------
    @api.model
    def _line_rows(self, statement, perpetual):
        """One row per line of a return, at the begin and the end of the period.

        :param list perpetual: ids of categories whose goods are valued with each
            invoice
        """
        return self._rows(
            SQL(
                """
            WITH doc AS MATERIALIZED (%(documents)s),
            paid AS MATERIALIZED (%(paid)s),
            settled AS (
              SELECT line_id, %(paid_sums)s, max(day) AS paid_on,
                  sum(exact) / NULLIF(sum(amount), 0) AS rate, bool_or(abroad) AS abroad
                FROM paid WHERE line_id IS NOT NULL AND day <= %(until)s GROUP BY 1),
            cost AS (%(cost)s)
            SELECT l.id AS line_id, l.order_id, l.product_id, o.partner_id,
                o.case_state, o.refund_on_hold, %(owed)s AS owed,
                COALESCE(l.quantity_released, 0)::numeric AS released,
                cur.id <> %(currency)s OR COALESCE(settled.abroad, FALSE) AS is_foreign,
                %(price)s AS price,
                %(came_before)s AS received_before, %(came_after)s AS received_after,
                come.came_on, %(goods_before)s AS goods_before,
                %(goods_after)s AS goods_after,
                settled.refunded_before, settled.refunded_after,
                settled.credited_before, settled.credited_after,
                settled.elsewhere_before, settled.elsewhere_after,
                settled.paid_on, cost.relieved_before, cost.relieved_after
              FROM returns_order_line l
              JOIN returns_order o ON o.id = l.order_id
              JOIN res_currency cur ON cur.id = o.currency_id
              JOIN sale_order_line sl ON sl.id = l.sale_line_id
              JOIN sale_order so ON so.id = sl.order_id
              JOIN product_product pp ON pp.id = l.product_id
              JOIN product_template pt ON pt.id = pp.product_tmpl_id
              JOIN uom_uom pu ON pu.id = pt.uom_id
              JOIN uom_uom su ON su.id = sl.product_uom_id
              LEFT JOIN LATERAL (%(come)s) come ON TRUE
              LEFT JOIN settled ON settled.line_id = l.id
              LEFT JOIN cost ON cost.line_id = l.id
             WHERE o.company_id = %(company)s AND o.case_state <> 'draft'
               AND (come.after <> 0 OR settled.refunded_after <> 0
                    OR settled.credited_after <> 0 OR cost.relieved_after <> 0)""",
                documents=self._documents_sql(statement),
                paid=self._paid_sql(statement),
                paid_sums=self._paid_sums_sql(statement),
                cost=self._cost_sql(statement),
                come=self._come_sql(statement, perpetual),
                # What is owed now; of a line that was given up after it was paid for,
                # nothing more.
                owed=SQL("COALESCE(l.quantity_owed, 0)::numeric"),
                price=self._price_sql(),
                **self._parts_sql("before"),
                **self._parts_sql("after"),
                company=statement.company_id.id,
                currency=statement.company_id.currency_id.id,
                until=statement.date_to,
            )
        )

    def _parts_sql(self, when):
        """What counts as received though it did not come: what the policy lets the
        customer keep, once it is paid for. And the value of what came, of which
        nothing was booked for units that were never billed."""
        names = {
            "came": SQL(f"COALESCE(come.{when}, 0) * %s", FACTOR),
            "refunded": SQL.identifier("settled", f"refunded_{when}"),
            "unbilled": SQL.identifier("settled", f"unbilled_{when}"),
            "goods": SQL.identifier("come", f"goods_{when}"),
        }
        return {
            f"came_{when}": SQL(
                "%(came)s + LEAST(GREATEST(COALESCE(l.quantity_kept, 0)::numeric"
                " - %(came)s, 0), GREATEST(COALESCE(%(refunded)s, 0), 0))",
                came=names["came"],
                refunded=names["refunded"],
            ),
            f"goods_{when}": SQL(
                "%s * (1 - LEAST(1, COALESCE(%s / NULLIF(%s, 0), 0)))",
                names["goods"],
                names["unbilled"],
                names["came"],
            ),
        }

    def _price_sql(self):
        """The refund per unit of a line in the currency of the books, before fees:
        settlements tell the goods whole, and the fees beside them."""
        return SQL(
            """
            CASE WHEN l.quantity_owed > 0
                 THEN (l.amount_due + COALESCE(l.amount_fees, 0))
                   / l.quantity_owed::numeric
                 ELSE COALESCE(l.amount_paid, 0) / l.quantity END
              / COALESCE(NULLIF(settled.rate, 0), NULLIF(so.currency_rate, 0), 1)"""
        )

    def _paid_sql(self, statement):
        """What settlements say, line by line: ``exact`` in the currency of the order,
        ``amount`` in that of the books, rounded."""
        return SQL(
            """
            SELECT p.line_id, s.move_id, s.kind, p.quantity::numeric AS quantity,
                COALESCE(doc.date, %(day)s) AS day, doc.id IS NOT NULL AS booked,
                COALESCE(p.amount_order, p.amount)::numeric AS exact,
                p.amount_order IS NOT NULL AS abroad,
                round(p.amount::numeric / COALESCE(doc.rate,
                    CASE WHEN p.amount_order IS NOT NULL
                         THEN NULLIF(m.invoice_currency_rate, 0) END,
                    NULLIF(so.currency_rate, 0), 1)::numeric, %(digits)s) AS amount
              FROM returns_settlement_line p
              JOIN returns_settlement s ON s.id = p.settlement_id
              JOIN sale_order_line sl ON sl.id = p.sale_line_id
              JOIN sale_order so ON so.id = sl.order_id
              LEFT JOIN doc ON doc.id = s.move_id AND %(credited)s
              LEFT JOIN account_move m ON m.id = s.move_id
             WHERE s.company_id = %(company)s
               AND (doc.id IS NOT NULL OR s.kind = 'less_to_invoice'
                 OR (s.kind = 'channel_paid' AND s.credit_id IS NULL
                     AND s.move_id IS NULL)
                 -- credited in a bill of other things
                 OR (s.kind = 'credit_note' AND m.state = 'posted'
                     AND m.move_type <> 'out_refund'
                     AND m.reversed_entry_id IS NULL))""",
            day=self._day(statement, "s.occurred_at"),
            digits=statement.currency_id.decimal_places,
            company=statement.company_id.id,
            credited=CREDITED,
        )

    def _paid_sums_sql(self, statement):
        """Units and money settled, before the period and at its end."""
        parts = []
        for name, column, where in (
            ("refunded", "quantity", SQL("TRUE")),
            ("credited", "amount", SQL("booked")),
            ("elsewhere", "amount", SQL("NOT booked")),
            ("unbilled", "quantity", SQL("kind = 'less_to_invoice'")),
        ):
            for when, time in (
                ("before", SQL("day < %s", statement.date_from)),
                ("after", SQL("TRUE")),
            ):
                parts.append(
                    SQL(
                        "COALESCE(sum(%s) FILTER (WHERE %s AND %s), 0) AS %s",
                        SQL.identifier(column),
                        where,
                        time,
                        SQL.identifier(f"{name}_{when}"),
                    )
                )
        return SQL(", ").join(parts)

    def _come_sql(self, statement, perpetual):
        """Units of a line that came, and the value at which they came."""
        value = SQL(
            "CASE WHEN COALESCE(pt.categ_id, 0) = ANY(%(perpetual)s)"
            " THEN v.value / CASE WHEN v.product_uom = pt.uom_id"
            " THEN NULLIF(v.quantity, 0) ELSE %(units)s END * r.quantity ELSE 0 END",
            perpetual=perpetual,
            units=UNITS_MOVED,
        )
        return SQL(
            """
            SELECT sum(quantity) FILTER (WHERE day < %(start)s) AS before,
                sum(quantity) AS after, max(day) AS came_on,
                round(sum(worth) FILTER (WHERE day < %(start)s), %(digits)s)
                    AS goods_before,
                round(sum(worth), %(digits)s) AS goods_after
              FROM (
                -- What came for repair came as the customer's own.
                SELECT CASE WHEN v.restrict_partner_id IS NULL
                    THEN %(units)s ELSE 0 END AS quantity, %(day)s AS day,
                    (%(value)s)::numeric AS worth
                  FROM returns_receipt r
                  LEFT JOIN stock_move v ON v.id = r.move_id
                 WHERE r.line_id = l.id
                UNION ALL
                -- And may have become the company's since.
                SELECT v.quantity::numeric, %(passed)s,
                    CASE WHEN COALESCE(pt.categ_id, 0) = ANY(%(perpetual)s)
                    THEN v.value ELSE 0 END
                  FROM returns_receipt r
                  JOIN stock_move v ON v.returns_passed_receipt_id = r.id AND v.is_in
                 WHERE r.line_id = l.id AND l.resolution_asked IS NOT NULL) AS r
             WHERE day <= %(until)s""",
            day=self._day(statement, "r.occurred_at"),
            passed=self._day(statement, "v.date"),
            perpetual=perpetual,
            value=value,
            units=self.env["returns.fact.source"]._units_sql(),
            start=statement.date_from,
            until=statement.date_to,
            digits=statement.currency_id.decimal_places,
        )

    def _cost_sql(self, statement):
        """Cost of goods sold that the documents took back, by line of a return."""
        return SQL(
            """
            SELECT rl.id AS line_id,
                sum(i.balance) FILTER (WHERE doc.date < %(start)s) AS relieved_before,
                sum(i.balance) AS relieved_after
              FROM doc
              JOIN account_move_line i ON i.move_id = doc.id
              JOIN account_account a ON a.id = i.account_id
              JOIN sale_order_line_invoice_rel rel
                ON rel.invoice_line_id = i.cogs_origin_id
              JOIN returns_order_line rl ON rl.sale_line_id = rel.order_line_id
               AND rl.order_id = doc.returns_order_id
             WHERE i.display_type = 'cogs' AND starts_with(a.account_type, 'asset')
             GROUP BY 1""",
            start=statement.date_from,
        )
