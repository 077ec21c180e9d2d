from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The accounts of write-downs in the settings of the app."""

    _inherit = "res.config.settings"

    returns_write_down_journal_id = fields.Many2one(
        related="company_id.returns_write_down_journal_id", readonly=False
    )
    returns_write_down_account_id = fields.Many2one(
        related="company_id.returns_write_down_account_id", readonly=False
    )
    returns_measure_monthly = fields.Boolean(
        related="company_id.returns_measure_monthly", readonly=False
    )
    returns_allowance_account_id = fields.Many2one(
        related="company_id.returns_allowance_account_id", readonly=False
    )
