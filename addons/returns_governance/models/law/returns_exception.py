from odoo import api, fields, models


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

    def _refunds_due_soon(self):
        """Withdrawals whose money is held within the company's days of warning."""
        self.env.cr.execute(
            """
            SELECT o.id, 'order ' || o.id, o.company_id
              FROM returns_order o
              JOIN res_company c ON c.id = o.company_id
             WHERE o.money_state IN ('held', 'due', 'partly_settled')
               AND o.case_state NOT IN ('rejected', 'cancelled')
               AND o.refund_due_date >= CURRENT_DATE
               AND o.refund_due_date <= CURRENT_DATE + c.returns_due_soon_days
            """
        )
        return self._late_rows()
