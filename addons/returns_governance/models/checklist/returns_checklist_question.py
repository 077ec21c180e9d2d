import re

from odoo import api, fields, models

from ...const import QUESTION_KINDS
from ...engine.checklist import read_answer
from ...guard import refuse

MOST_CODE = 40


class ReturnsChecklistQuestion(models.Model):
    """A question of a checklist; part of its version, and frozen with it."""

    _name = "returns.checklist.question"
    _description = "Question of a checklist"
    _inherit = ["returns.policy.part"]
    _policy_parent = "version_id"
    _order = "version_id, sequence, id"

    version_id = fields.Many2one(
        "returns.checklist.version", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    code = fields.Char(
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The short name that other systems answer it by.",
    )
    kind = fields.Selection(
        QUESTION_KINDS, "Answer", required=True, default=QUESTION_KINDS[0][0]
    )
    options = fields.Text(
        "Choices", translate=True, help="One on each line; for a choice of one."
    )
    required = fields.Boolean("Needed", default=True)

    _code_uniq = models.UniqueIndex(
        "(version_id, code)",
        "Two questions of a checklist have the same code. Give one another code.",
    )

    @api.depends("name")
    def _compute_code(self):
        """Made of the words once; a later change of the words leaves it alone."""
        for question in self:
            words = re.sub(r"\W+", "_", (question.name or "").lower()).strip("_")
            question.code = question.code or words[:MOST_CODE]

    def _choices(self):
        """Pairs of what is kept of a choice and what the reader is shown."""
        kept = _lines(self.with_context(lang=None).options)
        shown = _lines(self.options)
        return list(zip(kept, shown if len(shown) == len(kept) else kept, strict=True))

    def _check_complete(self):
        """Refuse to publish a question that cannot be answered alike by everybody."""
        if self.kind != "choice":
            return
        texts = self._fields["options"]._get_stored_translations(self) or {}
        counts = {len(_lines(text)) for text in texts.values()}
        kept = _lines(self.with_context(lang=None).options)
        if len(counts) != 1 or len(set(kept)) < max(2, len(kept)):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s, %(question)s: give at least two different choices, "
                    "one on each line, and as many in each language.",
                    version=self.version_id.display_name,
                    question=self.name,
                ),
            )

    def _read_answer(self, value, photos):
        """The answer as it is kept; see ``engine.checklist``.

        :raises EngineError: it is no answer to this question
        """
        options = [kept for kept, _shown in self._choices()]
        return read_answer(self.kind, value, options, photos)

    def _wanted(self):
        """What answers the question, in words."""
        words = {
            "yes_no": self.env._("yes or no"),
            "choice": self.env._(
                "one of: %s", ", ".join(kept for kept, _shown in self._choices())
            ),
            "number": self.env._("a number"),
            "text": self.env._("a text of up to 1,000 characters"),
            "photo": self.env._("a photo, named as it is sent along"),
        }
        return words[self.kind]

    def _content(self):
        """What the question says, in every language: for the fingerprint."""
        self.ensure_one()
        content = {
            "code": self.code,
            "kind": self.kind,
            "sequence": self.sequence,
            "required": self.required,
        }
        for name in ("name", "options"):
            if texts := self._fields[name]._get_stored_translations(self):
                content[name] = texts
        return content


def _lines(text):
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
