from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's returns settings in the settings of the app."""

    _inherit = "res.config.settings"

    returns_posting = fields.Selection(
        related="company_id.returns_posting", readonly=False
    )
    returns_inspection_hours = fields.Integer(
        related="company_id.returns_inspection_hours", readonly=False
    )
    returns_calendar_id = fields.Many2one(
        related="company_id.resource_calendar_id", readonly=False
    )
