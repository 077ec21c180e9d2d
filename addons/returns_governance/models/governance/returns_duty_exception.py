from odoo import api, fields, models

from ...const import DUTY_CONFLICT
from ...guard import refuse

# What stays as it was said.
LOCKED = {"user_id", "conflict", "reason", "until", "accepted_by_id", "ended_on"}


class ReturnsDutyException(models.Model):
    """Somebody may hold two duties for some time, for a reason that is kept."""

    _name = "returns.duty.exception"
    _description = "Accepted conflict of duties"
    _inherit = ["mail.thread"]
    _order = "until desc, id desc"

    user_id = fields.Many2one(
        "res.users", "Who", required=True, index=True, ondelete="cascade"
    )
    conflict = fields.Selection(DUTY_CONFLICT, required=True)
    reason = fields.Char(required=True)
    until = fields.Date(required=True)
    accepted_by_id = fields.Many2one(
        "res.users",
        "Accepted by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    ended_on = fields.Date("Ended early on", readonly=True, copy=False)

    @api.depends("user_id.name", "conflict")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["conflict"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{row.user_id.name}: {kinds.get(row.conflict, '')}"

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        for row in rows:
            row._check_acceptable()
        return rows

    def _check_acceptable(self):
        user = self.env.user
        if self.env.su:
            return
        if self.user_id == user:
            refuse(
                "SELF_APPROVAL",
                self.env._(
                    "Nobody accepts a conflict of their own duties. Ask another "
                    "manager."
                ),
            )
        today = fields.Date.context_today(self)
        if self.accepted_by_id != user or self.ended_on or self.until < today:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "An exception is accepted in your own name, and ends today or "
                    "later."
                ),
            )

    def write(self, vals):
        if vals.keys() & LOCKED and not self.env.su:
            refuse(
                "APPEND_ONLY",
                self.env._(
                    "An exception stays as it was accepted. End it, and accept another "
                    "one."
                ),
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        """What was accepted, by whom and how long, stays known."""
        refuse(
            "APPEND_ONLY",
            self.env._("An exception is part of the history. End it instead."),
        )

    def action_end(self):
        """End these exceptions now: the conflicts are open again.

        :return: True
        """
        self.check_access("write")
        open_rows = self.filtered(lambda row: not row.ended_on)
        # sudo: who may was checked; the field is the machine's
        open_rows.sudo().write({"ended_on": fields.Date.context_today(self)})
        return True
