from odoo import fields, models

from ...const import FEE_KINDS, FEE_MODES


class ReturnsPolicyRuleFee(models.Model):
    """A fee that a rule takes."""

    _name = "returns.policy.rule.fee"
    _description = "Fee of a rule"
    _inherit = ["returns.policy.rule.row"]
    _order = "rule_id, id"
    _part = "fee_ids"

    kind = fields.Selection(FEE_KINDS, required=True, default="return_shipping")
    mode = fields.Selection(FEE_MODES, "How", required=True, default="fixed")
    amount = fields.Float(
        "Amount or percent",
        required=True,
        help="Without tax, in the company's currency; or percent of the refund.",
    )

    def _words(self):
        """ "Restocking 10 %", "Return shipping 4.90 € for each parcel"."""
        kind, rule = self._label("kind"), self.rule_id
        if self.mode == "percent":
            return self.env._(
                "%(kind)s %(percent)s %%", kind=kind, percent=rule._number(self.amount)
            )
        amount = rule._money(self.amount)
        if self.mode == "per_parcel":
            return self.env._(
                "%(kind)s %(amount)s for each parcel", kind=kind, amount=amount
            )
        return self.env._("%(kind)s %(amount)s", kind=kind, amount=amount)
