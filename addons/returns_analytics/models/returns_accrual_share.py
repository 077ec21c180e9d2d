from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..engine.completion import ZERO
from .returns_accrual_source import exact


class ReturnsAccrualSource(models.AbstractModel):
    """How much of a price is given back: what is kept of it is earned for good.

    A fee or a deduction is consideration to which the company expects to be entitled
    (IFRS 15 paragraph B23), so that no liability stands for it.
    """

    _inherit = "returns.accrual.source"

    def _kept_sql(self):
        """The share of its goods' price that a document ``m`` keeps after discounts on
        lines of their own; what paid a part of it, or was paid before, is none."""
        return SQL(
            """
            SELECT GREATEST(0, 1 - COALESCE(
                sum(d.balance) FILTER (WHERE d.balance > 0)
                / NULLIF(-sum(d.balance) FILTER (WHERE d.balance < 0), 0), 0)) AS kept
              FROM account_move_line d
             WHERE d.move_id = m.id AND d.display_type = 'product'
               AND NOT COALESCE(d.is_downpayment, FALSE) AND NOT (%s)
               AND NOT EXISTS (
                   SELECT FROM sale_order_line_invoice_rel r
                     JOIN sale_order_line s ON s.id = r.order_line_id
                    WHERE r.invoice_line_id = d.id AND s.is_delivery)""",
            self._is_tender_sql(),
        )

    def _is_tender_sql(self):
        """Whether a journal item ``d`` is a gift card or wallet that paid a part."""
        if "reward_id" not in self.env["sale.order.line"]._fields:
            return SQL("FALSE")
        return SQL(
            """EXISTS (
                SELECT FROM sale_order_line_invoice_rel r
                  JOIN sale_order_line s ON s.id = r.order_line_id
                  JOIN loyalty_reward w ON w.id = s.reward_id
                  JOIN loyalty_program p ON p.id = w.program_id
                 WHERE r.invoice_line_id = d.id
                   AND p.program_type IN ('gift_card', 'ewallet'))"""
        )

    @api.model
    def _shares_given_back(self, company, date):
        """({category: share}, share of all): of the price of what was credited, how
        much the customers got after deductions and fees; the rest is earned."""
        rows = self.env.execute_query(
            SQL(
                """
            WITH paid AS (
              SELECT p.line_id, p.amount_net AS net,
                  p.amount_net + COALESCE((p.withheld ->> 'net')::numeric, 0) AS price,
                  p.settlement_id
                FROM returns_settlement_line p WHERE p.line_id IS NOT NULL
              UNION ALL
              SELECT f.line_id, -f.amount_net, 0, f.settlement_id
                FROM returns_settlement_fee f WHERE f.line_id IS NOT NULL)
            SELECT t.categ_id, sum(paid.net), sum(paid.price)
              FROM paid
              JOIN returns_settlement s ON s.id = paid.settlement_id
              JOIN account_move m ON m.id = s.move_id
              JOIN returns_order_line l ON l.id = paid.line_id
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE s.company_id = %s AND s.kind = 'credit_note'
               AND m.state = 'posted' AND m.date BETWEEN %s AND %s
             GROUP BY 1""",
                company.id,
                self._first(date),
                date,
            )
        )
        sums = {category: (exact(net), exact(price)) for category, net, price in rows}
        whole = [sum(column, ZERO) for column in zip(*sums.values(), strict=True)]
        shares = {
            category: self._share(net, price)
            for category, (net, price) in sums.items()
            if price > 0
        }
        return shares, self._share(*whole) if whole else Decimal(1)

    def _share(self, net, price):
        return min(Decimal(1), max(ZERO, net / price)) if price > 0 else Decimal(1)
