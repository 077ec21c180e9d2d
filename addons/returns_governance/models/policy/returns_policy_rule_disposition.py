from odoo import fields, models


class ReturnsPolicyRuleDisposition(models.Model):
    """Where a rule sends goods that were found in one condition."""

    _name = "returns.policy.rule.disposition"
    _description = "Disposition by condition"
    _inherit = ["returns.policy.rule.row"]
    _order = "rule_id, condition_sequence, value_min, id"
    _part = "disposition_ids"

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
    value_min = fields.Float(
        "One unit worth from",
        help="Paid for one unit, with tax, in the company's currency. 0: no limit.",
    )
    value_below = fields.Float("and below", help="0: no limit.")

    def _worth_words(self, conditions):
        """ "Used worth at least 20.00 €"; the conditions alone without a limit."""
        say = self.rule_id._money
        low, below = self.value_min, self.value_below
        if low and below:
            return self.env._(
                "%(conditions)s worth %(low)s up to below %(below)s each",
                conditions=conditions,
                low=say(low),
                below=say(below),
            )
        if low:
            return self.env._(
                "%(conditions)s worth at least %(low)s each",
                conditions=conditions,
                low=say(low),
            )
        if below:
            return self.env._(
                "%(conditions)s worth less than %(below)s each",
                conditions=conditions,
                below=say(below),
            )
        return conditions
