from odoo import api, models
from odoo.tools import SQL

from ..const import MET_KINDS

#: Journals whose entries are money itself.
CASH_JOURNALS = ("bank", "cash", "credit")


class ReturnsStatementSource(models.AbstractModel):
    """What met the credits, and the money that went to customers."""

    _inherit = "returns.statement.source"

    @api.model
    def _open_rows(self, statement):
        """One row per document that is, was or became open in the period: what met it,
        and what is left; a credit that is open is positive."""
        return self._rows(
            SQL(
                """
            WITH doc AS MATERIALIZED (%(documents)s),
            met AS (
              SELECT doc.id, p.max_date, %(kind)s AS kind, side.amount
                FROM doc
                JOIN account_move_line i ON i.move_id = doc.id
                JOIN account_account a ON a.id = i.account_id
                 AND a.account_type = 'asset_receivable'
                 AND (doc.move_type <> 'entry' OR i.balance < 0)
                JOIN account_partial_reconcile p
                  ON i.id IN (p.credit_move_id, p.debit_move_id)
                JOIN LATERAL (
                  SELECT CASE WHEN p.credit_move_id = i.id THEN p.amount
                              ELSE -p.amount END AS amount,
                      CASE WHEN p.credit_move_id = i.id THEN p.debit_move_id
                           ELSE p.credit_move_id END AS other) side ON TRUE
                JOIN account_move_line o ON o.id = side.other
                JOIN account_move om ON om.id = o.move_id
                JOIN account_journal oj ON oj.id = om.journal_id
               WHERE p.max_date <= %(until)s)
            SELECT doc.*, %(sums)s
              FROM doc LEFT JOIN met ON met.id = doc.id
             GROUP BY doc.id, doc.date, doc.move_type, doc.partner_id, doc.currency_id,
                doc.returns_order_id, doc.returns_credit_kind, doc.rate, doc.total
            HAVING doc.date >= %(start)s
                OR doc.total <> COALESCE(sum(met.amount)
                    FILTER (WHERE met.max_date < %(start)s), 0)""",
                documents=self._documents_sql(statement),
                kind=self._met_kind_sql(statement),
                sums=self._met_sums_sql(statement),
                start=statement.date_from,
                until=statement.date_to,
            )
        )

    def _met_kind_sql(self, statement):
        """What a credit met: an invoice, money, a difference of rates, an entry of the
        return or one that a person has given a reason for, or one that closed it while
        the customer got nothing."""
        return SQL(
            """CASE WHEN om.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                    THEN 'set_off'
                    WHEN oj.type = ANY(%(cash)s) OR om.origin_payment_id IS NOT NULL
                    THEN 'paid_out'
                    WHEN oj.id = %(exchange)s THEN 'exchange'
                    WHEN EXISTS (
                      SELECT FROM returns_exception x
                       WHERE x.code = 'unexplained_credit' AND x.state = 'open'
                         AND x.cause = 'closed ' || p.id) THEN 'without_money'
                    ELSE 'other_entry' END""",
            cash=list(CASH_JOURNALS),
            exchange=statement.company_id.currency_exchange_journal_id.id or 0,
        )

    def _met_sums_sql(self, statement):
        parts = [
            SQL(
                "COALESCE(sum(met.amount) FILTER (WHERE met.max_date < %s), 0)"
                " AS met_before",
                statement.date_from,
            ),
            SQL("COALESCE(sum(met.amount), 0) AS met_after"),
        ]
        for kind in MET_KINDS:
            parts.append(
                SQL(
                    "COALESCE(sum(met.amount) FILTER (WHERE met.kind = %s"
                    " AND met.max_date >= %s), 0) AS %s",
                    kind,
                    statement.date_from,
                    SQL.identifier(kind),
                )
            )
        return SQL(", ").join(parts)

    @api.model
    def _payments_sql(self, statement):
        """Money that went to customers in the period, from the ledger: what it met."""
        return SQL(
            """
        SELECT m.id, m.date, i.partner_id, sum(i.balance) AS amount,
            sum(COALESCE(met.credits, 0)) AS credits,
            sum(COALESCE(met.others, 0)) AS others
          FROM account_move m
          JOIN account_journal j ON j.id = m.journal_id
          JOIN account_move_line i ON i.move_id = m.id
          JOIN account_account a ON a.id = i.account_id
          LEFT JOIN LATERAL (
            SELECT sum(p.amount) FILTER (WHERE om.move_type = 'out_refund') AS credits,
                sum(p.amount) FILTER (WHERE om.move_type <> 'out_refund') AS others
              FROM account_partial_reconcile p
              JOIN account_move_line o ON o.id = p.credit_move_id
              JOIN account_move om ON om.id = o.move_id
             WHERE p.debit_move_id = i.id AND p.max_date <= %(until)s) met ON TRUE
         WHERE m.company_id = %(company)s AND m.state = 'posted'
           AND m.move_type = 'entry' AND i.balance > 0
           AND (j.type = ANY(%(cash)s) OR m.origin_payment_id IS NOT NULL)
           AND m.date BETWEEN %(start)s AND %(until)s
           AND a.account_type = 'asset_receivable'
         GROUP BY m.id, i.partner_id""",
            cash=list(CASH_JOURNALS),
            company=statement.company_id.id,
            start=statement.date_from,
            until=statement.date_to,
        )

    @api.model
    def _payment_rows(self, statement):
        """The same, row by row."""
        return self._rows(self._payments_sql(statement))

    @api.model
    def _unbooked_rows(self, statement):
        """Refunds that a provider has made and that are in no book."""
        return self._rows(
            SQL(
                """
            SELECT t.id, t.partner_id, abs(t.amount) AS amount, t.currency_id,
                %(day)s AS date
              FROM payment_transaction t
             WHERE t.company_id = %(company)s AND t.operation = 'refund'
               AND t.state = 'done' AND t.payment_id IS NULL
               AND %(day)s BETWEEN %(start)s AND %(until)s""",
                day=self._day(statement, "COALESCE(t.last_state_change, t.write_date)"),
                company=statement.company_id.id,
                start=statement.date_from,
                until=statement.date_to,
            )
        )
