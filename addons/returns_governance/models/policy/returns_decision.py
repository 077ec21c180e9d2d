from odoo import fields, models

from ...const import DECISION_STAGE


class ReturnsDecision(models.Model):
    """Why something was allowed, refused or routed: the engine's verdict as a row."""

    _name = "returns.decision"
    _description = "Decision of a return"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one(
        "returns.order",
        required=True,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one("returns.order.line", ondelete="cascade", index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    stage = fields.Selection(
        DECISION_STAGE,
        required=True,
    )
    version_id = fields.Many2one(
        "returns.policy.version", "Policy", ondelete="restrict"
    )
    eligible = fields.Boolean()
    withdrawal_right = fields.Boolean(
        help="Withdrawn from within the statutory right (engine/law.py)."
    )
    rule = fields.Char(help="Code of the rule that won.")
    sentence = fields.Char(help="The decision in words.")
    codes = fields.Json(help="Codes that say why.")
    outcomes = fields.Json(help="What the policy gives this line.")
    trace = fields.Json(help="Facts, winner and losers.")
    quantity = fields.Float(digits="Product Unit")
    until = fields.Date(help="Last day of the window.")

    def write(self, vals):
        """What was kept of the rows is read again."""
        self.env.cr.cache.pop(self._name, None)
        return super().write(vals)

    def _terms(self):
        """What the policy gave, to be read only; nothing where nobody decided.

        A Json field is copied at each reading, and the steps read it often; a decision
        does not change, so one copy does for the whole transaction.
        """
        if not self.id:
            return {}
        known = self.env.cr.cache.setdefault(self._name, {})
        if self.id not in known:
            known[self.id] = self.outcomes or {}
        return known[self.id]
