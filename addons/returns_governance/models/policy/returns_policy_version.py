import hashlib
import json

from odoo import api, fields, models, tools
from odoo.tools.misc import format_datetime

from ...const import POLICY_VERSION_STATE
from ...engine.disposition import dispose
from ...engine.eligibility import compile_rules, decide_line
from ...engine.errors import EngineError
from ...engine.outcomes import plain
from ...guard import deny, refuse
from .rule_fields import LISTS, PARTS


class ReturnsPolicyVersion(models.Model):
    """One edition of a policy: draft, then published and never changed, then retired.

    A return keeps the version that decided it. To change a policy, make a new version
    of it; returns that are under way go on under the old one.
    """

    _name = "returns.policy.version"
    _description = "Version of a return policy"
    _inherit = ["returns.guarded"]
    _order = "policy_id, number desc, id desc"
    _rec_names_search = ["policy_id.name", "policy_id.code"]
    _machine_fields = frozenset(
        {
            "state",
            "number",
            "published_by",
            "published_at",
            "retired_at",
            "content_digest",
        }
    )

    policy_id = fields.Many2one(
        "returns.policy",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    number = fields.Integer(
        "Version",
        readonly=True,
        copy=False,
        help="Given when it is published.",
    )
    state = fields.Selection(
        POLICY_VERSION_STATE,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    date_from = fields.Datetime(
        "In force from",
        copy=False,
        help="Decides returns that are asked for from this moment on. Empty: from the "
        "moment of publishing.",
    )
    published_by = fields.Many2one(
        "res.users", "Published by", readonly=True, copy=False
    )
    published_at = fields.Datetime("Published on", readonly=True, copy=False)
    retired_at = fields.Datetime("Retired on", readonly=True, copy=False)
    content_digest = fields.Char(
        readonly=True,
        copy=False,
        help="Fingerprint of the rules at publishing; an audit compares it.",
    )
    rule_ids = fields.One2many(
        "returns.policy.rule",
        "version_id",
        "Rules",
        copy=True,
    )
    rule_count = fields.Integer(compute="_compute_rule_count")
    note = fields.Text("What is new", copy=False)
    in_force = fields.Boolean(compute="_compute_in_force")

    _number_uniq = models.UniqueIndex(
        "(policy_id, number) WHERE state != 'draft'",
        "Another version of this policy has this number already. Publish again.",
    )

    @api.depends("policy_id.name", "number", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            name = version.policy_id.name or ""
            if version.state == "draft":
                version.display_name = self.env._("%(policy)s, draft", policy=name)
            else:
                version.display_name = self.env._(
                    "%(policy)s, version %(number)s", policy=name, number=version.number
                )

    @api.depends("rule_ids")
    def _compute_rule_count(self):
        for version in self:
            version.rule_count = len(version.rule_ids)

    @api.depends("policy_id.current_version_id")
    def _compute_in_force(self):
        for version in self:
            version.in_force = version == version.policy_id.current_version_id

    # --- what is published stays as it is ---------------------------------------------
    def write(self, vals):
        if vals.keys() - self._all_machine_fields():
            self._check_is_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_is_draft()

    def _check_is_draft(self):
        """Refuse a change of what was published, naming the version and the way out."""
        # sudo: a version of another company is as immutable as one's own
        fixed = self.sudo().filtered(lambda version: version.state != "draft")
        if fixed:
            refuse(
                "POLICY_IMMUTABLE",
                self.env._(
                    "%(versions)s is published and decides returns, so neither it "
                    "nor its rules can be changed or deleted. Make a new version of "
                    "the policy, change that, and publish it.",
                    versions=", ".join(fixed.mapped("display_name")),
                ),
            )

    def _content_digest(self):
        """The fingerprint of the rules, by the ids of what they name (SHA-256).

        Values that are not set are left out, so that fields which a later release adds
        do not change it.
        """
        return hashlib.sha256(self._content_text().encode()).hexdigest()

    def _content_text(self):
        """What the fingerprint is taken of."""
        self.ensure_one()
        return json.dumps(self._content_parts(), sort_keys=True, separators=(",", ":"))

    def _content_parts(self):
        rules = self._whole_rules().sorted("code")
        return {
            "policy": self.policy_id.id,
            "rules": [rule._content() for rule in rules],
        }

    def _changed_behind_our_back(self):
        """The published versions whose rules are not what they were at publishing."""
        return self.filtered(
            lambda v: v.state != "draft" and v.content_digest != v._content_digest()
        )

    # --- publish, retire, go on -------------------------------------------------------
    def action_publish(self):
        """Put these drafts in force. Only for managers; cannot be undone.

        :raises UserError: POLICY_IMMUTABLE for what is published already, BAD_REQUEST
            where rules are missing or the date is not possible
        """
        self._check_manager()
        for version in self:
            version._publish()
        return True

    def action_retire(self):
        """Take these versions out of force for new returns. Only for managers.

        Returns that they decided keep them.
        """
        self._check_manager()
        for version in self:
            if version.state != "published":
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(version)s is not published, so it cannot be retired.",
                        version=version.display_name,
                    ),
                )
        self._machine_write({"state": "retired", "retired_at": fields.Datetime.now()})
        return True

    def action_new_version(self):
        """Open a new draft with the rules of this version."""
        self.ensure_one()
        self.check_access("read")
        self.browse().check_access("create")
        self._whole_rules()
        # sudo: a rule whose channel the user may not see must not be copied as a rule
        # for every channel
        return self.sudo().copy().sudo(False)._action_open()

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "name": self.display_name,
        }

    def _check_manager(self):
        manager = self.env.user.has_group("returns_governance.group_manager")
        if not (manager or self.env.su):
            deny(
                self.env._(
                    "Only a returns manager can publish or retire a policy. Ask one to "
                    "look at your draft."
                )
            )
        self.check_access("write")

    def _publish(self):
        self._check_is_draft()
        self._check_complete()
        now = fields.Datetime.now()
        # sudo: every version of the policy counts
        earlier = self.sudo().search(
            [("policy_id", "=", self.policy_id.id), ("state", "!=", "draft")]
        )
        self._check_date(earlier, now)
        self._machine_write(
            {
                "date_from": self.date_from or now,
                "state": "published",
                "number": max(earlier.mapped("number"), default=0) + 1,
                "published_by": self.env.uid,
                "published_at": now,
                "content_digest": self._content_digest(),
            }
        )

    def _check_complete(self):
        if not self.rule_ids:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s has no rules yet. Add at least one before publishing.",
                    version=self.display_name,
                ),
            )
        try:
            self._compile()
        except EngineError as error:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s cannot be published: %(problem)s.",
                    version=self.display_name,
                    problem=error,
                ),
            )

    def _check_date(self, earlier, now):
        """A version begins now or later, and not before the one that it follows."""
        start = self.date_from or now
        if start < now:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s cannot be in force from the past (%(date)s): returns "
                    "were decided since then. Leave the date empty to begin at once.",
                    version=self.display_name,
                    date=format_datetime(self.env, start),
                ),
            )
        last = max(
            (v for v in earlier if v.state == "published"),
            key=lambda v: v.date_from,
            default=self.browse(),
        )
        if last and start < last.date_from:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(version)s would begin before %(last)s, which begins on "
                    "%(date)s. Choose a later date, or retire that version first.",
                    version=self.display_name,
                    last=last.display_name,
                    date=format_datetime(self.env, last.date_from),
                ),
            )

    # --- what the engine makes of it --------------------------------------------------
    def _rulebook(self):
        """The compiled rules; of a published version kept by every worker.

        :rtype: engine.rulebook.RuleBook
        """
        if not self:
            refuse(
                "RETURN_NOT_ELIGIBLE",
                self.env._(
                    "No return policy is in force for this company and channel. Ask a "
                    "returns manager to publish one."
                ),
            )
        self.ensure_one()
        version = self.with_context(lang=None)
        # sudo: whoever handles a return is decided upon, though not shown, the policy
        known = version.sudo()
        if known.state == "draft":
            return version._compile()
        return version._compiled(known.content_digest)

    @tools.ormcache("self.id", "digest")
    def _compiled(self, digest):
        """`_compile`, kept by what was published (returns.coded: renamed codes)."""
        return self._compile()

    def _compile(self):
        return compile_rules(self._whole_rules()._to_engine())

    def _whole_rules(self):
        """All rules with all that they name, read anew.

        A list is cached as its first reader in the transaction may see it. Who is
        bound to a channel must not make a rule for another channel fit everything.
        """
        # sudo: see above; what decides is the whole policy
        version = self.sudo()
        version.invalidate_recordset(["rule_ids"])
        rules = version.rule_ids
        rules.invalidate_recordset([*LISTS, *PARTS])
        return rules

    def _decide(self, specs):
        """Decide many lines at once; writes nothing.

        :param list specs: see ``returns.facts._of``
        :rtype: list of engine.eligibility.Decision
        """
        book = self._rulebook()
        known = self.env["returns.facts"]._of(specs, book.asked)
        return [decide_line(facts, book) for facts in known]

    def _dispose(self, specs):
        """Say where inspected goods go, many at once; writes nothing.

        :param list specs: see ``returns.facts._of``; each with its ``condition``
        :rtype: list of engine.disposition.DispositionVerdict
        """
        book = self._rulebook()
        known = self.env["returns.facts"]._of(specs, book.asked)
        return [dispose(facts, rules=book, quantity=facts.quantity) for facts in known]

    @api.model
    def _plain_outcomes(self, decision):
        """The outcomes of a decision as JSON can carry them."""
        return {key: plain(value) for key, value in decision.outcomes.items()}
