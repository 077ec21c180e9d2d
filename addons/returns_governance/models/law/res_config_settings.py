from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The company's settings that laws look at."""

    _inherit = "res.config.settings"

    returns_company_size = fields.Selection(
        related="company_id.returns_company_size", readonly=False
    )
    returns_due_soon_days = fields.Integer(
        related="company_id.returns_due_soon_days", readonly=False
    )
