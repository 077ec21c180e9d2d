from odoo import fields, models

from ...const import APPROVAL_ROLES


class ReturnsPolicyRuleLevel(models.Model):
    """Who approves a refund above an amount."""

    _name = "returns.policy.rule.level"
    _description = "Level of approval"
    _inherit = ["returns.policy.rule.row"]
    _order = "rule_id, above, id"
    _part = "level_ids"

    above = fields.Float(
        required=True, help="Refund with tax, in the company's currency."
    )
    role = fields.Selection(APPROVAL_ROLES, "Approved by", required=True)
