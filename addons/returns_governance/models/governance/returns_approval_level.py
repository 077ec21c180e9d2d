from odoo import fields, models

from ...const import APPROVAL_LEVEL_STATE, APPROVAL_ROLES


class ReturnsApprovalLevel(models.Model):
    """One answer that an approval needs, and who gave it; rows are only ever added.

    The levels of one round are answered one after another, each by another person.
    Where what was asked has changed, a new round begins and the old one stays.
    """

    _name = "returns.approval.level"
    _description = "Level of an approval"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "approval_id, round, number"
    _rec_name = "number"

    approval_id = fields.Many2one(
        "returns.approval", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    order_id = fields.Many2one("returns.order", "Return", ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Node")
    round = fields.Integer(default=1, required=True)
    number = fields.Integer("Level", required=True)
    role = fields.Selection(APPROVAL_ROLES, "Who decides", required=True)
    above = fields.Monetary(help="The limit from which this level is asked.")
    amount = fields.Monetary(help="The sum that was asked about.")
    currency_id = fields.Many2one("res.currency", required=True)
    state = fields.Selection(APPROVAL_LEVEL_STATE, default="waiting", required=True)
    decided_by_id = fields.Many2one("res.users", "Decided by")
    for_user_id = fields.Many2one(
        "res.users", "In place of", help="The person whose delegate decided."
    )
    decided_at = fields.Datetime("Decided on")
    reason = fields.Char("Reason of the decision")
    escalated_from = fields.Selection(
        APPROVAL_ROLES, "Escalated from", help="Nobody of this role answered in time."
    )
    escalated_at = fields.Datetime()
