from odoo import fields, models

from ...const import EVIDENCE_KINDS


class ReturnsPolicyRuleEvidence(models.Model):
    """One kind of file that a rule asks for."""

    _name = "returns.policy.rule.evidence"
    _description = "Evidence asked by a rule"
    _inherit = ["returns.policy.rule.row"]
    _order = "rule_id, id"
    _part = "evidence_ids"

    kind = fields.Selection(EVIDENCE_KINDS, required=True, default="image")
    count = fields.Integer("At least", required=True, default=1)
    megabytes = fields.Float("Megabytes at most", help="Of each file. 0: any size.")
