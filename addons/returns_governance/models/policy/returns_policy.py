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
    company_id = fields.Many2one("res.company", help="Empty: for every company.")
    channel_ids = fields.Many2many(
        "returns.channel",
        string="Channels",
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
        self.version_ids._check_is_draft()

    @api.depends("version_ids.state", "version_ids.date_from")
    def _compute_current_version_id(self):
        now = fields.Datetime.now()
        for policy in self:
            policy.current_version_id = policy._version_at(now)

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

    def _version_at(self, moment):
        """The published version in force at ``moment`` (UTC), or an empty record."""
        published = self.version_ids.filtered(
            lambda v: v.state == "published" and v.date_from <= moment
        )
        return published.sorted(lambda v: (v.date_from, v.number))[-1:]

    @api.model
    def _for_return(self, company, channel, moment=None):
        """Return the published version that decides a new return.

        The narrowest policy wins: company and channel, channel, company, neither;
        then the sequence. Empty where nothing is published.
        """
        moment = moment or fields.Datetime.now()
        policies = self.search(
            [
                ("company_id", "in", (False, company.id)),
                "|",
                ("channel_ids", "=", False),
                ("channel_ids", "in", channel.ids),
            ]
        )
        ranked = policies.sorted(
            lambda p: (not p.channel_ids, not p.company_id, p.sequence, p.id)
        )
        for policy in ranked:
            if version := policy._version_at(moment):
                return version
        return self.env["returns.policy.version"]
