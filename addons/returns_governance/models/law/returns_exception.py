from odoo import api, fields, models
from odoo.tools import SQL


class ReturnsException(models.Model):
    """Warns of money that is due by law before it is late."""

    _inherit = "returns.exception"

    refund_due_date = fields.Date(related="order_id.refund_due_date")

    @api.model
    def _find_overdue(self):
        result = super()._find_overdue()
        self._find_due_soon()
        return result

    def _find_due_soon(self):
        """Raise what has to be paid back soon, and clear what no longer has."""
        rows = {row["cause"]: row for row in self._refunds_due_soon()}
        known = self.search([("state", "=", "open"), ("code", "=", "refund_due_soon")])
        known.filtered(lambda e: e.cause not in rows)._close(
            self.env._("Settled, or overdue by now")
        )
        for cause in known.mapped("cause"):
            rows.pop(cause, None)
        self._raise([dict(row, code="refund_due_soon") for row in rows.values()])

    def _refunds_due_soon(self, orders=None):
        """Withdrawals whose money is held within the company's days of warning.

        :param orders: look at these returns only
        """
        self.env.cr.execute(
            SQL(
                """
            SELECT o.id, 'order ' || o.id, o.company_id, o.refund_due_date::text
              FROM returns_order o
              JOIN res_company c ON c.id = o.company_id
             WHERE o.money_state IN ('held', 'due', 'partly_settled')
               AND o.case_state NOT IN ('rejected', 'cancelled')
               AND o.refund_due_date >= CURRENT_DATE
               AND o.refund_due_date <= CURRENT_DATE + c.returns_due_soon_days %s
            """,
                self._only(orders, "o", "id"),
            )
        )
        return self._late_rows()

    # --- whether the cause stands ---------------------------------------------------
    def _still_refund_due_soon(self):
        self.env.flush_all()
        return self._still_late(self._refunds_due_soon(self.order_id))

    def _still_under_recall(self):
        """The recall is in force, and its goods may still come or lie here."""
        # sudo: the machine looks, whoever's step it was
        recalls = self.env["returns.recall"].sudo().search([("state", "=", "active")])
        held = {recall.id: recall._open_returns() for recall in recalls}
        standing = {}
        for exception in self:
            _word, number, *_rest = exception.cause.split()
            if exception.order_id in held.get(int(number), ()):
                standing[exception] = ""
        return standing

    def _still_withdrawal_unmatched(self):
        """No return of the order came of the statement."""

        def unmatched(statement):
            made = statement.sale_order_id.order_line.returns_line_ids.order_id
            return not (statement.order_id or made.filtered("withdrawal"))

        return self._stands_where("returns.withdrawal", "withdrawal", unmatched)

    def _clear_by_withdrawal(self):
        statements = self._records_named("returns.withdrawal", "withdrawal")
        return self._open(statements, self.env._("Withdrawal"))
