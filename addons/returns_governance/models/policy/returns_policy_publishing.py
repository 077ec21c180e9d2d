import base64
import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...guard import refuse


class ReturnsPolicyVersion(models.Model):
    """Who wrote a version, what it was tried with, and who let it into force."""

    _name = "returns.policy.version"
    _inherit = ["returns.policy.version", "mail.thread", "mail.activity.mixin"]
    _machine_fields = frozenset({"proposed_by", "proposed_at"})

    test_ids = fields.One2many(
        "returns.policy.test", "version_id", "Test cases", copy=True
    )
    test_count = fields.Integer("Number of cases", compute="_compute_tests")
    test_failed_count = fields.Integer("Cases that fail", compute="_compute_tests")
    # The table has the name that it always had.
    author_ids = fields.Many2many(
        relation="returns_policy_author_rel",
        help="Whoever made this version or changed it, its rules or its cases.",
    )
    proposed_by = fields.Many2one("res.users", "Proposed by", readonly=True, copy=False)
    proposed_at = fields.Datetime("Proposed on", readonly=True, copy=False)
    policy_file = fields.Binary(compute="_compute_policy_file", attachment=False)
    policy_file_name = fields.Char(compute="_compute_policy_file_name")

    @api.depends("test_ids.result")
    def _compute_tests(self):
        for version in self:
            version.test_count = len(version.test_ids)
            failed = version.test_ids.filtered(lambda case: case.result != "green")
            version.test_failed_count = len(failed)

    def _compute_policy_file(self):
        for version in self:
            try:
                text = self.env["returns.policy.file"]._text(version)
            except UserError:  # the button says what has no name yet
                version.policy_file = False
            else:
                version.policy_file = base64.b64encode(text.encode())

    @api.depends("policy_id.code", "number")
    def _compute_policy_file_name(self):
        for version in self:
            number = f"-v{version.number}" if version.number else "-draft"
            version.policy_file_name = f"{version.policy_id.code}{number}.yaml"

    def action_export(self):
        """Give the version as a file that people and other databases can read."""
        self.ensure_one()
        # told here, and not as an error page of the download
        self.env["returns.policy.file"]._text(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/policy_file"
            "?filename_field=policy_file_name&download=true",
            "target": "download",
        }

    # --- before it is published -------------------------------------------------------
    def action_run_tests(self):
        """Run the test cases and say what came; nothing is written."""
        self.ensure_one()
        self.check_access("read")
        self.test_ids.invalidate_recordset(["result", "result_words"])
        failed = self.test_ids.filtered(lambda case: case.result != "green")
        if not self.test_ids:
            message = self.env._(
                "There is no test case yet. Add one: a return as people describe it, "
                "and what should come out."
            )
        elif failed:
            message = self._cases_in_words(failed)
        else:
            message = self.env._(
                "All %s test cases come out as expected.", len(self.test_ids)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if failed else "success",
                "message": message,
                "sticky": bool(failed),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_propose(self):
        """Ask the managers who did not write this version to publish it.

        :raises UserError: POLICY_IMMUTABLE, or BAD_REQUEST where it cannot be published
        """
        self.check_access("write")
        for version in self:
            version._check_is_draft()
            version._check_complete()
            version._check_tests()
            version._propose()
        return True

    def _propose(self):
        self._machine_write(
            {"proposed_by": self.env.uid, "proposed_at": fields.Datetime.now()}
        )
        self.message_post(body=self.env._("Proposed for publishing."))
        others = self._managers() - self._authors()
        # sudo: who proposes may be unable to give a manager something to do
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        for user in others:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Publish this policy, or say what to change"),
            )

    def _check_tests(self):
        """Refuse to publish what does not come out as its author meant."""
        self.test_ids.invalidate_recordset(["result", "result_words"])
        failed = self.test_ids.filtered(lambda case: case.result != "green")
        if failed:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s cannot be published while a test case fails. Correct "
                    "the rules or the case:\n%(cases)s",
                    version=self.display_name,
                    cases=self._cases_in_words(failed),
                ),
            )

    def _cases_in_words(self, cases):
        return "\n".join(
            self.env._("%(case)s. %(result)s", case=c.name, result=c.result_words)
            for c in cases
        )

    def _how_to_ask(self):
        return self.env._("Press Propose to ask. ")

    def _publish(self):
        self._check_is_draft()
        self._check_four_eyes()
        self._check_tests()
        result = super()._publish()
        # sudo: what managers were asked to do is done
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        self._tell_of_publishing()
        return result

    def _tell_of_publishing(self):
        """The trace: who wrote, who proposed, who published, and with what."""
        names = self._authors().sudo().mapped("name")
        lines = [
            self.env._("Published as version %s.", self.number),
            self.env._("Written by: %s", ", ".join(names) or self.env._("the app")),
        ]
        if self.proposed_by:
            lines.append(self.env._("Proposed by: %s", self.proposed_by.sudo().name))
        lines += [
            self.env._("Test cases, all as expected: %s", len(self.test_ids)),
            self.env._("Fingerprint: %s", self.content_digest),
        ]
        body = Markup("<br/>").join(lines)
        self.message_post(body=body)

    def action_retire(self):
        """Also leave a trace of who retired the version."""
        result = super().action_retire()
        for version in self:
            version.message_post(body=self.env._("Retired."))
        return result

    # --- found by the audit -----------------------------------------------------------
    def _content_parts(self):
        """Also the test cases; a version without any keeps its fingerprint."""
        parts = super()._content_parts()
        # sudo: what decides is the whole policy
        if cases := self.sudo().test_ids:
            parts["tests"] = [case._content() for case in cases.sorted("id")]
        return parts

    @api.model
    def _audit_findings(self):
        """What of the published versions was changed behind Odoo's back.

        :return: a dict each, as the check of the audit trail shows it (``kind``,
            ``return``: the name with the rules, ``model``, ``res_id``, ``company_id``),
            with ``version_name``, ``rules`` (codes that were changed, added or
            removed) and ``words`` for people
        :rtype: list of dict
        """
        # sudo: the check looks at every policy
        published = self.sudo().search([("state", "!=", "draft")])
        return [v._finding() for v in published._changed_behind_our_back()]

    def _finding(self):
        rules = self._changed_rules()
        if rules:
            what = self.env._("rules %s", ", ".join(rules))
        else:
            what = self.env._("what belongs to it")
        return {
            "kind": "changed",
            "order_id": False,
            "return": self.env._(
                "%(version)s, %(what)s", version=self.display_name, what=what
            ),
            "number": False,
            "event_id": None,
            "company_id": self.company_id.id,
            "model": self._name,
            "res_id": self.id,
            "version_name": self.display_name,
            "rules": rules,
            "words": self.env._(
                "%(version)s: %(what)s changed after publishing, past the app",
                version=self.display_name,
                what=what,
            ),
        }

    def _changed_rules(self):
        """Codes of the rules that are not what they were at publishing."""
        try:
            before = json.loads(self.content or "{}")
        except ValueError:
            before = {}
        if not before:
            return []
        was, now = (
            {rule["code"]: rule for rule in parts.get("rules", ())}
            for parts in (before, json.loads(self._content_text()))
        )
        return sorted(
            code for code in was.keys() | now.keys() if was.get(code) != now.get(code)
        )
