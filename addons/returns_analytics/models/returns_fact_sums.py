from collections import defaultdict
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL

from .returns_fact_summary import ALL


@dataclass
class Sums:
    """What a slice has: sold, returned by the basis asked for, and by both."""

    value: int = 0
    sold: float = 0.0
    returned: float = 0.0
    amount: float = 0.0
    asked: float = 0.0
    sent: float = 0.0

    @property
    def rate(self):
        """Returned by sold; None where nothing was sold."""
        return self.returned / self.sold if self.sold else None

    def add(self, other):
        """Add the sums of another slice."""
        for name in ("sold", "returned", "amount", "asked", "sent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class ReturnsFactSums(models.AbstractModel):
    """Reads the figures of a panel from the sums.

    Whoever is bound to channels or nodes is answered from the sums of those, which say
    the same as the facts that their record rules let them see.
    """

    _name = "returns.fact.sums"
    _description = "Figures of the dashboard"

    @api.model
    def _of(self, asked):
        """This model, for the period, basis and dimension in ``asked``."""
        return self.with_context(returns_asked=asked)

    @property
    def _asked(self):
        return self.env.context["returns_asked"]

    # --- panels -----------------------------------------------------------------------
    def _months(self):
        """{first day: Sums} of every month asked for."""
        asked = self._asked
        month = fields.Date.to_date(asked["start"])
        months = {}
        while month.isoformat() <= asked["end"]:
            months[month] = Sums()
            month = fields.Date.add(month, months=1)
        for (month,), row in self._read("total", "none", ["month"]).items():
            months[month].add(row)
        return months

    def _total(self, months):
        return self._sum(months.values())

    def _sum(self, rows):
        total = Sums()
        for row in rows:
            total.add(row)
        return total

    def _slices(self):
        """Sums by value of the dimension asked for."""
        found = self._read(self._asked["dimension"], "none", ["value_id"])
        for (value,), row in found.items():
            row.value = value
        return [row for row in found.values() if row.sold or row.returned]

    def _mix(self, mix):
        """{reason or disposition: returned units} in all."""
        found = self._read("total", mix, ["mix_id"])
        return {value: row.returned for (value,), row in found.items() if row.returned}

    def _mix_of_slices(self, mix, values):
        """{value: {reason or disposition: returned units}} of some slices."""
        parts = defaultdict(dict)
        found = self._read(
            self._asked["dimension"], mix, ["value_id", "mix_id"], values
        )
        for (value, kind), row in found.items():
            parts[value][kind] = row.returned
        return parts

    # --- reading ----------------------------------------------------------------------
    def _read(self, dimension, mix, keys, values=None):
        """{key: Sums} of what the user may see.

        :param list keys: of month, value_id and mix_id
        :param list values: of these slices only
        """
        asked = self._asked
        names = SQL(", ").join(map(SQL.identifier, keys))
        cohort = asked["basis"] == "cohort"
        self.env.cr.execute(
            SQL(
                """
            SELECT %(names)s, sum(sold)::float8, sum(returned)::float8,
                sum(returned_cohort)::float8, sum(%(amount)s)::float8
              FROM returns_fact_summary
             WHERE dimension = %(dimension)s AND mix = %(mix)s
               AND month >= %(start)s AND month <= %(end)s
               AND company_id = ANY(%(companies)s) AND %(scope)s %(values)s
             GROUP BY %(names)s""",
                names=names,
                amount=SQL.identifier("amount_cohort" if cohort else "amount"),
                dimension=dimension,
                mix=mix,
                start=asked["start"],
                end=asked["end"],
                companies=self.env.companies.ids,
                scope=self._scope_sql(),
                values=SQL("AND value_id = ANY(%s)", list(values))
                if values is not None
                else SQL(),
            )
        )
        found = {}
        for *key, sold, by_request, by_dispatch, amount in self.env.cr.fetchall():
            found[tuple(key)] = Sums(
                sold=sold,
                returned=by_dispatch if cohort else by_request,
                amount=amount,
                asked=by_request,
                sent=by_dispatch,
            )
        return found

    def _scope_sql(self):
        """The sums of all, or of the channels and nodes that the user is bound to."""
        user = self.env.user
        channels, nodes = user.returns_channel_ids.ids, user.returns_node_ids.ids
        if not channels and not nodes:
            return SQL("channel_key = %(all)s AND node_key = %(all)s", all=ALL)
        return SQL(" AND ").join(
            SQL("%s = ANY(%s)", SQL.identifier(name), ids)
            if ids
            else SQL("%s <> %s", SQL.identifier(name), ALL)
            for name, ids in (("channel_key", channels), ("node_key", nodes))
        )
