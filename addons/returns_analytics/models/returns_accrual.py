from odoo import Command, api, fields, models
from odoo.tools.misc import format_date

from odoo.addons.inventory_states.patience import lock, patient
from odoo.addons.returns_governance.guard import deny, refuse

from ..const import ACCRUAL_STATES
from ..engine.completion import error

FINANCE = "returns_governance.group_finance"


class ReturnsAccrual(models.Model):
    """Refund liability and right to recover goods at the end of a month (IFRS 15).

    For goods that were sold with a right of return and have not come back, paragraph
    B21 of IFRS 15 asks for no revenue but a refund liability, and for an asset (with a
    correction of the cost of sales) for the right to recover the goods. The figures
    are those of :mod:`..engine.completion`; the entry is made when a person of finance
    confirms it, and is reversed on the first day of the next month, so that what comes
    back afterwards meets a clean ledger.
    """

    _name = "returns.accrual"
    _description = "Returns still to come"
    _inherit = ["returns.guarded"]
    _machine_fields = frozenset({"state", "move_id", "reversal_id", "made_at"})
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Month end",
        required=True,
        default=lambda self: self._last_month_end(),
        help="Last day of the month for which it is booked.",
    )
    state = fields.Selection(
        ACCRUAL_STATES, default="draft", required=True, readonly=True, copy=False
    )
    made_at = fields.Datetime("Counted at", readonly=True, copy=False)
    line_ids = fields.One2many("returns.accrual.line", "accrual_id")
    test_ids = fields.One2many("returns.accrual.test", "accrual_id")
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, copy=False, ondelete="restrict"
    )
    reversal_id = fields.Many2one(
        "account.move", "Reversal", readonly=True, copy=False, ondelete="restrict"
    )
    amount_liability = fields.Monetary(
        "Refund liability", compute="_compute_sums", store=True
    )
    amount_asset = fields.Monetary(
        "Right to recover goods", compute="_compute_sums", store=True
    )
    units = fields.Float(
        "Units still to come", compute="_compute_sums", store=True, digits=(16, 1)
    )
    test_expected = fields.Float(
        "Expected then", compute="_compute_test", digits=(16, 1)
    )
    test_came = fields.Float("Came since", compute="_compute_test", digits=(16, 1))
    test_error = fields.Float(
        "Error (%)",
        compute="_compute_test",
        digits=(16, 1),
        help="By how much the method was too high (or, below zero, too low) for the "
        "last months.",
    )
    summary = fields.Char(compute="_compute_summary")

    _month_uniq = models.UniqueIndex(
        "(company_id, date) WHERE state <> 'cancelled'",
        "This month is there already. Open it; take it back to make it anew.",
    )

    # --- what it says -----------------------------------------------------------------
    @api.model
    def _last_month_end(self):
        first = fields.Date.start_of(fields.Date.context_today(self), "month")
        return fields.Date.subtract(first, days=1)

    @api.depends("date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for accrual in self:
            accrual.display_name = self.env._(
                "Returns still to come, %(date)s",
                date=fields.Date.to_string(accrual.date) or "",
            )

    @api.depends(
        "line_ids.liability", "line_ids.asset", "line_ids.known", "line_ids.expected"
    )
    def _compute_sums(self):
        for accrual in self:
            lines = accrual.line_ids
            accrual.amount_liability = sum(lines.mapped("liability"))
            accrual.amount_asset = sum(lines.mapped("asset"))
            accrual.units = sum(lines.mapped("known")) + sum(lines.mapped("expected"))

    @api.depends("test_ids.expected", "test_ids.came")
    def _compute_test(self):
        for accrual in self:
            expected = sum(accrual.test_ids.mapped("expected"))
            came = sum(accrual.test_ids.mapped("came"))
            accrual.test_expected, accrual.test_came = expected, came
            accrual.test_error = error(expected, came) or 0.0

    @api.depends("units", "test_expected", "test_came", "state")
    @api.depends_context("lang")
    def _compute_summary(self):
        for accrual in self:
            accrual.summary = accrual._words()

    def _words(self):
        """What is still to come, and how good the method was so far."""
        if not self.units:
            return self.env._("Nothing is still to come back, by what is known.")
        told = self.env._("Units still to come: %(units).0f.", units=self.units)
        if self.reversal_id:
            told += " " + self.env._(
                "What is booked for them is reversed on %(date)s.",
                date=format_date(self.env, self.reversal_id.date),
            )
        if not self.test_came:
            return told
        return self.env._(
            "%(told)s Of the last months the same method expected %(expected).0f, and "
            "%(came).0f came (%(error)+.0f%%).",
            told=told,
            expected=self.test_expected,
            came=self.test_came,
            error=self.test_error,
        )

    @api.constrains("date")
    def _check_date(self):
        for accrual in self:
            if accrual.date != fields.Date.end_of(accrual.date, "month"):
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(date)s is not the last day of a month. Choose %(last)s.",
                        date=accrual.date,
                        last=fields.Date.end_of(accrual.date, "month"),
                    ),
                )

    @api.model_create_multi
    def create(self, vals_list):
        accruals = super().create(vals_list)
        accruals._count()
        return accruals

    def write(self, vals):
        if {"date", "company_id"} & vals.keys():
            self._check_draft()
        result = super().write(vals)
        if {"date", "company_id"} & vals.keys():
            self._count()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        """What was posted stays, with its entry."""
        if self.filtered("move_id"):
            refuse(
                "RETURN_STATE",
                self.env._("It was posted and belongs to the books: take it back."),
            )

    def _check_draft(self):
        for accrual in self:
            if accrual.state != "draft":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s was confirmed. Take it back, and make the month "
                        "anew.",
                        name=accrual.display_name,
                    ),
                )

    # --- buttons ----------------------------------------------------------------------
    def action_count(self):
        """Count anew what is still to come, while it is not confirmed."""
        self.check_access("write")
        self._check_draft()
        self._count()

    @patient
    def action_post(self):
        """Confirm: post the entry, and its reversal for the first day of next month.

        :raises UserError: in a locked period, without accounts, or with nothing to book
        """
        self._check_finance()
        lock(self.env, self._table, self.ids)
        for accrual in self:
            accrual._check_draft()
            accrual._check_open()
            accrual._post()

    @patient
    def action_cancel(self):
        """Take it back: the entry and its reversal leave the books together."""
        self._check_finance()
        lock(self.env, self._table, self.ids)
        for accrual in self.filtered(lambda row: row.state != "cancelled"):
            accrual._check_open()
            # sudo: the right is checked above; entries of the accrual alone
            moves = (accrual.move_id | accrual.reversal_id).sudo()
            moves = moves._returns_released()
            moves.filtered(lambda move: move.state == "posted").button_draft()
            moves.button_cancel()
            accrual._machine_write({"state": "cancelled"})
        # The month is free again at once, and the index has to know.
        self.flush_recordset(["state"])

    def action_view_entries(self):
        """Open the entry and its reversal."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", (self.move_id | self.reversal_id).ids)],
        }

    def _kept_way(self):
        return self.env._(
            "Press *Take back* there: the entry and its reversal leave the books "
            "together."
        )

    def _check_finance(self):
        self.check_access("write")
        if not self.env.user.has_group(FINANCE):
            deny(self.env._("Only a finance controller confirms returns to come."))

    # --- counting ---------------------------------------------------------------------
    def _count(self):
        """Write the lines and the back-test anew."""
        for accrual in self:
            # sudo: the figures are of the whole company, whoever asks for them
            source = accrual.sudo().env["returns.accrual.source"]
            lines, tests = source._count(accrual.company_id, accrual.date)
            rows = accrual.sudo()
            rows.line_ids.unlink()
            rows.test_ids.unlink()
            own = {"accrual_id": accrual.id}
            rows.env["returns.accrual.line"].create([{**v, **own} for v in lines])
            rows.env["returns.accrual.test"].create([{**v, **own} for v in tests])
            accrual._machine_write({"made_at": fields.Datetime.now()})

    # --- booking ----------------------------------------------------------------------
    def _reversal_date(self):
        return fields.Date.add(self.date, days=1)

    def _check_open(self):
        """Refuse a closed period, with the way out."""
        company = self.company_id
        journal = company.returns_accrual_journal_id
        for date in (self.date, self._reversal_date()):
            # sudo: whether a period is closed is no secret
            locks = company.sudo()._get_violated_lock_dates(date, False, journal)
            if locks:
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(date)s is closed: %(locks)s. Ask for an exception from the "
                        "lock date in Accounting, or make the accrual of the first "
                        "month that is open.",
                        date=date,
                        locks=company._format_lock_dates(locks),
                    ),
                )

    def _post(self):
        accounts = self.company_id._returns_accrual_accounts()
        if not self.currency_id.round(self.amount_liability + self.amount_asset):
            refuse("RETURN_STATE", self.env._("There is nothing to book."))
        # sudo: the right is checked in action_post; entries of the accrual alone
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        move = moves.create(self._move_vals(accounts))
        move._post(soft=False)
        reversal = move._returns_released()._reverse_moves(
            [
                {
                    "date": self._reversal_date(),
                    "name": "/",
                    "ref": self.env._("Reversal of: %s", move.ref),
                }
            ]
        )
        # At once, also for a day that is still to come: a draft that waits for its day
        # could be changed or thrown away, and the liability would stay for ever.
        reversal._post(soft=False)
        self._machine_write(
            {"state": "posted", "move_id": move.id, "reversal_id": reversal.id}
        )

    def _move_vals(self, accounts):
        lines = []
        for category, rows in self.line_ids.grouped("categ_id").items():
            for debit, credit, field, label in (
                ("revenue", "liability", "liability", self.env._("expected refunds")),
                ("asset", "cost", "asset", self.env._("goods expected back")),
            ):
                amount = self.currency_id.round(sum(rows.mapped(field)))
                if not amount:
                    continue
                name = f"{category.display_name or ''}: {label}"
                for account, balance in ((debit, amount), (credit, -amount)):
                    lines.append(
                        {
                            "name": name,
                            "account_id": accounts[account].id,
                            "balance": balance,
                        }
                    )
        return {
            "move_type": "entry",
            "date": self.date,
            "journal_id": accounts["journal"].id,
            "company_id": self.company_id.id,
            "ref": self.display_name,
            "line_ids": [Command.create(vals) for vals in lines],
        }

    @api.model
    def _cron_prepare(self):
        """Count the month that ended, in companies that have the accounts for it; a
        person confirms it. Called by the cron of that name."""
        date = self._last_month_end()
        # sudo: a cron has no company; each gets its own
        companies = self.env["res.company"].sudo().search([])
        known = self.sudo().search([("date", "=", date), ("state", "!=", "cancelled")])
        wanted = (companies - known.company_id).filtered(
            lambda company: not company._returns_accounts_missing()
        )
        self.sudo().create(
            [{"company_id": company.id, "date": date} for company in wanted]
        )
