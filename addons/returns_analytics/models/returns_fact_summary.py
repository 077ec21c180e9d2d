from odoo import api, fields, models
from odoo.tools import SQL

from ..const import DIMENSION, DIMENSIONS, MIX, MIXES

MEASURES = ("sold", "returned", "returned_cohort", "amount", "amount_cohort")


class ReturnsFactSummary(models.Model):
    """Sums of the facts by month and one dimension, so that a panel is read at once.

    ``mix`` tells the units of a slice apart by reason or disposition; what was sold is
    in the rows without. A figure without *cohort* counts in the month in which the
    return was asked for, one with it in the month in which the goods had been sent. The
    rows are kept by the differences that each refresh makes.
    """

    _name = "returns.fact.summary"
    _description = "Sums of returned and sold units"
    _log_access = False
    _rec_name = "month"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    dimension = fields.Selection(DIMENSION, required=True, readonly=True)
    value_id = fields.Integer("Slice", required=True, readonly=True, help="0: none.")
    mix = fields.Selection(MIX, "Told apart by", required=True, readonly=True)
    mix_id = fields.Integer("Kind", required=True, readonly=True, help="0: none.")
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    sold = fields.Float(readonly=True, digits="Product Unit")
    returned = fields.Float(readonly=True, digits="Product Unit")
    returned_cohort = fields.Float(readonly=True, digits="Product Unit")
    amount = fields.Float(readonly=True, digits=0)
    amount_cohort = fields.Float(readonly=True, digits=0)

    _key_uniq = models.UniqueIndex(
        "(dimension, mix, month, value_id, mix_id, company_id)",
        "This sum is there already.",
    )

    @api.model
    def _dimensions_sql(self, alias):
        """Pairs of the code and the value of each dimension of a row of facts."""
        return SQL(", ").join(
            SQL("(%s, COALESCE(%s, 0))", code, SQL.identifier(alias, column))
            if column
            else SQL("(%s, 0)", code)
            for code, column in DIMENSIONS.items()
        )

    @api.model
    def _mixes_sql(self, alias):
        return SQL(", ").join(
            SQL("(%s, COALESCE(%s, 0))", code, SQL.identifier(alias, column))
            if column
            else SQL("(%s, 0)", code)
            for code, column in MIXES.items()
        )

    @api.model
    def _add_returned_sql(self, changed, sign):
        """The statement that adds rows of facts to the sums, or takes them off.

        :param SQL changed: a statement that changes ``returns_fact`` and returns the
            rows
        :param int sign: 1 or -1
        """
        return SQL(
            """
        WITH changed AS (%(changed)s)
        INSERT INTO returns_fact_summary AS s (
            company_id, dimension, value_id, mix, mix_id, month, sold,
            returned, returned_cohort, amount, amount_cohort)
        SELECT c.company_id, d.code, d.value, m.code, m.value, b.month, 0,
            sum(b.asked * c.quantity), sum(b.sent * c.quantity),
            sum(b.asked * c.amount_due), sum(b.sent * c.amount_due)
          FROM changed c
         CROSS JOIN LATERAL (VALUES
             (date_trunc('month', c.requested_on)::date, %(sign)s, 0),
             (date_trunc('month', c.shipped_on)::date, 0, %(sign)s)
         ) AS b (month, asked, sent)
         CROSS JOIN LATERAL (VALUES %(dimensions)s) AS d (code, value)
         CROSS JOIN LATERAL (VALUES %(mixes)s) AS m (code, value)
         GROUP BY 1, 2, 3, 4, 5, 6
         %(merge)s""",
            changed=changed,
            sign=sign,
            dimensions=self._dimensions_sql("c"),
            mixes=self._mixes_sql("c"),
            merge=self._merge_sql(),
        )

    @api.model
    def _add_sold_sql(self, changed, sign):
        """The same for rows of ``returns_fact_sold``."""
        return SQL(
            """
        WITH changed AS (%(changed)s)
        INSERT INTO returns_fact_summary AS s (
            company_id, dimension, value_id, mix, mix_id, month, sold,
            returned, returned_cohort, amount, amount_cohort)
        SELECT c.company_id, d.code, d.value, 'none', 0,
            date_trunc('month', c.shipped_on)::date, sum(%(sign)s * c.quantity),
            0, 0, 0, 0
          FROM changed c
         CROSS JOIN LATERAL (VALUES %(dimensions)s) AS d (code, value)
         GROUP BY 1, 2, 3, 6
         %(merge)s""",
            changed=changed,
            sign=sign,
            dimensions=self._dimensions_sql("c"),
            merge=self._merge_sql(),
        )

    @api.model
    def _merge_sql(self):
        """How a difference meets the sum that is there already."""
        return SQL(
            "ON CONFLICT (dimension, mix, month, value_id, mix_id, company_id)"
            " DO UPDATE SET %s",
            SQL(", ").join(
                SQL("%(m)s = s.%(m)s + EXCLUDED.%(m)s", m=SQL.identifier(measure))
                for measure in MEASURES
            ),
        )

    @api.model
    def _drop_empty(self):
        """Remove the sums that came down to nothing."""
        self.env.cr.execute(
            "DELETE FROM returns_fact_summary WHERE sold = 0 AND returned = 0"
            " AND returned_cohort = 0 AND amount = 0 AND amount_cohort = 0"
        )
