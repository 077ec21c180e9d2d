from odoo import fields, models


class ResCompany(models.Model):
    """What a company decides once about its returns."""

    _inherit = "res.company"

    returns_posting = fields.Selection(
        [
            ("queue", "In the background, at once"),
            ("call", "In the same step"),
            ("draft", "As a draft, posted by finance"),
        ],
        string="Posting of refunds",
        default="queue",
        required=True,
        help="When a refund's release rule is met, its credit note is posted in the "
        "background (a closed period never stops the dock), in the same step, or "
        "left as a draft.",
    )
    returns_inspection_hours = fields.Integer(
        string="Hours to inspect",
        default=16,
        help="Received goods that wait for more working hours raise the exception "
        "'inspection overdue'. A node may have its own.",
    )
