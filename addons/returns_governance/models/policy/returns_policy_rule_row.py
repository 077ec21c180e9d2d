from odoo import api, fields, models

from .rule_fields import PARTS


class ReturnsPolicyRuleRow(models.AbstractModel):
    """Base of the lists below a rule: fees, levels, dispositions ...

    What a row says stands in ``rule_fields.PARTS``.
    """

    _name = "returns.policy.rule.row"
    _description = "Row of a policy rule"
    _inherit = ["returns.policy.part"]
    _policy_parent = "rule_id"

    # The field of the rule that lists these rows.
    _part = None

    rule_id = fields.Many2one(
        "returns.policy.rule",
        required=True,
        ondelete="cascade",
        index=True,
    )

    @api.constrains(lambda self: PARTS[self._part])
    def _check_sense(self):
        """A row alone can make its rule senseless.

        The context is only a promise that the rule is judged afterwards; who breaks it
        cannot publish the version, since that compiles the rules.
        """
        if not self.env.context.get("returns_with_rule"):
            self.rule_id._check_sense()

    def _content(self, columns):
        """What the row says, for the fingerprint; what is not set is left out."""
        values = [
            self[name].id if self._fields[name].type == "many2one" else self[name]
            for name in columns
        ]
        while values and not values[-1]:
            values.pop()
        return values

    def _label(self, name):
        """The reader's word for a selection of this row."""
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")
