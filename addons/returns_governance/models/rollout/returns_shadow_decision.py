from odoo import fields, models

from ...const import SHADOW_DIFFERENCES, SHADOW_KINDS


class ReturnsShadowDecision(models.Model):
    """What the policy would have decided of what people did by core's ways."""

    _name = "returns.shadow.decision"
    _description = "Decision in shadow"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id desc"
    _rec_name = "document"

    phase_id = fields.Many2one(
        "returns.rollout.phase", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="phase_id.company_id", store=True, index=True)
    kind = fields.Selection(SHADOW_KINDS, "What people did", required=True)
    document = fields.Char()
    occurred_at = fields.Datetime("When", default=fields.Datetime.now, required=True)
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order line", ondelete="cascade", index=True
    )
    sale_order_id = fields.Many2one(related="sale_line_id.order_id", string="Order")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    currency_id = fields.Many2one(related="sale_line_id.currency_id")
    quantity = fields.Float(digits="Product Unit")
    amount = fields.Monetary("Given", help="With tax, by the credit note.")
    version_id = fields.Many2one(
        "returns.policy.version", "Policy", ondelete="restrict"
    )
    eligible = fields.Boolean("Policy allows")
    policy_amount = fields.Monetary(
        "By the policy", help="With tax, before fees and deductions."
    )
    sentence = fields.Char("The policy's decision")
    difference = fields.Selection(SHADOW_DIFFERENCES, required=True)
