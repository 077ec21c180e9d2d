from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Accounts of returns, and what labour costs, in the settings of the app."""

    _inherit = "res.config.settings"

    returns_liability_account_id = fields.Many2one(
        related="company_id.returns_liability_account_id", readonly=False
    )
    returns_asset_account_id = fields.Many2one(
        related="company_id.returns_asset_account_id", readonly=False
    )
    returns_revenue_account_id = fields.Many2one(
        related="company_id.returns_revenue_account_id", readonly=False
    )
    returns_cost_account_id = fields.Many2one(
        related="company_id.returns_cost_account_id", readonly=False
    )
    returns_accrual_journal_id = fields.Many2one(
        related="company_id.returns_accrual_journal_id", readonly=False
    )
    returns_recovery_percent = fields.Float(
        related="company_id.returns_recovery_percent", readonly=False
    )
    returns_hour_cost = fields.Monetary(
        related="company_id.returns_hour_cost",
        readonly=False,
        currency_field="currency_id",
    )
    returns_label_cost = fields.Monetary(
        related="company_id.returns_label_cost",
        readonly=False,
        currency_field="currency_id",
    )

    def action_returns_propose_accounts(self):
        """Fill the accounts of returns that are empty from the chart of accounts."""
        self.check_access("write")
        self.company_id._returns_propose()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.res_config_settings_action"
        )
