import calendar
import re
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from odoo.addons.returns_governance.guard import refuse

from ..const import BASES, DIMENSION, DIMENSIONS, MIXES
from .returns_fact import MONEY_GROUPS

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
#: Slices and kinds that are shown by name; the rest is told as one.
MOST_SLICES = 12
MOST_KINDS = 8
#: A month of dispatch is still open until so many days after its end.
DAYS_OPEN = 60
MONTHS_SHOWN = 12
MOST_MONTHS = 120


class ReturnsFact(models.Model):
    """What the dashboard shows: rates, reasons and dispositions of a period."""

    _inherit = "returns.fact"

    @api.model
    def retrieve_dashboard(self, wanted=None):
        """All panels of the dashboard, in the reader's language and by their rights.

        :param dict wanted: any of ``basis`` (period, cohort), ``dimension``
            (product, category, channel, country, supplier, carrier, node), ``start``
            and ``end`` (months as YYYY-MM, both within)
        :return: dict of panels; each figure with the action that opens its records
        :raise UserError: ``[BAD_REQUEST]`` where ``wanted`` is none of these
        """
        self.check_access("read")
        asked = self._read_wanted(wanted or {})
        sums = self.env["returns.fact.sums"]._of(asked)
        months = sums._months()
        total = sums._total(months)
        slices = self._dashboard_slices(sums, asked, total)
        panels = {
            "asked": asked | {"end": asked["end"][:7], "start": asked["start"][:7]},
            "dimensions": [list(pair) for pair in self._dimension_labels()],
            "money": self._may_see_money(),
            "trend": self._dashboard_trend(months, asked),
            "slices": slices,
            "refreshed": self._dashboard_age(),
            "gaps": self._dashboard_gaps(),
        }
        for mix in ("reason", "disposition"):
            panels[mix] = self._dashboard_mix(sums, asked, total, slices, mix)
        panels["figures"] = self._dashboard_figures(asked, total)
        panels["headline"] = self._dashboard_headline(asked, total, panels["reason"])
        panels["explained"] = self._dashboard_explained(asked, total)
        return panels

    @api.model
    def action_refresh(self):
        """Take in what changed since the figures were last brought up to date.

        :return: True
        """
        self.check_access("read")
        self.env["returns.fact.refresh"]._catch_up()
        return True

    # --- what is asked for ------------------------------------------------------------
    def _read_wanted(self, wanted):
        """``wanted`` checked and completed, ``start`` and ``end`` as days."""
        if not isinstance(wanted, dict):
            self._refuse_wanted()
        basis = wanted.get("basis") or "period"
        dimension = wanted.get("dimension") or "category"
        today = fields.Date.context_today(self)
        end = self._read_month(wanted.get("end")) or today.replace(day=1)
        begin = fields.Date.subtract(end, months=MONTHS_SHOWN - 1)
        start = self._read_month(wanted.get("start")) or begin
        cut = [code for code, column in DIMENSIONS.items() if column]
        known = basis in list(BASES) and dimension in cut
        if not known or not start <= end <= fields.Date.add(start, months=MOST_MONTHS):
            self._refuse_wanted()
        last = calendar.monthrange(end.year, end.month)[1]
        return {
            "basis": basis,
            "dimension": dimension,
            "start": start.isoformat(),
            "end": end.replace(day=last).isoformat(),
        }

    def _read_month(self, text):
        """First day of a month as YYYY-MM; None where none is given."""
        if not text:
            return None
        found = MONTH.fullmatch(text) if isinstance(text, str) else None
        if not found or found[1] == "0000":
            self._refuse_wanted()
        return date(int(found[1]), int(found[2]), 1)

    def _refuse_wanted(self):
        refuse(
            "BAD_REQUEST",
            self.env._(
                "The dashboard shows months as YYYY-MM, the first not after the last, "
                "by month of request or of dispatch, cut by one of its dimensions."
            ),
        )

    def _may_see_money(self):
        """Whether amounts are shown: by role, and where all are in one currency."""
        if len(self.env.companies.currency_id) > 1:
            return False
        return any(map(self.env.user.has_group, MONEY_GROUPS.split(",")))

    def _dimension_labels(self):
        labels = self.env["returns.fact.summary"]._fields["dimension"]
        known = dict(labels._description_selection(self.env))
        return [(code, known[code]) for code, _name in DIMENSION if code != "total"]

    # --- panels -----------------------------------------------------------------------
    def _dashboard_trend(self, months, asked):
        """Sold, returned and rate by month; months of dispatch that are still open."""
        today = fields.Date.context_today(self)
        rows = []
        for month, row in months.items():
            last = calendar.monthrange(month.year, month.month)[1]
            age = (today - month.replace(day=last)).days
            days = month.isoformat(), month.replace(day=last).isoformat()
            rows.append(
                {
                    "label": format_date(self.env, month, date_format="MMM y"),
                    "sold": row.sold,
                    "returned": row.returned,
                    "rate": row.rate,
                    "open": asked["basis"] == "cohort" and age < DAYS_OPEN,
                    "action": self._open_facts(asked, [], days),
                }
            )
        return rows

    def _dashboard_slices(self, sums, asked, total):
        """The slices with most returned units, the rest as one, and their total."""
        rows = sums._slices()
        rows.sort(key=lambda row: (-row.returned, -row.sold, row.value))
        shown, rest = rows[:MOST_SLICES], rows[MOST_SLICES:]
        names = self._names(DIMENSIONS[asked["dimension"]], shown)
        found = [
            self._slice(asked, row, names[row.value], [row.value]) for row in shown
        ]
        if rest:
            label = self.env._("All others (%(count)s)", count=len(rest))
            other = sums._sum(rest)
            kept = [row.value for row in shown]
            found.append(self._slice(asked, other, label, kept, others=True))
        return {
            "rows": found,
            "shown": [row.value for row in shown],
            "total": self._figures_of(total),
        }

    def _slice(self, asked, row, label, values, others=False):
        column = DIMENSIONS[asked["dimension"]]
        domain = self._value_domain(column, values, others)
        return self._figures_of(row) | {
            "label": label,
            "value": -1 if others else row.value,
            "action": self._open_facts(asked, domain),
        }

    def _figures_of(self, row):
        return {"sold": row.sold, "returned": row.returned, "rate": row.rate} | (
            {"amount": row.amount} if self._may_see_money() else {}
        )

    def _dashboard_mix(self, sums, asked, total, slices, mix):
        """What the returned units of each slice are made of, by reason or disposition.

        :return: ``kinds`` (with units in all) and, per slice in its order, the units of
            each kind; they add up to the slice, and over the slices to the kind
        """
        whole = sums._mix(mix)
        order = sorted(whole, key=lambda value: (-whole[value], value))
        shown, rest = order[:MOST_KINDS], order[MOST_KINDS:]
        parts = sums._mix_of_slices(mix, slices["shown"])
        names = self._names_of(MIXES[mix], shown)
        empty = {
            "reason": self.env._("No reason"),
            "disposition": self.env._("Not decided yet"),
        }
        kinds = [
            self._kind(
                asked, mix, [value], whole[value], names.get(value) or empty[mix]
            )
            for value in shown
        ]
        if rest:
            units = sum(whole[value] for value in rest)
            others = self.env._("All others (%(count)s)", count=len(rest))
            kinds.append(self._kind(asked, mix, shown, units, others, others=True))
        matrix = [
            self._mix_row(parts.get(row["value"], {}), shown, bool(rest))
            for row in slices["rows"]
            if row["value"] != -1
        ]
        if len(matrix) < len(slices["rows"]):
            rows = [kind["units"] for kind in kinds]
            matrix.append(
                [whole - sum(part) for whole, *part in zip(rows, *matrix, strict=True)]
            )
        return {"kinds": kinds, "matrix": matrix, "units": total.returned}

    def _mix_row(self, units, shown, rest):
        row = [units.get(value, 0.0) for value in shown]
        if rest:
            row.append(sum(v for key, v in units.items() if key not in shown))
        return row

    def _kind(self, asked, mix, values, units, label, others=False):
        domain = self._value_domain(MIXES[mix], values, others)
        return {
            "label": label,
            "units": units,
            "action": self._open_facts(asked, domain),
        }

    def _dashboard_figures(self, asked, total):
        """The figures at the top, each with its records."""
        words = self.env["returns.words"]
        figures = [
            {
                "key": "rate",
                "label": self.env._("of sold units came back"),
                "value": self._percent(total.rate),
                "action": self._open_facts(asked, [("quantity", "!=", 0)]),
            },
            {
                "key": "returned",
                "label": self.env._("units returned"),
                "value": self._units(total.returned),
                "action": self._open_facts(asked, []),
            },
            {
                "key": "sold",
                "label": self.env._("units sold"),
                "value": self._units(total.sold),
                "action": self._open_sold(asked),
            },
        ]
        if self._may_see_money():
            figures.append(
                {
                    "key": "amount",
                    "label": self.env._("to refund for them, with tax"),
                    "value": words._money(self.env.company.currency_id, total.amount),
                    "action": self._open_facts(asked, []),
                }
            )
        return figures

    def _dashboard_gaps(self):
        """How many gaps there are that the reader may see."""
        Gap = self.env["returns.gap"]
        if not Gap.has_access("read"):
            return False
        count = Gap.search_count([("counts_from", "<=", fields.Datetime.now())])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_analytics.returns_gap_action"
        )
        return {"count": count, "action": action}

    def _dashboard_age(self):
        # sudo: when the figures were brought up to date is no secret
        at = self.env["returns.fact.refresh"].sudo().search([], limit=1).refreshed_at
        return at and self.env["returns.words"]._from_now(at)

    # --- words ------------------------------------------------------------------------
    def _dashboard_headline(self, asked, total, reasons):
        """The answer to the first question, in one sentence."""
        start, end = (
            format_date(self.env, asked[name], date_format="MMM y")
            for name in ("start", "end")
        )
        if not total.sold and not total.returned:
            return self.env._(
                "Nothing was sent out or asked back from %(start)s to %(end)s.",
                start=start,
                end=end,
            )
        top = reasons["kinds"][0] if reasons["kinds"] and total.returned else None
        text = self.env._(
            "%(rate)s of what was sent out from %(start)s to %(end)s: %(returned)s of "
            "%(sold)s units came back or are on their way.",
            rate=self._percent(total.rate),
            start=start,
            end=end,
            returned=self._units(total.returned),
            sold=self._units(total.sold),
        )
        if top:
            text += " " + self.env._(
                "Most frequent reason: %(reason)s (%(share)s).",
                reason=top["label"],
                share=self._percent(top["units"] / total.returned),
            )
        return text

    def _dashboard_explained(self, asked, total):
        """What the basis counts, and how far the other one lies from it."""
        more = self._units(abs(total.asked - total.sent))
        if asked["basis"] == "period":
            text = self.env._(
                "By month of request: units asked back in these months, over units "
                "sent out in the same months. It shows the work of these months, "
                "whenever the goods were sold."
            )
        else:
            text = self.env._(
                "By month of dispatch: of the units sent out in these months, how many "
                "have been asked back until today. It shows how good the sales of a "
                "month were; pale months are still open, since more can come back."
            )
        other = self.env._(
            "By request %(asked)s (%(asked_units)s units), by dispatch %(sent)s "
            "(%(sent_units)s units).",
            asked=self._percent(total.sold and total.asked / total.sold),
            asked_units=self._units(total.asked),
            sent=self._percent(total.sold and total.sent / total.sold),
            sent_units=self._units(total.sent),
        )
        if total.asked > total.sent:
            why = self.env._(
                "The %(more)s units between them had been sent out before.", more=more
            )
        elif total.asked < total.sent:
            why = self.env._(
                "The %(more)s units between them were asked back later.", more=more
            )
        else:
            why = ""
        return " ".join(filter(None, [text, other, why]))

    def _percent(self, share):
        return f"{(share or 0.0) * 100:.1f}%"

    def _units(self, quantity):
        return formatLang(self.env, quantity, digits=0)

    # --- names and records ------------------------------------------------------------
    def _names(self, column, rows):
        """The name of each value of ``column`` that ``rows`` have."""
        names = self._names_of(column, [row.value for row in rows])
        return names | {0: self.env._("Not named")}

    def _names_of(self, column, ids):
        # sudo: names of what the reader's own figures name, archived ones too
        records = self.env[self._fields[column].comodel_name].sudo().browse(ids)
        return {
            record.id: record.display_name for record in records.exists() if record.id
        }

    def _value_domain(self, column, values, others):
        """The facts of some values, or of all others; 0 stands for none."""
        ids = [value for value in values if value]
        if not others:
            return [(column, "in", ids or [False])]
        domain = Domain(column, "not in", ids)
        if 0 in values:
            domain &= Domain(column, "!=", False)
        return list(domain)

    def _open_facts(self, asked, domain, days=None):
        """The action that lists the facts of a figure."""
        start, end = days or (asked["start"], asked["end"])
        column = BASES[asked["basis"]]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Returned units"),
            "res_model": "returns.fact",
            "views": [[False, "list"], [False, "pivot"], [False, "graph"]],
            "domain": [*domain, (column, ">=", start), (column, "<=", end)],
        }

    def _open_sold(self, asked):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sold units"),
            "res_model": "returns.fact.sold",
            "views": [[False, "list"], [False, "pivot"], [False, "graph"]],
            "domain": [
                ("shipped_on", ">=", asked["start"]),
                ("shipped_on", "<=", asked["end"]),
            ],
        }
