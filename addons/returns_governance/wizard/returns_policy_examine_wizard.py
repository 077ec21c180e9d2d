from odoo import api, fields, models


class ReturnsPolicyExamineWizard(models.TransientModel):
    """What is wrong with the rules of a version; writes nothing."""

    _name = "returns.policy.examine.wizard"
    _description = "Mistakes in policy rules"

    version_id = fields.Many2one(
        "returns.policy.version", required=True, ondelete="cascade"
    )
    findings = fields.Html(compute="_compute_findings", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        values.setdefault("version_id", self.env.context.get("active_id"))
        return values

    @api.depends("version_id")
    @api.depends_context("lang")
    def _compute_findings(self):
        reader = self.env["returns.policy.examine"]
        for dialog in self:
            version = dialog.version_id
            dialog.findings = version and reader._html(version._origin)
