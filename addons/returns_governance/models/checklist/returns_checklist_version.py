from odoo import api, fields, models

from ...guard import refuse


class ReturnsChecklistVersion(models.Model):
    """One edition of a checklist; an inspection keeps the version that it answered."""

    _name = "returns.checklist.version"
    _description = "Version of a checklist"
    _inherit = ["returns.edition", "returns.audited"]
    _edition_of = "checklist_id"
    _order = "checklist_id, number desc, id desc"
    _rec_names_search = ["checklist_id.name", "checklist_id.code"]

    checklist_id = fields.Many2one(
        "returns.checklist", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="checklist_id.company_id")
    question_ids = fields.One2many(
        "returns.checklist.question", "version_id", "Questions", copy=True
    )
    question_count = fields.Integer(compute="_compute_question_count")
    api_required = fields.Boolean(
        "Also over the API",
        help="Findings that come over the API need the required answers, too. Off: "
        "they are taken as they come, and the answers that fit are kept.",
    )
    in_force = fields.Boolean(compute="_compute_in_force")

    _number_uniq = models.UniqueIndex(
        "(checklist_id, number) WHERE state != 'draft'",
        "Another version of this checklist has this number already. Publish again.",
    )

    @api.depends("checklist_id.name", "number", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            name = version.checklist_id.name or ""
            if version.state == "draft":
                version.display_name = self.env._("%(list)s, draft", list=name)
            else:
                version.display_name = self.env._(
                    "%(list)s v%(number)s", list=name, number=version.number
                )

    def _short_names(self):
        """Code and number of each, the same in every language: for the trail."""
        # sudo: what was asked is part of the story
        return [f"{v.checklist_id.code} v{v.number}" for v in self.sudo()]

    @api.depends("question_ids")
    def _compute_question_count(self):
        for version in self:
            version.question_count = len(version.question_ids)

    @api.depends("checklist_id.current_version_id")
    def _compute_in_force(self):
        for version in self:
            version.in_force = version == version.checklist_id.current_version_id

    def _asked(self):
        """The questions as the dialog shows them, in the reader's language."""
        # sudo: what is asked is told to who answers
        version = self.sudo()
        return {
            "version": version.id,
            "name": version.display_name,
            "questions": [
                {
                    "code": question.code,
                    "text": question.name,
                    "kind": question.kind,
                    "required": question.required,
                    "options": question._choices(),
                    "value": [] if question.kind == "photo" else "",
                }
                for question in version.question_ids
            ],
        }

    def _fixed_words(self, names):
        return self.env._(
            "%(versions)s is published and asked at inspections, so neither it nor its "
            "questions can be changed or deleted. Make a new version of the checklist, "
            "change that, and publish it.",
            versions=names,
        )

    def _manager_words(self):
        return self.env._(
            "Only a returns manager can publish or retire a checklist. Ask one to "
            "look at your draft."
        )

    # --- publish, retire, go on -------------------------------------------------------
    def action_publish(self):
        """Ask these questions from now on. Only for managers; cannot be undone.

        :raises UserError: POLICY_IMMUTABLE for what is published already, BAD_REQUEST
            where a question cannot be answered
        """
        return self._publish_all()

    def action_retire(self):
        """Ask these questions no more. Only for managers."""
        self._retire_all()
        self.env.registry.clear_cache()
        return True

    def action_new_version(self):
        """Open a new draft with the questions of this version."""
        self.ensure_one()
        return self.copy()._action_open()

    def _publish(self):
        self._check_is_draft()
        self._check_four_eyes()
        self._check_complete()
        self._put_in_force(self._earlier())
        self.env.registry.clear_cache()

    def _check_complete(self):
        if not self.question_ids:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s has no questions yet. Add at least one before "
                    "publishing.",
                    version=self.display_name,
                ),
            )
        for question in self.question_ids:
            question._check_complete()

    # --- found by the audit -----------------------------------------------------------
    def _content_parts(self):
        # sudo: what is asked is the whole checklist
        version = self.sudo()
        parts = {
            "checklist": version.checklist_id.id,
            "questions": [
                question._content() for question in version.question_ids.sorted("id")
            ],
        }
        if version.api_required:
            parts["api_required"] = True
        return parts

    @api.model
    def _audit_findings(self):
        # sudo: the check looks at every checklist
        published = self.sudo().search([("state", "!=", "draft")])
        return [
            {
                **version._audit_finding("changed", version.company_id),
                "version_name": version.display_name,
                "words": self.env._(
                    "%(version)s: its questions changed after publishing, past the app",
                    version=version.display_name,
                ),
            }
            for version in published._changed_behind_our_back()
        ]
