from odoo import api, fields, models
from odoo.tools import SQL

from ..const import DIMENSION, DIMENSIONS, MIX, MIXES

#: In the keys of channel and node: the sum of all of them.
ALL = -1
KEYS = (
    "dimension",
    "mix",
    "channel_key",
    "node_key",
    "value_id",
    "month",
    "mix_id",
    "company_id",
)
MEASURES = ("sold", "returned", "returned_cohort", "amount", "amount_cohort")


class ReturnsFactSummary(models.Model):
    """Sums of the facts by month and one dimension, so that a panel is read at once.

    ``mix`` tells the units of a slice apart by reason or disposition; what was sold is
    in the rows without. A figure without *cohort* counts in the month in which the
    return was asked for, one with it in the month in which the goods had been sent. The
    rows are kept by the differences that each refresh makes.

    Every sum is there twice: once of all channels and nodes, and once for each pair of
    them, for those who are bound to some. The node is the one that a returned unit
    comes back to, and the one that sold a sold unit.
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
    channel_key = fields.Integer(
        "Of channel", required=True, readonly=True, help="0: none. -1: of all."
    )
    node_key = fields.Integer(
        "Of node", required=True, readonly=True, help="0: none. -1: of all."
    )
    sold = fields.Float(readonly=True, digits="Product Unit")
    returned = fields.Float(readonly=True, digits="Product Unit")
    returned_cohort = fields.Float(readonly=True, digits="Product Unit")
    amount = fields.Float(readonly=True, digits=0)
    amount_cohort = fields.Float(readonly=True, digits=0)

    _key_uniq = models.UniqueIndex(
        f"({', '.join(KEYS)})",
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
    def _scopes_sql(self, alias, node):
        """Pairs of channel and node that a row of facts counts for."""
        return SQL(
            "(%(all)s, %(all)s), (COALESCE(%(channel)s, 0), COALESCE(%(node)s, 0))",
            all=ALL,
            channel=SQL.identifier(alias, "channel_id"),
            node=SQL.identifier(alias, node),
        )

    @api.model
    def _add_returned_sql(self, insert, old):
        """The statement that inserts facts and adds what they change to the sums.

        :param SQL insert: inserts rows into ``returns_fact``
        :param str old: the rows that were there before, as JSON; what stays the same
            changes no sum
        """
        return SQL(
            """
        WITH new AS (%(insert)s RETURNING *), changed AS (
            SELECT 1 AS sign, new.* FROM new UNION ALL
            SELECT -1, old.*
              FROM json_populate_recordset(NULL::returns_fact, %(old)s::json) AS old)
        INSERT INTO returns_fact_summary AS s (
            company_id, channel_key, node_key, dimension, value_id, mix, mix_id,
            month, sold, returned, returned_cohort, amount, amount_cohort)
        SELECT c.company_id, scope.channel, scope.node, d.code, d.value, m.code,
            m.value, b.month, 0,
            sum(b.asked * c.quantity), sum(b.sent * c.quantity),
            sum(b.asked * c.amount_due), sum(b.sent * c.amount_due)
          FROM changed c
         CROSS JOIN LATERAL (VALUES
             (date_trunc('month', c.requested_on)::date, c.sign, 0),
             (date_trunc('month', c.shipped_on)::date, 0, c.sign)
         ) AS b (month, asked, sent)
         CROSS JOIN LATERAL (VALUES %(dimensions)s) AS d (code, value)
         CROSS JOIN LATERAL (VALUES %(mixes)s) AS m (code, value)
         CROSS JOIN LATERAL (VALUES %(scopes)s) AS scope (channel, node)
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        HAVING sum(b.asked * c.quantity) <> 0 OR sum(b.sent * c.quantity) <> 0
            OR sum(b.asked * c.amount_due) <> 0 OR sum(b.sent * c.amount_due) <> 0
         %(merge)s""",
            insert=insert,
            old=old,
            dimensions=self._dimensions_sql("c"),
            mixes=self._mixes_sql("c"),
            scopes=self._scopes_sql("c", "return_warehouse_id"),
            merge=self._merge_sql(),
        )

    @api.model
    def _add_sold_sql(self, insert, old):
        """The same for rows of ``returns_fact_sold``."""
        return SQL(
            """
        WITH new AS (%(insert)s RETURNING *), changed AS (
            SELECT 1 AS sign, new.* FROM new UNION ALL
            SELECT -1, old.*
              FROM json_populate_recordset(NULL::returns_fact_sold, %(old)s::json)
                AS old)
        INSERT INTO returns_fact_summary AS s (
            company_id, channel_key, node_key, dimension, value_id, mix, mix_id,
            month, sold, returned, returned_cohort, amount, amount_cohort)
        SELECT c.company_id, scope.channel, scope.node, d.code, d.value, 'none', 0,
            date_trunc('month', c.shipped_on)::date, sum(c.sign * c.quantity),
            0, 0, 0, 0
          FROM changed c
         CROSS JOIN LATERAL (VALUES %(dimensions)s) AS d (code, value)
         CROSS JOIN LATERAL (VALUES %(scopes)s) AS scope (channel, node)
         GROUP BY 1, 2, 3, 4, 5, 8
        HAVING sum(c.sign * c.quantity) <> 0
         %(merge)s""",
            insert=insert,
            old=old,
            dimensions=self._dimensions_sql("c"),
            scopes=self._scopes_sql("c", "warehouse_id"),
            merge=self._merge_sql(),
        )

    @api.model
    def _build(self):
        """Make all sums from the facts: one statement per dimension and kind."""
        for dimension, column in DIMENSIONS.items():
            value = self._value_sql(column)
            for mix, kind in MIXES.items():
                self.env.cr.execute(
                    self._build_sql(dimension, value, mix, self._value_sql(kind))
                )
            self.env.cr.execute(self._build_sold_sql(dimension, value))

    @api.model
    def _value_sql(self, column):
        return SQL("COALESCE(%s, 0)", SQL.identifier(column)) if column else SQL("0")

    @api.model
    def _build_sql(self, dimension, value, mix, kind):
        return SQL(
            """
        INSERT INTO returns_fact_summary AS s (
            company_id, channel_key, node_key, dimension, value_id, mix, mix_id,
            month, sold, returned, returned_cohort, amount, amount_cohort)
        SELECT company_id, scope.channel, scope.node, %(dimension)s, value, %(mix)s,
            kind, month, 0, sum(asked), sum(sent), sum(asked_amount), sum(sent_amount)
          FROM (
            SELECT company_id, channel_id, return_warehouse_id, %(value)s AS value,
                %(kind)s AS kind, date_trunc('month', requested_on)::date AS month,
                quantity AS asked, 0 AS sent, amount_due AS asked_amount,
                0 AS sent_amount
              FROM returns_fact
             UNION ALL
            SELECT company_id, channel_id, return_warehouse_id, %(value)s, %(kind)s,
                date_trunc('month', shipped_on)::date, 0, quantity, 0, amount_due
              FROM returns_fact) AS part
         CROSS JOIN LATERAL (VALUES %(scopes)s) AS scope (channel, node)
         GROUP BY company_id, scope.channel, scope.node, value, kind, month""",
            scopes=self._scopes_sql("part", "return_warehouse_id"),
            dimension=dimension,
            value=value,
            mix=mix,
            kind=kind,
        )

    @api.model
    def _build_sold_sql(self, dimension, value):
        return SQL(
            """
        INSERT INTO returns_fact_summary AS s (
            company_id, channel_key, node_key, dimension, value_id, mix, mix_id,
            month, sold, returned, returned_cohort, amount, amount_cohort)
        SELECT company_id, scope.channel, scope.node, %(dimension)s, %(value)s, 'none',
            0, date_trunc('month', shipped_on)::date, sum(quantity), 0, 0, 0, 0
          FROM returns_fact_sold AS part
         CROSS JOIN LATERAL (VALUES %(scopes)s) AS scope (channel, node)
         GROUP BY 1, 2, 3, 5, 8
         %(merge)s""",
            scopes=self._scopes_sql("part", "warehouse_id"),
            dimension=dimension,
            value=value,
            merge=self._merge_sql(),
        )

    @api.model
    def _merge_sql(self):
        """How a difference meets the sum that is there already."""
        return SQL(
            "ON CONFLICT (%s) DO UPDATE SET %s",
            SQL(", ").join(map(SQL.identifier, KEYS)),
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
