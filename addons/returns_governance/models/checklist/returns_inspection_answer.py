from odoo import api, fields, models


class ReturnsInspectionAnswer(models.Model):
    """What was answered to a question of a checklist, with the finding it goes with."""

    _name = "returns.inspection.answer"
    _description = "Answer at an inspection"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"
    _rec_name = "question_id"

    inspection_id = fields.Many2one(
        "returns.inspection", "Finding", required=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(related="inspection_id.order_id", store=True, index=True)
    line_id = fields.Many2one(related="inspection_id.line_id", store=True)
    company_id = fields.Many2one(
        related="inspection_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(related="inspection_id.product_id")
    user_id = fields.Many2one(related="inspection_id.user_id", string="Who")
    version_id = fields.Many2one(
        "returns.checklist.version", "Checklist", required=True, ondelete="restrict"
    )
    question_id = fields.Many2one(
        "returns.checklist.question", "Question", required=True, ondelete="restrict"
    )
    value = fields.Text(
        required=True, help="As it is kept: the same in every language."
    )
    words = fields.Char("Answer", compute="_compute_words", compute_sudo=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "returns_inspection_answer_photo_rel",
        "answer_id",
        "attachment_id",
        string="Photos",
        bypass_search_access=True,
    )
    corrected = fields.Boolean(compute="_compute_corrected")

    @api.depends("value", "question_id")
    @api.depends_context("lang")
    def _compute_words(self):
        for answer in self:
            answer.words = answer._say()

    @api.depends("inspection_id.reversed_by_ids")
    def _compute_corrected(self):
        for answer in self:
            answer.corrected = bool(answer.inspection_id.reversed_by_ids)

    def _tell(self):
        """Checklist, question and answer in one line, for the story of a return."""
        question = self.question_id.name
        return f"{self.version_id.display_name}: {question} {self.words}"

    def _say(self):
        """The answer in the reader's words."""
        kind = self.question_id.kind
        if kind == "yes_no":
            return self.env._("Yes") if self.value == "yes" else self.env._("No")
        if kind == "choice":
            return dict(self.question_id._choices()).get(self.value, self.value)
        if kind == "photo":
            count = len(self.value.split())
            one = self.env._("1 photo")
            return one if count == 1 else self.env._("%s photos", count)
        return self.value
