from odoo import fields, models


class ResCompany(models.Model):
    """How long a question may wait."""

    _inherit = "res.company"

    returns_approval_hours = fields.Integer(
        string="Working hours to decide an approval",
        default=8,
        help="Of the company's working schedule. What waits longer goes to the next "
        "role up and raises the exception 'approval overdue'.",
    )


class ResConfigSettings(models.TransientModel):
    """The same in the settings of the app."""

    _inherit = "res.config.settings"

    returns_approval_hours = fields.Integer(
        related="company_id.returns_approval_hours", readonly=False
    )
