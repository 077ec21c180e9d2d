import logging
import time

from odoo import api, fields, models

from ...const import CHECK_STATES
from .returns_event_scan import START
from .returns_event_seal import READERS

_logger = logging.getLogger(__name__)

# A trail of so many events is checked while the person waits: well under two seconds.
SHORT = 20_000
# Seconds between two commits in the background.
SLICE = 2.0
# Findings in words; more than this many are only counted.
MOST_SHOWN = 200
# Findings that are kept; a trail that is wrong throughout needs no more.
MOST_KEPT = 5000


class ReturnsEventCheck(models.Model):
    """One check of the audit trail: by night, or because an auditor pressed the button.

    It looks at the trail piece by piece (``returns.event.scan``) and keeps its place,
    so that it can run in the background, be left, and go on where a server stopped.
    """

    _name = "returns.event.check"
    _description = "Check of the audit trail"
    _order = "id desc"

    checked_at = fields.Datetime("Begun", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    user_id = fields.Many2one("res.users", "Asked for by", readonly=True)
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        readonly=True,
        help="Whose returns are looked at; empty: all.",
    )
    state = fields.Selection(CHECK_STATES, default="running", readonly=True)
    place = fields.Json(help="Where it goes on; see returns.event.scan.")
    event_count = fields.Integer("Events looked at", readonly=True)
    event_total = fields.Integer("Events", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    finding_count = fields.Integer("Findings", readonly=True)
    whole = fields.Boolean(readonly=True)
    finding_ids = fields.One2many("returns.event.finding", "check_id", readonly=True)
    hidden_count = fields.Integer(compute="_compute_hidden_count")
    result = fields.Text(compute="_compute_result")

    @api.depends("checked_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        clock = self.env["returns.words"]._clock
        for check in self:
            check.display_name = self.env._("Check of %s", clock(check.checked_at))

    @api.depends("event_count", "event_total", "state")
    def _compute_progress(self):
        for check in self:
            part = check.event_count / (check.event_total or 1)
            check.progress = 100.0 if check.state == "done" else min(99.0, 100.0 * part)

    @api.depends("finding_ids", "finding_count")
    def _compute_hidden_count(self):
        for check in self:
            shown = len(check.finding_ids)
            check.hidden_count = max(0, check.finding_count - shown)

    @api.depends("finding_ids")
    @api.depends_context("lang")
    def _compute_result(self):
        for check in self:
            found = check.finding_ids.mapped("display_name")[:MOST_SHOWN]
            if check.finding_count > len(found):
                found.append(
                    self.env._("and %s more", check.finding_count - len(found))
                )
            check.result = "\n".join(found) or self.env._("The audit trail is whole.")

    # --- begin ------------------------------------------------------------------------
    @api.model
    def _run(self):
        """Check as the current auditor: the returns of the companies switched on.

        A short trail is checked at once, a long one in the background.

        :return: the action that shows the check
        """
        # sudo: the caller has checked the role; an auditor bound to some channels
        # checks the whole chain of the company all the same, and sees names only.
        check = self.sudo()._begin(self.env.user, self.env.companies)
        if check.event_total <= SHORT:
            check._work(None)
        else:
            self.env["returns.outbox"]._wake("ir_cron_check_events")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of the audit trail"),
            "res_model": self._name,
            "res_id": check.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _begin(self, user=None, companies=None):
        """A new check that has looked at nothing yet."""
        self.env.flush_all()
        self.env.cr.execute("SELECT COUNT(*) FROM returns_event")
        return self.create(
            {
                "checked_at": fields.Datetime.now(),
                "user_id": user.id if user else False,
                "company_ids": [fields.Command.set(companies.ids if companies else [])],
                "place": dict(START),
                "event_total": self.env.cr.fetchone()[0],
            }
        )

    # --- work -------------------------------------------------------------------------
    @api.model
    def _work_off(self):
        """For the cron: go on with what was begun, else begin the nightly check."""
        check = self._next() or self._begin()
        time_left = True
        while check and time_left:
            check._work(SLICE)
            check = self._next()
            time_left = self.env["ir.cron"]._commit_progress(1, remaining=len(check))

    def _next(self):
        return self.search([("state", "=", "running")], order="id", limit=1)

    def _work(self, seconds):
        """Look at the trail for some seconds (None: to its end), and keep the place."""
        until = time.monotonic() + (seconds or 0)
        place, count, findings = self.place, 0, []
        while place and (seconds is None or time.monotonic() < until):
            found, seen, place = self.env["returns.event.scan"]._piece(place)
            findings += filter(self._concerns, found)
            count += self._count(seen)
        self._keep(findings)
        self.write({"place": place, "event_count": self.event_count + count})
        if not place:
            self._end()

    def _concerns(self, finding):
        """Whether a finding is about a company that is looked at."""
        company_id = finding["company_id"]
        return not (company_id and self.company_ids) or company_id in (
            self.company_ids.ids
        )

    def _count(self, seen):
        """The events of the companies that are looked at."""
        return sum(
            count
            for company_id, count in seen.items()
            if not self.company_ids or company_id in self.company_ids.ids
        )

    def _keep(self, findings):
        """Keep the findings, as far as a person would read them."""
        room = max(0, MOST_KEPT - self.finding_count)
        self.finding_count += len(findings)
        self.env["returns.event.finding"]._note(self, findings[:room])

    def _end(self):
        self.write(
            {
                "state": "done",
                "ended_at": fields.Datetime.now(),
                "whole": not self.finding_count,
            }
        )
        if self.whole:
            _logger.info("The audit trail of returns is whole.")
            return
        if not self.user_id:
            _logger.error("The audit trail of returns is not whole.\n%s", self.result)
            self._tell_auditors()

    # --- say --------------------------------------------------------------------------
    def _tell_auditors(self):
        """Leave a message in the inbox of auditors and managers."""
        users = self.env["res.users"].union(
            *(self.env.ref(group).all_user_ids for group in READERS)
        )
        self.env["mail.thread"].message_notify(
            partner_ids=users.partner_id.ids,
            subject=self.env._("The audit trail of returns is not whole"),
            body=self.result,
        )
