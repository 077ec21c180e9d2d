from odoo import fields, models


class ResCompany(models.Model):
    """Whether a company's policies need a second pair of eyes."""

    _inherit = "res.company"

    returns_policy_four_eyes = fields.Boolean(
        "Four eyes for policies",
        default=True,
        help="Who wrote a version of a policy cannot publish it; another manager does.",
    )

    def write(self, vals):
        """Leave a trace on the policies when the rule of four eyes is switched."""
        before = {company: company.returns_policy_four_eyes for company in self}
        result = super().write(vals)
        if "returns_policy_four_eyes" in vals:
            for company, was in before.items():
                if company.returns_policy_four_eyes != was:
                    company._tell_of_four_eyes()
        return result

    def _tell_of_four_eyes(self):
        # sudo: the trace stands on every policy that the company's returns go by,
        # whether or not the administrator who switches it may read them
        policies = self.env["returns.policy"].sudo()
        policies = policies.with_context(active_test=False).search(
            [("company_id", "in", (False, self.id))]
        )
        if self.returns_policy_four_eyes:
            text = self.env._(
                "%s asks again for four eyes: who wrote a version cannot publish it.",
                self.name,
            )
        else:
            text = self.env._(
                "%s does without four eyes: who wrote a version can publish it.",
                self.name,
            )
        author = self.env.user.partner_id.id
        for policy in policies:
            policy.message_post(body=text, author_id=author)


class ReturnsPolicy(models.Model):
    """The trace of what concerns all versions of a policy."""

    _name = "returns.policy"
    _inherit = ["returns.policy", "mail.thread"]


class ResConfigSettings(models.TransientModel):
    """The choice in the settings of the app."""

    _inherit = "res.config.settings"

    returns_policy_four_eyes = fields.Boolean(
        related="company_id.returns_policy_four_eyes", readonly=False
    )
