from datetime import timedelta

from odoo import api, models

from ...engine.working_time import pass_hours

# Who works less than an hour a month has no working time worth the name.
MONTHS = 24


class ReturnsWorkingTime(models.AbstractModel):
    """When something is due, in the working hours of the place that has to do it.

    The node's own calendar counts, else the company's; where neither is set, every
    hour of the day does. Time zone and public holidays are the calendar's.
    """

    _name = "returns.working.time"
    _description = "Working hours of a node"

    @api.model
    def _calendar(self, warehouse, company):
        """The calendar of a node: its own, else its company's; may be empty."""
        # sudo: when a node works is no secret, its calendar is not readable to all
        return (
            warehouse.sudo().returns_calendar_id or company.sudo().resource_calendar_id
        )

    @api.model
    def _after(self, warehouse, company, start, hours):
        """The moment when ``hours`` of working time have passed since ``start``.

        Costs no query once the calendar's month is known to the process.
        """
        calendar = self._calendar(warehouse, company)
        if not calendar:
            return start + timedelta(hours=hours)
        left, year, month = hours, start.year, start.month
        for _month in range(MONTHS):
            spans = calendar._returns_working_spans(year, month)
            moment, left = pass_hours(start, left, spans)
            if moment:
                return moment
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return start + timedelta(hours=hours)  # a calendar without working time
