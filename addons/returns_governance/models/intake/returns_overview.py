from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models

DAYS_OF_TREND = 7
SIGNS = {1: "fa-arrow-up", 0: "fa-minus", -1: "fa-arrow-down"}


class ReturnsOrder(models.Model):
    """The figures of the overview, each read in one query, by the reader's rights."""

    _inherit = "returns.order"

    @api.model
    def retrieve_overview(self):
        """What waits at each step, and the figures of the day, for the overview.

        :return: ``{"steps": [...], "figures": [...]}``, in the reader's language
        """
        return {"steps": self._overview_steps(), "figures": self._overview_figures()}

    # --- steps ------------------------------------------------------------------------
    def _overview_steps(self):
        """Count, value, oldest age and lateness of each step that returns wait at."""
        waiting = self._read_group(
            [("next_step", "not in", ("none", False))],
            ["next_step", "currency_id"],
            ["__count", "amount_due:sum", "next_since:min"],
        )
        late = dict(
            self._read_group([("is_late", "=", True)], ["next_step"], ["__count"])
        )
        groups = {}
        for step, currency, count, value, since in waiting:
            groups.setdefault(step, []).append((currency, count, value, since))
        labels = dict(self._fields["next_step"]._description_selection(self.env))
        return [
            self._overview_step(step, labels[step], groups.get(step, ()), late)
            for step in ("authorise", "parcel", "receive", "inspect", "route", "settle")
        ]

    def _overview_step(self, step, label, groups, late):
        words = self.env["returns.words"]
        company = self.env.company
        today = fields.Date.context_today(self)
        value = sum(
            currency._convert(amount, company.currency_id, company, today)
            for currency, _count, amount, _since in groups
        )
        oldest = min((since for *_rest, since in groups if since), default=False)
        count = sum(count for _currency, count, *_rest in groups)
        late_count = late.get(step, 0)
        return {
            "step": step,
            "label": label,
            "count": count,
            "value": words._money(company.currency_id, value) if count else "",
            "age": oldest
            and self.env._("oldest %(age)s", age=words._age(oldest))
            or "",
            "late": late_count,
            "late_words": self.env._("%(count)s late", count=late_count),
        }

    # --- figures of the day ---------------------------------------------------------
    def _overview_figures(self):
        """Asked for, received, inspected and refunded today, against the last days."""
        return [self._figure(*kind) for kind in self._figure_kinds()]

    def _figure_kinds(self):
        """(key, label, model, date field, aggregate, domain) of each figure."""
        asked = [("case_state", "!=", "draft")]
        paid = [
            ("counts", "=", True),
            ("currency_id", "=", self.env.company.currency_id.id),
        ]
        when, units = "occurred_at", "quantity:sum"
        return (
            (
                "asked",
                self.env._("asked for today"),
                self._name,
                "requested_at",
                "__count",
                asked,
            ),
            (
                "received",
                self.env._("units received today"),
                "returns.receipt",
                when,
                units,
                [],
            ),
            (
                "inspected",
                self.env._("units inspected today"),
                "returns.inspection",
                when,
                units,
                [],
            ),
            (
                "refunded",
                self.env._("refunded today"),
                "returns.settlement",
                when,
                "amount:sum",
                paid,
            ),
        )

    def _figure(self, key, label, model, when, what, domain):
        today, before = self._day_bounds()
        now = self._sum_between(model, domain, when, what, today, None)
        mean = self._sum_between(model, domain, when, what, before, today)
        mean = round(mean / DAYS_OF_TREND, 1)

        def say(figure):
            words = self.env["returns.words"]
            if key == "refunded":
                return words._money(self.env.company.currency_id, figure)
            return words._number(figure)

        return {
            "key": key,
            "label": label,
            "value": say(now),
            "icon": SIGNS[(now > mean) - (now < mean)],
            "trend": self.env._("%(mean)s a day last week", mean=say(mean)),
            "action": self._figure_action(model, label, domain, when, today),
        }

    def _day_bounds(self):
        """UTC beginning of the reader's today, and of the days that it is held to."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        day = fields.Date.context_today(self)
        start = zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc)
        start = start.replace(tzinfo=None)
        return start, start - timedelta(days=DAYS_OF_TREND)

    def _sum_between(self, model, domain, when, what, start, end):
        domain = [*domain, (when, ">=", start)]
        if end:
            domain.append((when, "<", end))
        [(total,)] = self.env[model]._read_group(domain, [], [what])
        return total or 0

    def _figure_action(self, model, name, domain, when, start):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": [*domain, (when, ">=", fields.Datetime.to_string(start))],
        }
