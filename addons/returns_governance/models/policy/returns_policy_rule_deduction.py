from odoo import fields, models


class ReturnsPolicyRuleDeduction(models.Model):
    """What a rule takes off the refund of goods found in one condition."""

    _name = "returns.policy.rule.deduction"
    _description = "Deduction by condition"
    _inherit = ["returns.policy.rule.row"]
    _order = "rule_id, condition_sequence, id"
    _part = "deduction_ids"

    condition_id = fields.Many2one(
        "returns.condition",
        "Found in condition",
        required=True,
        ondelete="restrict",
    )
    condition_sequence = fields.Integer(related="condition_id.sequence", store=True)
    percent = fields.Float(
        "Percent", help="Of the refund. 0 says that nothing is taken off."
    )

    _condition_uniq = models.Constraint(
        "unique (rule_id, condition_id)",
        "A rule can name one deduction for each condition.",
    )
