from collections import defaultdict
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import BASES, DIMENSIONS, MIXES


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
    """Reads the figures of a panel: from the sums, or from the facts.

    The sums answer at once and know no channel or node beside the dimension. Whoever is
    bound to channels or nodes is answered from the facts, through the record rules;
    the figures are the same.
    """

    _name = "returns.fact.sums"
    _description = "Figures of the dashboard"

    @api.model
    def _of(self, asked):
        """This model, for the period, basis and dimension in ``asked``."""
        user = self.env.user
        bound = bool(user.returns_channel_ids or user.returns_node_ids)
        return self.with_context(returns_asked=asked, returns_bound=bound)

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
        """{key: Sums}, from the sums or from the facts.

        :param list keys: of month, value_id and mix_id
        :param list values: of these slices only
        """
        if self.env.context["returns_bound"]:
            return self._read_facts(dimension, mix, keys, values)
        return self._read_summary(dimension, mix, keys, values)

    def _read_summary(self, dimension, mix, keys, values):
        asked = self._asked
        names = SQL(", ").join(map(SQL.identifier, keys))
        cohort = asked["basis"] == "cohort"
        self.env.cr.execute(
            SQL(
                """
            SELECT %(names)s, sum(sold), sum(returned), sum(returned_cohort),
                sum(%(amount)s)
              FROM returns_fact_summary
             WHERE dimension = %(dimension)s AND mix = %(mix)s
               AND month >= %(start)s AND month <= %(end)s
               AND company_id = ANY(%(companies)s) %(values)s
             GROUP BY %(names)s""",
                names=names,
                amount=SQL.identifier("amount_cohort" if cohort else "amount"),
                dimension=dimension,
                mix=mix,
                start=asked["start"],
                end=asked["end"],
                companies=self.env.companies.ids,
                values=SQL("AND value_id = ANY(%s)", list(values))
                if values is not None
                else SQL(),
            )
        )
        found = {}
        for *key, sold, by_request, by_dispatch, amount in self.env.cr.fetchall():
            found[tuple(key)] = Sums(
                sold=float(sold),
                returned=float(by_dispatch if cohort else by_request),
                amount=float(amount),
                asked=float(by_request),
                sent=float(by_dispatch),
            )
        return found

    def _read_facts(self, dimension, mix, keys, values):
        """The same by the reader's own rights; one query for each side and basis."""
        found = defaultdict(Sums)
        basis = self._asked["basis"]
        for name, day in BASES.items():
            for key, units, amount in self._group(
                "returns.fact", day, dimension, mix, keys, values
            ):
                row = found[key]
                if name == basis:
                    row.returned += units
                    row.amount += amount
                if name == "period":
                    row.asked += units
                else:
                    row.sent += units
        if mix == "none":
            for key, units, _amount in self._group(
                "returns.fact.sold", "shipped_on", dimension, mix, keys, values
            ):
                found[key].sold += units
        return dict(found)

    def _group(self, model, day, dimension, mix, keys, values):
        """(key, units, amount) of each group of facts on one side."""
        asked = self._asked
        Model = self.env[model]
        column = {
            "month": f"{day}:month",
            "value_id": DIMENSIONS[dimension],
            "mix_id": MIXES[mix],
        }
        domain = [(day, ">=", asked["start"]), (day, "<=", asked["end"])]
        if values is not None:
            ids = [value or False for value in values]
            domain.append((DIMENSIONS[dimension], "in", ids))
        money = model == "returns.fact" and Model._may_see_money()
        sums = ["quantity:sum"] + (["amount_due:sum"] if money else [])
        for *key, units, amount in (
            (*row, 0.0)[: len(keys) + 2]
            for row in Model._read_group(domain, [column[k] for k in keys], sums)
        ):
            yield (
                tuple(part.id or 0 if hasattr(part, "_name") else part for part in key),
                units or 0.0,
                amount or 0.0,
            )
