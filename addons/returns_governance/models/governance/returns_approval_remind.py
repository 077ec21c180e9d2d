from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ...const import NEXT_ROLE
from .returns_approval import HOURS_BY_THE_CLOCK, QUIET

# How many questions one run of the job looks at.
BATCH = 200


class ReturnsApproval(models.Model):
    """Whoever has to answer is told; whoever does not in time is passed over."""

    _inherit = "returns.approval"

    # --- by when ----------------------------------------------------------------------
    @api.model
    def _due(self, company):
        """By when a question of today has to be answered.

        In the working hours of the company's calendar; without one, by the clock.
        """
        now = fields.Datetime.now()
        # sudo: whoever asks need not see the calendar of the company
        company = company.sudo()
        calendar, hours = company.resource_calendar_id, company.returns_approval_hours
        due = calendar and calendar.plan_hours(hours, now, compute_leaves=True)
        return due or now + timedelta(hours=max(hours, HOURS_BY_THE_CLOCK))

    # --- who could --------------------------------------------------------------------
    def _candidates(self):
        """{approval: users who may decide its level now}, in a few queries."""
        found = {}
        for (company, _roles), group in self.grouped(
            lambda row: (row.company_id, (row.role, row.escalated_from))
        ).items():
            people = self._people_of(company, group[:1]._groups())
            given = self.env["returns.delegation"]._of(people)
            for approval in group:
                found[approval] = people.filtered(
                    lambda user, a=approval, given=given: (
                        a._is_in_sight(user)
                        and not a._barred(
                            user, given.filtered(lambda row: row.to_user_id == user)
                        )
                    )
                ).with_env(self.env)
        return found

    @api.model
    def _people_of(self, company, groups):
        """The employees of ``company`` in one of these groups."""
        # sudo: people's names, for who asks whom to turn to
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", list(groups)),
                    ("company_ids", "in", company.ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )

    def _is_in_sight(self, user):
        """Whether the user's channels and nodes let the question be seen."""
        channels, nodes = user.returns_channel_ids, user.returns_node_ids
        # sudo: where it belongs to, for whoever it is looked up
        channel = self.sudo().order_id.channel_id
        return (not channels or not channel or channel in channels) and (
            not nodes or self.sudo().warehouse_id in nodes
        )

    # --- tell and escalate ------------------------------------------------------------
    @api.model
    def _wake(self):
        """Let the job below run as soon as this is saved."""
        # sudo: starting our own job
        self.env.ref("returns_governance.ir_cron_remind_approvals").sudo()._trigger()

    @api.model
    def _remind(self):
        """Cron: give new questions to somebody, and late ones to the next role up."""
        late = self.search(
            [
                ("state", "=", "open"),
                ("due_at", "<", fields.Datetime.now()),
                ("escalated_from", "=", False),
                ("role", "in", list(NEXT_ROLE)),
            ],
            limit=BATCH,
        )
        late._escalate()
        late_too = [("due_at", "<", fields.Datetime.now()), ("state", "=", "open")]
        self.search(late_too, limit=BATCH)._raise_late()
        new = self.search(
            [("state", "=", "open"), ("owner_id", "=", False)], limit=BATCH
        ).with_context(**QUIET)
        nobody = new._hand_out().filtered(
            lambda row: row.role in NEXT_ROLE and not row.escalated_from
        )
        nobody._escalate()
        nobody._hand_out()

    def _raise_late(self):
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "approval_overdue",
                    "order_id": approval.order_id.id,
                    "company_id": approval.company_id.id,
                    "warehouse_id": approval.warehouse_id.id,
                    "cause": f"approval {approval.id}",
                    "note": self.env._(
                        "%(question)s It waits for the role %(role)s: %(who)s.",
                        question=approval.question,
                        role=approval._role_words(),
                        who=approval.who_can,
                    ),
                }
                for approval in self
            ]
        )

    def _escalate(self):
        """Nobody answered in time: the next role up is asked, once for each level.

        The promised time stays, since it was not kept; the first role may still answer.
        """
        now = fields.Datetime.now()
        for approval in self:
            before, after = approval.role, NEXT_ROLE[approval.role]
            approval._machine_write(
                {"role": after, "escalated_from": before, "owner_id": False}
            )
            approval._standing_levels().filtered(
                lambda row: row.state == "open"
            )._machine_write(
                {"role": after, "escalated_from": before, "escalated_at": now}
            )
        self.activity_ids.unlink()
        self._log("escalated", False)

    def _hand_out(self):
        """One to-do per question, for whoever of its role has the fewest open.

        So nobody drowns; the others find it under *For me* all the same. Of somebody
        who is away it goes to the delegate.

        :return: the questions that nobody of their role may decide
        """
        candidates = self._candidates()
        load, away = self._load(), self._away()
        chosen = {}
        for approval in self:
            people = candidates[approval]
            if not people:
                continue
            owner = min(people, key=lambda user: (load[user.id], user.id))
            load[owner.id] += 1
            chosen[approval] = approval._delegate_of(owner, away) or owner
        for approval, owner in chosen.items():
            approval._machine_write({"owner_id": owner.id})
        self._make_activities(chosen)
        self._send_mails([approval.id for approval in chosen])
        return self.filtered(lambda approval: not candidates[approval])

    @api.model
    def _load(self):
        """How many open questions each user has."""
        load = defaultdict(int)
        for owner, count in self._read_group(
            [("state", "=", "open"), ("owner_id", "!=", False)],
            ["owner_id"],
            ["__count"],
        ):
            load[owner.id] = count
        return load

    @api.model
    def _away(self):
        """The delegations of today, each with all that its delegate was ever given.

        :rtype: dict
        """
        Delegation = self.env["returns.delegation"]
        today = Delegation.search([("in_force", "=", True)])
        ever = Delegation._of(today.to_user_id).grouped("to_user_id")
        return {row: ever[row.to_user_id] for row in today}

    def _delegate_of(self, owner, away):
        """Who decides in the owner's place today, if anybody may."""
        for row, given in away.items():
            if row.from_user_id != owner or row.company_id != self.company_id:
                continue
            user = row.to_user_id
            if self._right_of(user, given) and not self._barred(user, given):
                return user
        return self.env["res.users"]

    def _make_activities(self, chosen):
        """To-dos, all at once and without a mail of their own."""
        kind = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": approval.id,
                    "user_id": owner.id,
                    "summary": approval.with_context(lang=owner.lang).question,
                    "date_deadline": fields.Date.to_date(approval.due_at),
                }
                for approval, owner in chosen.items()
            ]
        )

    @api.model
    def _send_mails(self, ids):
        """The question by mail, in each owner's language, with a link to its page."""
        template = self.env.ref(
            "returns_governance.mail_template_approval", raise_if_not_found=False
        )
        if template and ids:
            reachable = self.browse(ids).filtered("owner_id.email")
            template.send_mail_batch(
                reachable.ids, email_layout_xmlid="mail.mail_notification_light"
            )

    def _mail_get_partner_fields(self, introspect_fields=False):
        """A question is between colleagues: the payee is never written to."""
        return []

    def _page_url(self):
        """The address of the page on which it is answered."""
        return f"{self.get_base_url()}/returns/approval/{self.id}"
