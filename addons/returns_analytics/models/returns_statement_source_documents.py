from odoo import api, models
from odoo.tools import SQL

from .returns_statement_source import CREDITED


class ReturnsStatementSource(models.AbstractModel):
    """The documents of a statement, beside the lines of returns."""

    _inherit = "returns.statement.source"

    # --- documents --------------------------------------------------------------------
    @api.model
    def _document_rows(self, statement):
        """One row per document of the period, with what its settlements say of it."""
        return self._rows(
            SQL(
                """
            WITH doc AS MATERIALIZED (%(documents)s),
            paid AS MATERIALIZED (%(paid)s),
            -- Summed once: looked up for each document it would be quadratic.
            told AS MATERIALIZED (
              SELECT move_id, sum(amount) AS amount, sum(quantity) AS quantity,
                  sum(amount) FILTER (WHERE line_id IS NULL) AS delivery
                FROM paid GROUP BY 1)
            SELECT doc.*, doc.currency_id <> %(currency)s AS is_foreign,
                EXISTS (SELECT FROM returns_handover h WHERE h.credit_id = doc.id)
                    AS handed_back,
                own.amount AS settled, own.parts, told.amount AS in_lines,
                told.delivery, told.quantity AS settled_units, items.units,
                cost.relieved, cost.of_lines
              FROM doc
              LEFT JOIN LATERAL (
                SELECT sum(round(s.amount::numeric / doc.rate::numeric, %(digits)s))
                    AS amount, count(*) AS parts
                  FROM returns_settlement s
                 WHERE s.move_id = doc.id AND %(credited)s) own ON TRUE
              LEFT JOIN told ON told.move_id = doc.id
              LEFT JOIN LATERAL (%(items)s) items ON TRUE
              LEFT JOIN LATERAL (%(cost)s) cost ON TRUE
             WHERE doc.date >= %(start)s""",
                documents=self._documents_sql(statement),
                paid=self._paid_sql(statement),
                items=self._items_sql(),
                credited=CREDITED,
                cost=self._document_cost_sql(),
                currency=statement.company_id.currency_id.id,
                digits=statement.currency_id.decimal_places,
                start=statement.date_from,
            )
        )

    def _items_sql(self):
        """Units of sold lines on a document, in the unit of the order line."""
        return SQL(
            """
            SELECT sum(i.quantity::numeric * iu.factor::numeric / su.factor::numeric)
                * CASE WHEN doc.move_type = 'out_refund' THEN 1 ELSE -1 END AS units
              FROM account_move_line i
              JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = i.id
              JOIN sale_order_line sl ON sl.id = rel.order_line_id
              JOIN uom_uom su ON su.id = sl.product_uom_id
              JOIN uom_uom iu ON iu.id = i.product_uom_id
             WHERE i.move_id = doc.id AND i.display_type = 'product'"""
        )

    def _document_cost_sql(self):
        """Cost that a document took back, and how much of it the lines of its return
        stand for (``_cost_sql``)."""
        return SQL(
            """
            SELECT sum(i.balance) AS relieved,
                sum(i.balance) FILTER (WHERE EXISTS (
                    SELECT FROM sale_order_line_invoice_rel rel
                      JOIN returns_order_line rl
                        ON rl.sale_line_id = rel.order_line_id
                     WHERE rel.invoice_line_id = i.cogs_origin_id
                       AND rl.order_id = doc.returns_order_id)) AS of_lines
              FROM account_move_line i
              JOIN account_account a ON a.id = i.account_id
             WHERE i.move_id = doc.id AND i.display_type = 'cogs'
               AND starts_with(a.account_type, 'asset')"""
        )
