from odoo import fields, models


class ReturnsApproval(models.Model):
    """A question that a second person has to answer (four eyes)."""

    _name = "returns.approval"
    _description = "Approval of a return"
    _inherit = ["returns.guarded", "mail.activity.mixin", "mail.thread"]
    _append_only = True
    _order = "id desc"

    order_id = fields.Many2one(
        "returns.order", "Return", required=True, ondelete="cascade", index=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("refund", "Refund above the limit")], required=True, default="refund",
    )
    amount = fields.Monetary(help="With tax, in the company's currency.")
    limit = fields.Monetary(help="The policy's limit.")
    currency_id = fields.Many2one("res.currency", required=True)
    state = fields.Selection(
        [("open", "To decide"), ("approved", "Approved"), ("refused", "Refused"),
         ("withdrawn", "No longer needed")],
        default="open", required=True, index=True,
    )
    requested_by_id = fields.Many2one("res.users", required=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_at = fields.Datetime(readonly=True)
    reason = fields.Char("Reason of the decision")
    due_at = fields.Datetime("Decide by")
