from odoo import fields, models


class ReturnsPolicyRuleDisposition(models.Model):
    """Where a rule sends goods that were found in one condition."""

    _name = "returns.policy.rule.disposition"
    _description = "Disposition by condition"
    _inherit = ["returns.policy.part"]
    _order = "rule_id, condition_sequence, id"
    _policy_parent = "rule_id"

    rule_id = fields.Many2one(
        "returns.policy.rule",
        required=True,
        ondelete="cascade",
        index=True,
    )
    condition_id = fields.Many2one(
        "returns.condition",
        "Found in condition",
        required=True,
        ondelete="restrict",
    )
    condition_sequence = fields.Integer(related="condition_id.sequence", store=True)
    disposition_id = fields.Many2one(
        "returns.disposition",
        required=True,
        ondelete="restrict",
    )

    _condition_uniq = models.Constraint(
        "unique (rule_id, condition_id)",
        "A rule can name one disposition for each condition.",
    )
