from datetime import datetime

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import ormcache


class ResourceCalendar(models.Model):
    """The working time of a calendar, month by month, read once per process."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "returns.remembered"]

    @ormcache("self.id", "year", "month")
    def _returns_working_spans(self, year, month):
        """Spans of working time in a month, as (begin, end) in UTC.

        Public holidays of the calendar are taken out.
        """
        begin = pytz.utc.localize(datetime(year, month, 1))
        end = begin + relativedelta(months=1)
        # sudo: when a warehouse works is no secret to whoever raises an exception
        found = self.sudo()._work_intervals_batch(begin, end)[False]
        return tuple(
            (
                start.astimezone(pytz.utc).replace(tzinfo=None),
                stop.astimezone(pytz.utc).replace(tzinfo=None),
            )
            for start, stop, _records in found
        )


class ResourceCalendarAttendance(models.Model):
    """Other working hours are other due times."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "returns.remembered"]


class ResourceCalendarLeaves(models.Model):
    """A public holiday moves what is due on it; the leave of one person does not."""

    _inherit = "resource.calendar.leaves"

    def _returns_forget(self):
        if any(not leave.resource_id for leave in self):
            self.env.registry.clear_cache()

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._returns_forget()
        return leaves

    def write(self, vals):
        self._returns_forget()
        result = super().write(vals)
        self._returns_forget()
        return result

    def unlink(self):
        self._returns_forget()
        return super().unlink()
