from odoo import api, fields, models, tools
from odoo.tools.misc import format_datetime

from ...engine.disposition import dispose
from ...engine.eligibility import compile_rules, decide_line
from ...engine.errors import EngineError
from ...engine.outcomes import plain
from ...guard import refuse
from .rule_fields import LISTS, PARTS


class ReturnsPolicyVersion(models.Model):
    """One edition of a policy: draft, then published and never changed, then retired.

    A return keeps the version that decided it. To change a policy, make a new version
    of it; returns that are under way go on under the old one.
    """

    _name = "returns.policy.version"
    _description = "Version of a return policy"
    _inherit = ["returns.edition"]
    _edition_of = "policy_id"
    _order = "policy_id, number desc, id desc"
    _rec_names_search = ["policy_id.name", "policy_id.code"]

    policy_id = fields.Many2one(
        "returns.policy",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    date_from = fields.Datetime(
        "In force from",
        copy=False,
        help="Decides returns that are asked for from this moment on. Empty: from the "
        "moment of publishing.",
    )
    rule_ids = fields.One2many(
        "returns.policy.rule",
        "version_id",
        "Rules",
        copy=True,
    )
    rule_count = fields.Integer(compute="_compute_rule_count")
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
    def _fixed_words(self, names):
        return self.env._(
            "%(versions)s is published and decides returns, so neither it "
            "nor its rules can be changed or deleted. Make a new version of "
            "the policy, change that, and publish it.",
            versions=names,
        )

    def _content_parts(self):
        rules = self._whole_rules().sorted("code")
        return {
            "policy": self.policy_id.id,
            "rules": [rule._content() for rule in rules],
        }

    # --- publish, retire, go on -------------------------------------------------------
    def action_publish(self):
        """Put these drafts in force. Only for managers; cannot be undone.

        :raises UserError: POLICY_IMMUTABLE for what is published already, BAD_REQUEST
            where rules are missing or the date is not possible
        """
        return self._publish_all()

    def action_retire(self):
        """Take these versions out of force for new returns. Only for managers.

        Returns that they decided keep them.
        """
        return self._retire_all()

    def action_new_version(self):
        """Open a new draft with the rules of this version."""
        self.ensure_one()
        self.check_access("read")
        self.browse().check_access("create")
        self._whole_rules()
        # sudo: a rule whose channel the user may not see must not be copied as a rule
        # for every channel
        return self.sudo().copy().sudo(False)._action_open()

    def _manager_words(self):
        return self.env._(
            "Only a returns manager can publish or retire a policy. Ask one to "
            "look at your draft."
        )

    def _publish(self):
        self._check_is_draft()
        self._check_complete()
        earlier = self._earlier()
        now = fields.Datetime.now()
        self._check_date(earlier, now)
        self._put_in_force(earlier, date_from=self.date_from or now)

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
