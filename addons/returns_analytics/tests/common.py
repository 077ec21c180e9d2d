from odoo.tools import SQL

from odoo.addons.returns_governance.tests.common import ReturnsCommon

from ..models.returns_fact_source import FACT_COLUMNS, SOLD_COLUMNS
from ..models.returns_fact_summary import KEYS, MEASURES


class AnalyticsCommon(ReturnsCommon):
    """A shop with returns, and its figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Fact = cls.env["returns.fact"]
        cls.Sold = cls.env["returns.fact.sold"]
        cls.Summary = cls.env["returns.fact.summary"]
        cls.Gap = cls.env["returns.gap"]
        cls.refresh = cls.env["returns.fact.refresh"]
        cls.france = cls.env.ref("base.fr")
        cls.marketplace = cls.env.ref("returns_governance.channel_marketplace")
        cls.damaged = cls.env.ref("returns_governance.reason_damaged_in_transit")

    def _take_in(self, *backs):
        """Bring the figures up to date with these returns, and what left notes."""
        self.env.flush_all()
        orders = self.env["returns.order"].union(*backs)
        self.refresh._read_again(orders)
        while self.refresh._catch_up()[1]:
            pass

    def _table(self, model, columns):
        """What the figures say, whatever the ids of their rows."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM %s",
                SQL(", ").join(SQL("%s::text", SQL.identifier(n)) for n in columns),
                SQL.identifier(self.env[model]._table),
            )
        )
        return sorted(tuple(cell or "" for cell in row) for row in rows)

    def _figures(self):
        """All three tables of figures."""
        self.env.flush_all()
        self.Summary._drop_empty()
        trimmed = [
            SQL("%(name)s = trim_scale(%(name)s)", name=SQL.identifier(name))
            for name in MEASURES
        ]
        self.env.cr.execute(
            SQL("UPDATE returns_fact_summary SET %s", SQL(", ").join(trimmed))
        )
        return (
            self._table("returns.fact.sold", SOLD_COLUMNS),
            self._table("returns.fact", FACT_COLUMNS),
            self._table("returns.fact.summary", (*KEYS, *MEASURES)),
        )

    def _move_back(self, table, column, rows, days):
        """Date rows back, as if they had been written earlier."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(column)s"
                " - make_interval(days => %(days)s) WHERE id = ANY(%(ids)s)",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                days=days,
                ids=list(rows.ids),
            )
        )
        self.env.invalidate_all()
