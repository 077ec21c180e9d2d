from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...guard import deny, refuse

# Longer than this nobody looks at it any more: clear it, or decide.
SNOOZE_DAYS = 90


class ReturnsException(models.Model):
    """Who works on an exception, until when it sleeps, and when it is too late.

    Put off, an exception is still open: it holds what it holds, and is raised no second
    time. It is out of the list of what is to do, and is not breached, until its end;
    then it is there again, by itself. Its due time does not move, so what is late when
    it wakes is breached at once. Where the law sets the day (``by_law``), its clock
    goes on while it sleeps.
    """

    _inherit = "returns.exception"

    snoozed_until = fields.Datetime("Put off until", readonly=True, index=True)
    snoozed_by_id = fields.Many2one("res.users", "Put off by", readonly=True)
    snooze_reason = fields.Char("Put off because", readonly=True)
    is_snoozed = fields.Boolean(
        "Put off", compute="_compute_is_snoozed", search="_search_is_snoozed"
    )
    is_breached = fields.Boolean(
        "Breached", compute="_compute_is_breached", search="_search_is_breached"
    )
    breached_at = fields.Datetime(
        "Breached since", readonly=True, help="When it was found that its day is past."
    )
    escalated_to_id = fields.Many2one("res.groups", "Escalated to", readonly=True)
    for_me = fields.Boolean(
        "For me",
        compute="_compute_for_me",
        search="_search_for_me",
        help="Mine, or nobody's yet and of one of my roles.",
    )

    # --- states of the clock ----------------------------------------------------------
    @api.depends("snoozed_until", "state")
    def _compute_is_snoozed(self):
        now = fields.Datetime.now()
        for exception in self:
            until = exception.snoozed_until
            exception.is_snoozed = bool(
                exception.state == "open" and until and until > now
            )

    def _search_is_snoozed(self, operator, value):
        if operator != "in":
            return NotImplemented
        asleep = [
            ("state", "=", "open"),
            ("snoozed_until", ">", fields.Datetime.now()),
        ]
        return asleep if True in value else ["!", "&", *asleep]

    @api.depends("due_at", "state", "snoozed_until", "by_law")
    def _compute_is_breached(self):
        now = fields.Datetime.now()
        for exception in self:
            late = exception.due_at and exception.due_at < now
            exception.is_breached = bool(
                exception.state == "open"
                and late
                and (exception.by_law or not exception.is_snoozed)
            )

    def _search_is_breached(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        breached = [
            "&", ("state", "=", "open"), "&", ("due_at", "<", now),
            "|", ("by_law", "=", True),
            "|", ("snoozed_until", "=", False), ("snoozed_until", "<=", now),
        ]  # fmt: skip
        return breached if True in value else ["!", *breached]

    # --- whose is it? -----------------------------------------------------------------
    def _owner_groups(self):
        """The role that looks at it and, once it is breached, the one above."""
        return super()._owner_groups() | self.escalated_to_id

    @api.depends("user_id", "owner_group_id", "escalated_to_id")
    @api.depends_context("uid")
    def _compute_for_me(self):
        for exception in self:
            owner = exception.user_id
            exception.for_me = owner == self.env.user or (
                not owner and exception._is_owner()
            )

    def _search_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self.env.user.all_group_ids.ids
        found = [
            "|", ("user_id", "=", self.env.uid), "&", ("user_id", "=", False),
            "|", ("owner_group_id", "in", mine), ("escalated_to_id", "in", mine),
        ]  # fmt: skip
        return found if True in value else ["!", *found]

    def _check_owner(self):
        """Deny what is for another role."""
        self.check_access("read")
        for exception in self:
            if not exception._is_owner():
                deny(
                    self.env._(
                        "%(name)s is for the role %(role)s.",
                        name=exception.display_name,
                        # sudo: the name of a role is no secret
                        role=exception.sudo().owner_group_id.name,
                    )
                )

    def _check_open(self):
        for exception in self:
            if exception.state != "open":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s is cleared already, so there is nothing to do.",
                        name=exception.display_name,
                    ),
                )

    @patient
    def action_take(self):
        """Make these mine, as the owner's role; for one and for many."""
        return self._give(self.env.user)

    def _give(self, user):
        """Let ``user`` work on these; who gets them needs the role, too.

        :param user: of nobody, they are for the whole role again
        """
        self._check_owner()
        self._check_open()
        unable = self.filtered(lambda e: user and not e.with_user(user)._is_owner())
        if unable:
            refuse(
                "ACCESS_DENIED",
                self.env._(
                    "%(user)s cannot work on %(name)s: it is for the role %(role)s.",
                    user=user.name,
                    name=unable[0].display_name,
                    role=unable[0].sudo().owner_group_id.name,  # sudo: no secret
                ),
            )
        # sudo: the owner's role was checked; one field is written
        self.sudo()._machine_write({"user_id": user.id})
        self._say(
            self.env._("For %(user)s", user=user.name)
            if user
            else self.env._("For the whole role again")
        )
        return True

    def _say(self, text):
        """Keep a line in the history of each, in one statement."""
        # sudo: the history is kept by the machine
        self.sudo()._message_log_batch(bodies=dict.fromkeys(self.ids, text))

    # --- put off ----------------------------------------------------------------------
    def _snooze(self, until, reason):
        """Put these off until a moment, for a reason.

        :param datetime until: at most SNOOZE_DAYS from now
        """
        self._check_owner()
        self._check_open()
        now = fields.Datetime.now()
        reason = (reason or "").strip()
        if not reason:
            refuse("BAD_REQUEST", self.env._("Say why it can wait."))
        if not until or until <= now or until > now + timedelta(days=SNOOZE_DAYS):
            refuse(
                "TIME_INVALID",
                self.env._(
                    "Say until when it can wait: from now on, and at most %(days)s "
                    "days.",
                    days=SNOOZE_DAYS,
                ),
            )
        # sudo: the owner's role was checked; machine fields and events follow
        asleep = self.sudo()
        asleep._machine_write(
            {
                "snoozed_until": until,
                "snoozed_by_id": self.env.uid,
                "snooze_reason": reason,
            }
        )
        words = self.env["returns.words"]._clock(until)
        self._say(
            self.env._("Put off until %(until)s: %(why)s", until=words, why=reason)
        )
        asleep._tell(
            "exception_snoozed",
            ["snoozed_until"],
            why=reason,
            until=fields.Datetime.to_string(until),
        )

    @patient
    def action_wake(self):
        """Take up again what was put off, before its end."""
        self._check_owner()
        asleep = self.filtered("is_snoozed")
        # sudo: the owner's role was checked; machine fields and events follow
        asleep.sudo()._wake()
        return True

    def _wake(self):
        if not self:
            return
        self._machine_write(
            {"snoozed_until": False, "snoozed_by_id": False, "snooze_reason": False}
        )
        self._say(self.env._("To be done again"))
        self._tell("exception_snoozed", ["snoozed_until"])

    # --- too late ---------------------------------------------------------------------
    @api.model
    def _tend(self):
        """What time does to exceptions: some wake, some are gone, some are too late."""
        awake = [
            ("state", "=", "open"),
            ("snoozed_until", "<=", fields.Datetime.now()),
        ]
        self.search(awake)._wake()
        self._sweep()
        self.search([("is_breached", "=", True), ("breached_at", "=", False)])._breach()

    def _breach(self):
        """Note, once, that it was not done in time, and let the role above know."""
        given = self.env["returns.exception.type"]._given
        for code, group in self.grouped("code").items():
            group._machine_write(
                {
                    "breached_at": fields.Datetime.now(),
                    "escalated_to_id": given(code)["escalation"],
                }
            )
        if self:
            self._say(self.env._("Not done in time"))
            self._tell("exception_breached", ["breached_at"])
            self._call_owners()

    def _call_owners(self):
        """An activity for each person who took one that is too late now."""
        taken = self.filtered("user_id")
        todo = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        if taken and todo:
            self.env["mail.activity"].create(
                [
                    {
                        "activity_type_id": todo.id,
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": exception.id,
                        "user_id": exception.user_id.id,
                        "summary": self.env._("Not done in time"),
                        "date_deadline": fields.Date.context_today(self),
                    }
                    for exception in taken
                ]
            )
