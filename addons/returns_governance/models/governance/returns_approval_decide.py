from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...guard import deny, refuse
from .returns_approval import QUIET

# Events by which a person takes part in what is to be approved.
TAKING_PART = ("requested", "inspected", "corrected", "overridden")


class ReturnsApproval(models.Model):
    """Who may answer, and what an answer does."""

    _inherit = "returns.approval"

    can_approve = fields.Boolean(
        "For me", compute="_compute_can", search="_search_can_approve"
    )
    can_refuse = fields.Boolean(compute="_compute_can")

    @api.depends("state", "role", "escalated_from", "level_ids.state")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        given = self.env["returns.delegation"]._of(user)
        for approval in self:
            waits = approval.state == "open"
            stand_in = approval._right_of(user, given) if waits else user.browse()
            barred = approval._barred(user, given) if waits else ""
            approval.can_approve = bool(stand_in) and not barred
            # Whoever has a hand in it may take it back.
            approval.can_refuse = waits and bool(
                stand_in or user in approval._involved()
            )

    def _search_can_approve(self, operator, value):
        if operator != "in" or set(value) not in ({True}, {False}):
            return NotImplemented
        waiting = self.search([("state", "=", "open")])
        mine = waiting.filtered("can_approve")
        return [("id", "in" if True in value else "not in", mine.ids)]

    # --- who may ----------------------------------------------------------------------
    def _groups(self):
        """The groups whose people decide the level that is open now."""
        ref = self.env["ir.model.data"]._xmlid_to_res_id
        return {
            ref(f"returns_governance.group_{role}")
            for role in (self.role or "manager", self.escalated_from)
            if role
        }

    def _right_of(self, user, given):
        """Whose right ``user`` decides by: their own, or a person's who is away.

        :param given: all delegations to the user
        :return: the user, the person in whose place they decide, or nobody
        """
        # sudo: which roles people have is no secret here, their records are
        groups, user = self._groups(), user.sudo()
        if groups & set(user.all_group_ids.ids):
            return user
        away = given._people(self.company_id) - self.sudo()._involved()
        away -= self._answered_by()
        return away.filtered(lambda person: groups & set(person.all_group_ids.ids))[:1]

    def _involved(self):
        """Users who may not approve it: who asked, made, changed or inspected it."""
        # sudo: who took part counts, whatever of it the user can see
        approval = self.sudo()
        order = approval.order_id
        users = approval.requested_by_id | approval.editor_ids
        users |= order.create_uid | order.editor_ids
        return users | order.event_ids.filtered(lambda e: e.what in TAKING_PART).user_id

    def _answered_by(self):
        """Who has answered a level of this round, or was stood in for."""
        # sudo: as in _involved
        answered = self.sudo()._standing_levels().filtered("decided_by_id")
        return answered.decided_by_id | answered.for_user_id

    def _barred(self, user, given):
        """Why the four eyes are not four if ``user`` approves, or ''."""
        involved = self._involved()
        if user in involved:
            return self.env._("you asked for it or had a hand in it")
        if user in self._answered_by():
            return self.env._("you have answered another level of it")
        asked_at = self.create_date or fields.Datetime.now()
        for person in given._people_since(self.company_id, asked_at) & involved:
            return self.env._(
                "you stand in for %(person)s, who asked for it or had a hand in it",
                person=person.name,
            )
        return ""

    # --- decide -----------------------------------------------------------------------
    @patient
    def action_approve(self, reason=None):
        """Approve as another person; after the last level the flow goes on by itself.

        :param str reason: why; may also come as ``returns_reason`` in the context
        :return: True
        :raise AccessError: the user may not decide
        :raise UserError: SELF_APPROVAL, or RETURN_STATE where it is decided already
        """
        self._check_open()
        given = self.env["returns.delegation"]._of(self.env.user)
        for approval in self:
            barred = approval._barred(self.env.user, given)
            if not approval._right_of(self.env.user, given):
                deny(
                    self.env._(
                        "%(name)s: it is for the role %(role)s to approve. Ask one of "
                        "them: %(who)s.",
                        name=approval.display_name,
                        role=approval._role_words(),
                        who=approval.who_can,
                    )
                )
            if barred:
                refuse(
                    "SELF_APPROVAL",
                    self.env._(
                        "%(name)s: %(why)s. Somebody else has to approve (%(who)s); "
                        "you may refuse it.",
                        name=approval.display_name,
                        why=barred,
                        who=approval.who_can,
                    ),
                )
        self._decide("approved", reason, given)
        return True

    @patient
    def action_refuse(self, reason=None):
        """Refuse; who asked may take the question back in this way too.

        :param str reason: why; may also come as ``returns_reason`` in the context
        :return: True
        """
        self._check_open()
        for approval in self:
            if not approval.can_refuse:
                deny(
                    self.env._(
                        "%(name)s: only the role %(role)s, or who asked, refuses it.",
                        name=approval.display_name,
                        role=approval._role_words(),
                    )
                )
        given = self.env["returns.delegation"]._of(self.env.user)
        self._decide("refused", reason, given)
        return True

    def _check_open(self):
        self.check_access("read")
        for approval in self:
            if approval.state != "open":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s was answered already by %(who)s.",
                        name=approval.display_name,
                        who=approval.decided_by_id.name or self.env._("the system"),
                    ),
                )

    def _decide(self, state, reason, given):
        """Write the answers and let the flow go on; rights were checked."""
        reason = reason or self.env.context.get("returns_reason") or False
        stand_ins = {
            approval: approval._right_of(self.env.user, given) - self.env.user
            for approval in self
        }
        # sudo: the decider may decide, and the step that follows is the machine's
        for approval, person in stand_ins.items():
            approval.sudo()._answer_level(state, reason, person)
        decided = self.sudo().with_context(**QUIET)
        ended = decided.filtered(
            lambda row: state == "refused" or row.level == row.level_count
        )
        (decided - ended)._next_level(reason)
        self._end(ended, state, reason)

    def _end(self, ended, state, reason):
        """The last answer was given: write it, tell it and go on."""
        if not ended:
            return
        ended._finish(state, reason)
        refunds = ended.filtered(lambda row: row.kind == "refund")
        if state == "approved":
            for approval in refunds:
                approval.order_id._machine_write({"approved_amount": approval.amount})
        ended._log("approved" if state == "approved" else "approval_refused", reason)
        self.env["returns.step.approve"]._go_on(ended)

    def _answer_level(self, state, reason, person):
        """Keep the answer to the level that is open now."""
        current = self._standing_levels().filtered(lambda row: row.state == "open")
        current._machine_write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "for_user_id": person.id,
                "decided_at": fields.Datetime.now(),
                "reason": reason,
                "amount": self.amount,
            }
        )
        self._machine_write({"for_user_id": person.id})

    def _next_level(self, reason):
        """The next role is asked, with its own time to answer."""
        if not self:
            return
        self._log("level_approved", reason)
        for approval in self:
            number = approval.level + 1
            following = approval._standing_levels().filtered(
                lambda row, number=number: row.number == number
            )
            following._machine_write({"state": "open"})
            approval._machine_write(
                {
                    "level": number,
                    "role": following.role,
                    "owner_id": False,
                    "for_user_id": False,
                    "escalated_from": False,
                    "due_at": approval._due(approval.company_id),
                }
            )
        self._put_away()
        self._wake()

    def _log(self, what, reason):
        self.env["returns.event"]._log(
            [
                {
                    "order": approval.order_id,
                    "what": what,
                    "why": reason,
                    "data": approval._event_data(),
                }
                for approval in self
                if approval.order_id
            ]
        )

    def _event_data(self):
        data = {"approval": self.id, "kind": self.kind, "amount": self.amount}
        if self.level_count > 1:
            data.update(level=self.level, levels=self.level_count)
        if self.for_user_id:
            data["for"] = self.for_user_id.id
        return data

    def _finish(self, state, reason):
        if not self:
            return
        self._machine_write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "reason": reason,
            }
        )
        if state != "approved":
            self._standing_levels().filtered(
                lambda row: row.state in ("open", "waiting")
            )._machine_write({"state": "withdrawn"})
        self._put_away()

    def _put_away(self):
        """Nobody has to look at it any more: to-dos and exceptions go."""
        # sudo: the to-do is another person's
        self.sudo().activity_ids.unlink()
        self.env["returns.exception"]._clear(
            "approval_overdue",
            [f"approval {approval.id}" for approval in self],
            self.env._("Decided"),
        )
