from datetime import timedelta

from odoo import api, fields, models

from .returns_reason_wizard import KINDS

KINDS["snooze"] = {"returns.exception"}
KINDS["give"] = {"returns.exception"}


class ReturnsReasonWizard(models.TransientModel):
    """Put exceptions off until a moment, or give them to somebody."""

    _inherit = "returns.reason.wizard"

    until = fields.Datetime(
        help="Then it is there again by itself; its due time does not move."
    )
    user_id = fields.Many2one(
        "res.users",
        "For",
        domain="[('all_group_ids', 'in', role_ids)]",
        help="Without a name it is for the whole role again.",
    )
    role_ids = fields.Many2many("res.groups", compute="_compute_role_ids")

    @api.depends("kind")
    @api.depends_context("active_ids", "active_model")
    def _compute_role_ids(self):
        for dialog in self:
            records = dialog._records()
            of_exceptions = records._name == "returns.exception"
            # sudo: the roles of the queue are no secret
            roles = records.sudo().owner_group_id if of_exceptions else False
            dialog.role_ids = roles

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if values.get("kind") == "snooze":
            values["until"] = fields.Datetime.now() + timedelta(days=1)
        return values

    def _question_snooze(self, exceptions):
        words = [
            self.env._(
                "Put %(names)s off? Until then it is out of what is to do.",
                names=self._kinds_in_words(exceptions),
            )
        ]
        if any(exceptions.mapped("by_law")):
            words.append(
                self.env._("The day of the law stays: its clock goes on meanwhile.")
            )
        return " ".join(words)

    def _question_give(self, exceptions):
        return self.env._(
            "Who works on %(names)s?", names=self._kinds_in_words(exceptions)
        )

    def _question_close(self, exceptions):
        question = super()._question_close(exceptions)
        standing = len(exceptions.sudo()._still())  # sudo: the machine looks
        if not standing:
            return question
        return (
            question
            + " "
            + self.env._(
                "The cause of %(count)s still stands: your reason is kept, and it is "
                "not raised again before it changes.",
                count=standing,
            )
        )

    def _kinds_in_words(self, exceptions):
        """*“Wrong item”, 3 × “Parcel lost”* of exceptions."""
        labels = dict(exceptions._fields["code"]._description_selection(self.env))
        groups = exceptions.grouped("code")
        counts = {code: len(group) for code, group in groups.items()}
        return ", ".join(
            f"{count} × “{labels[code]}”" if count > 1 else f"“{labels[code]}”"
            for code, count in counts.items()
        )

    def _do_snooze(self, exceptions):
        return exceptions._snooze(self.until, self.reason)

    def _do_give(self, exceptions):
        return exceptions._give(self.user_id)
