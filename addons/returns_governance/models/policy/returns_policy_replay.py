from datetime import datetime, time, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.inventory_states.patience import patient, patiently

from ...const import REPLAY_STATES
from ...engine.errors import EngineError
from ...guard import refuse

# Returns between two commits: about a second, so that Stop is heard soon.
SLICE = 200
# How long a replay is kept.
KEEP_DAYS = 60
UNDECIDED = ("draft", "requested")


class ReturnsPolicyReplay(models.Model):
    """A version of a policy over past returns: who would win, who would lose.

    Runs in the background, slice by slice, and writes its own lines and nothing else
    (``flow/replay.py``). It can be left, and it can be stopped.
    """

    _name = "returns.policy.replay"
    _description = "Replay of a policy on past returns"
    _inherit = ["returns.guarded"]
    _order = "id desc"
    _rec_name = "version_id"
    _machine_fields = frozenset(
        {
            "state",
            "user_id",
            "company_ids",
            "total",
            "began_at",
            "ended_at",
            "fingerprint",
            "message",
        }
    )

    version_id = fields.Many2one(
        "returns.policy.version",
        "Policy",
        required=True,
        ondelete="cascade",
        index=True,
    )
    date_from = fields.Date(
        "From", default=lambda self: fields.Date.today() - timedelta(days=90)
    )
    date_to = fields.Date("To")
    channel_ids = fields.Many2many(
        "returns.channel", string="Channels", help="Empty: all."
    )
    country_ids = fields.Many2many(
        "res.country", string="Delivered to", help="Empty: everywhere."
    )
    category_ids = fields.Many2many(
        "product.category", string="Categories", help="With those below; empty: all."
    )
    company_ids = fields.Many2many("res.company", string="Companies", readonly=True)
    state = fields.Selection(REPLAY_STATES, default="draft", readonly=True, copy=False)
    user_id = fields.Many2one("res.users", "Asked for by", readonly=True, copy=False)
    total = fields.Integer("Returns found", readonly=True, copy=False)
    began_at = fields.Datetime("Begun", readonly=True, copy=False)
    ended_at = fields.Datetime("Ended", readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False)
    message = fields.Char(readonly=True, copy=False)
    line_ids = fields.One2many("returns.policy.replay.line", "replay_id", readonly=True)

    done_count = fields.Integer("Replayed", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts")
    better_count = fields.Integer("Better off", compute="_compute_counts")
    worse_count = fields.Integer("Worse off", compute="_compute_counts")
    same_count = fields.Integer("No difference", compute="_compute_counts")
    accepted_count = fields.Integer("Newly accepted", compute="_compute_counts")
    refused_count = fields.Integer("Newly refused", compute="_compute_counts")
    earlier_count = fields.Integer("Paid earlier", compute="_compute_counts")
    later_count = fields.Integer("Paid later", compute="_compute_counts")
    more_approvals = fields.Integer("Approvals more", compute="_compute_counts")
    fewer_approvals = fields.Integer("Approvals fewer", compute="_compute_counts")
    money = fields.Html(compute="_compute_money")

    # --- figures ----------------------------------------------------------------------
    @api.depends("line_ids", "total", "state")
    def _compute_counts(self):
        Line = self.env["returns.policy.replay.line"]
        for replay in self:
            own = [("replay_id", "in", replay.ids)]
            replay.done_count = Line.search_count(own)
            for name, domain in Line._kinds().items():
                replay[name] = Line.search_count([*own, *domain])
            part = replay.done_count / (replay.total or 1)
            done = replay.state == "done"
            replay.progress = 100.0 if done else min(99.0, 100.0 * part)

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_money(self):
        for replay in self:
            replay.money = replay._money_table()

    def _money_table(self):
        """Sums by company and currency, as far as the reader may see the returns."""
        money = self.env["returns.words"]._money
        names = ("refund_old", "refund_new", "difference", "fees_old", "fees_new")
        rows = self.env["returns.policy.replay.line"]._read_group(
            [("replay_id", "in", self.ids)],
            ["company_id", "currency_id"],
            ["__count", *(f"{name}:sum" for name in names)],
        )
        head = (
            self.env._("Company"),
            self.env._("Returns"),
            self.env._("Refunds before"),
            self.env._("Refunds now"),
            self.env._("Difference"),
            self.env._("Fees before"),
            self.env._("Fees now"),
        )
        cell = Markup('<td class="text-end">%s</td>')
        top = Markup('<th class="text-end">%s</th>')
        body = [
            Markup("<tr><td>%s</td>%s%s</tr>")
            % (
                company.name,
                cell % count,
                Markup("").join(cell % money(currency, amount) for amount in sums),
            )
            for company, currency, count, *sums in rows
        ]
        if not body:
            return False
        return Markup(
            '<div class="table-responsive"><table class="table table-sm"><thead>'
            "<tr><th>%s</th>%s</tr></thead><tbody>%s</tbody></table></div>"
        ) % (
            head[0],
            Markup("").join(top % label for label in head[1:]),
            Markup("").join(body),
        )

    # --- what is looked at ------------------------------------------------------------
    @api.onchange("version_id")
    def _onchange_version_id(self):
        """By default the returns that this policy would be asked about."""
        self.channel_ids = self.version_id.policy_id.channel_ids

    def _domain(self):
        """The past returns that were decided, within what was chosen."""
        domain = Domain("case_state", "not in", UNDECIDED)
        domain &= Domain("line_ids.decision_id", "!=", False)
        domain &= Domain("company_id", "in", self._companies().ids)
        if self.date_from:
            begin = datetime.combine(self.date_from, time.min)
            domain &= Domain("requested_at", ">=", begin)
        if self.date_to:
            end = datetime.combine(self.date_to, time.min) + timedelta(days=1)
            domain &= Domain("requested_at", "<", end)
        if self.channel_ids:
            domain &= Domain("channel_id", "in", self.channel_ids.ids)
        if self.country_ids:
            place = "line_ids.sale_order_id.partner_shipping_id.country_id"
            domain &= Domain(place, "in", self.country_ids.ids)
        if self.category_ids:
            place = "line_ids.product_id.categ_id"
            domain &= Domain(place, "child_of", self.category_ids.ids)
        return domain

    def _companies(self):
        """The companies chosen at the start; of a policy for one company, that one."""
        own = self.version_id.policy_id.company_id
        chosen = self.company_ids or self.env.companies
        return chosen & own if own else chosen

    def _orders(self):
        """``returns.order`` as whoever asked may see it."""
        return (
            self.env["returns.order"]
            .with_user(self.user_id or self.env.user)
            .with_context(allowed_company_ids=self._companies().ids)
        )

    # --- start, stop ------------------------------------------------------------------
    @patient
    def action_start(self):
        """Begin the replay in the background, or begin it anew.

        :raise UserError: RETURN_STATE while it runs, BAD_REQUEST without rules
        """
        self.ensure_one()
        self.check_access("write")
        if self.state == "running":
            refuse("RETURN_STATE", self.env._("This replay is running already."))
        version = self.version_id
        if not version.rule_ids:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s has no rules yet, so it decides nothing. Add some.",
                    version=version.display_name,
                ),
            )
        # sudo: the lines are the machine's; whoever may start a replay may empty it
        self.sudo().line_ids.unlink()
        self._machine_write(
            {
                "user_id": self.env.uid,
                "company_ids": [fields.Command.set(self.env.companies.ids)],
            }
        )
        self._machine_write(
            {
                "state": "running",
                "total": self._orders().search_count(self._domain()),
                "began_at": fields.Datetime.now(),
                "ended_at": False,
                "message": False,
                "fingerprint": self._fingerprint(),
            }
        )
        self.env["returns.outbox"]._wake("ir_cron_replay")
        return True

    @patient
    def action_stop(self):
        """Stop the replay; what it has found stays.

        :raise UserError: RETURN_STATE where it is not running
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "running":
            refuse("RETURN_STATE", self.env._("This replay is not running."))
        self._end("stopped")
        return True

    def _end(self, state, message=False):
        self._machine_write(
            {"state": state, "ended_at": fields.Datetime.now(), "message": message}
        )

    def _fingerprint(self):
        """Changes whenever a rule of a draft does."""
        version = self.version_id.sudo()  # sudo: all rules, whoever asks
        return version.content_digest or version._content_digest()

    # --- work -------------------------------------------------------------------------
    @api.model
    def _cron_replay(self):
        """Go on with the replays that were started, slice by slice."""
        replay = self._next()
        time_left = bool(replay)
        while replay and time_left:
            patiently(self.env, replay._work)
            replay = self._next()
            time_left = self.env["ir.cron"]._commit_progress(1, remaining=len(replay))

    def _next(self):
        return self.search([("state", "=", "running")], order="id", limit=1)

    def _work(self):
        """Replay the next slice. The replay's own row is written at the end only, so
        that whoever presses Stop meets nobody."""
        if self.state != "running":
            return
        if self._fingerprint() != self.fingerprint:
            self._end(
                "failed",
                self.env._("The draft was changed meanwhile. Start the replay again."),
            )
            return
        orders = self._slice()
        if not orders:
            self._end("done")
            return
        version = self.version_id.with_context(lang=self.user_id.lang)
        try:
            rows = self.env["returns.replay"]._compare(version, orders)
        except (EngineError, UserError) as error:
            self._end("failed", str(error))
            return
        self.env["returns.policy.replay.line"]._note(self, rows)

    def _slice(self):
        """The next returns, after the last one that has a line."""
        self.env.cr.execute(
            "SELECT COALESCE(MAX(order_id), 0) FROM returns_policy_replay_line"
            " WHERE replay_id = %s",
            [self.id],
        )
        last = self.env.cr.fetchone()[0]
        domain = self._domain() & Domain("id", ">", last)
        domain &= Domain("create_date", "<=", self.began_at)
        return self._orders().search(domain, order="id", limit=SLICE)

    @api.autovacuum
    def _gc_old(self):
        """Replays are for looking at, and not for keeping."""
        old = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search([("create_date", "<", old)]).unlink()

    # --- look -------------------------------------------------------------------------
    def action_view_lines(self):
        """Open the returns of this replay, or the kind that the context names.

        :return: the action of the list
        """
        self.ensure_one()
        kind = self.env.context.get("replay_kind")
        domain = self.env["returns.policy.replay.line"]._kinds().get(kind, [])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Replay of %s", self.version_id.display_name),
            "res_model": "returns.policy.replay.line",
            "views": [(False, "list"), (False, "form"), (False, "pivot")],
            "domain": [("replay_id", "=", self.id), *domain],
        }
