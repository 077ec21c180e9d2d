from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Store credit in the settings of the returns."""

    _inherit = "res.config.settings"

    returns_credit_program_id = fields.Many2one(
        related="company_id.returns_credit_program_id", readonly=False
    )
    returns_credit_account_id = fields.Many2one(
        related="company_id.returns_credit_account_id", readonly=False
    )
    returns_bonus_account_id = fields.Many2one(
        related="company_id.returns_bonus_account_id", readonly=False
    )
    returns_credit_journal_id = fields.Many2one(
        related="company_id.returns_credit_journal_id", readonly=False
    )

    def action_returns_set_up_credit(self):
        """Make the wallet and the accounts that are missing for this company."""
        self.check_access("write")
        self.company_id._returns_set_up_credit()
        return {"type": "ir.actions.client", "tag": "reload"}
