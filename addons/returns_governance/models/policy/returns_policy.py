from odoo import api, fields, models


class ReturnsPolicy(models.Model):
    """A named set of rules over time: its versions. The narrowest policy applies."""

    _name = "returns.policy"
    _description = "Return policy"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # Neither a company nor a channel can be deleted under a policy, and an archived
    # channel still counts: without them the policy would be for all.
    company_id = fields.Many2one(
        "res.company", ondelete="restrict", help="Empty: for every company."
    )
    channel_ids = fields.Many2many(
        "returns.channel",
        string="Channels",
        ondelete="restrict",
        context={"active_test": False},
        help="Empty: for every channel.",
    )
    version_ids = fields.One2many("returns.policy.version", "policy_id")
    current_version_id = fields.Many2one(
        "returns.policy.version",
        compute="_compute_current_version_id",
        string="Version in force",
    )
    draft_count = fields.Integer("Drafts", compute="_compute_draft_count")

    _code_uniq = models.Constraint(
        "unique (code)",
        "Another policy has this code already.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        """A policy that decided returns stays; archive it to take it out of force."""
        # sudo: versions that the user cannot see count too
        versions = self.env["returns.policy.version"].sudo()
        versions.search([("policy_id", "in", self.ids)])._check_is_draft()

    @api.depends("version_ids.state", "version_ids.date_from")
    def _compute_current_version_id(self):
        versions = self._versions_at(fields.Datetime.now())
        for policy in self:
            policy.current_version_id = versions.get(policy.id)

    @api.depends("version_ids.state")
    def _compute_draft_count(self):
        for policy in self:
            drafts = policy.version_ids.filtered(lambda v: v.state == "draft")
            policy.draft_count = len(drafts)

    def action_new_version(self):
        """Open a new draft: a copy of the newest version, or an empty one."""
        self.ensure_one()
        published = self.version_ids.filtered(lambda v: v.state != "draft")
        if newest := (published or self.version_ids)[:1]:
            return newest.action_new_version()
        return self.version_ids.create({"policy_id": self.id})._action_open()

    def _versions_at(self, moment):
        """Return {policy id: version in force at ``moment``}, in one query."""
        versions = self.env["returns.policy.version"].search(
            [
                ("policy_id", "in", self.ids),
                ("state", "=", "published"),
                ("date_from", "<=", moment),
            ],
            order="date_from, number",
        )
        return {version.policy_id.id: version for version in versions}

    @api.model
    def _for_return(self, company, channel, moment=None):
        """Return the published version that decides a new return.

        The narrowest policy wins: company and channel, channel, company, neither;
        then the sequence. Empty where nothing is published.
        """
        moment = moment or fields.Datetime.now()
        # sudo: a return is decided by the policy that is for it, whether or not its
        # agent may read that policy. Searched and not read: see _whole_rules.
        Policy = self.sudo()
        of_company = [("company_id", "in", (False, company.id))]
        bound = Policy.search([*of_company, ("channel_ids", "in", channel.ids)])
        free = Policy.search([*of_company, ("channel_ids", "=", False)])
        versions = (bound | free)._versions_at(moment)
        for policies in (bound, free):
            ranked = policies.sorted(lambda p: (not p.company_id, p.sequence, p.id))
            for policy in ranked:
                if version := versions.get(policy.id):
                    return version.with_env(self.env)
        return self.env["returns.policy.version"]
