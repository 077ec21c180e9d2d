from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.returns_governance.models.master.returns_setup_check import Check

from ..const import ACCOUNT_GAPS
from .res_company import ACCOUNTS

CODES = tuple(code for code, _label in ACCOUNT_GAPS)


class ReturnsSetupCheck(models.AbstractModel):
    """Accounts and rates that the figures of finance need."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "accrual_account": Check(80, "finance", "disturbs", "res.config.settings"),
            "accrual_journal": Check(81, "finance", "disturbs", "res.config.settings"),
            "labour_none": Check(82, "finance", "disturbs", "res.config.settings"),
        }

    def _gaps_accrual_account(self):
        """Which accounts are missing where something was sold and a chart is there."""
        names = [name for part, name in ACCOUNTS.items() if part != "journal"]
        labels = self.env["res.company"].fields_get(names, ["string"])
        missing = SQL(", ").join(
            SQL(
                "CASE WHEN co.%s IS NULL THEN %s END",
                SQL.identifier(name),
                labels[name]["string"],
            )
            for name in names
        )
        return SQL(
            """SELECT co.id, 0, concat_ws(', ', %(missing)s) FROM co
                WHERE co.chart_template IS NOT NULL
                    AND concat_ws(', ', %(missing)s) <> ''""",
            missing=missing,
        )

    def _gaps_accrual_journal(self):
        return SQL(
            """SELECT co.id, 0, NULL FROM co WHERE co.chart_template IS NOT NULL
                AND co.returns_accrual_journal_id IS NULL"""
        )

    def _gaps_labour_none(self):
        """Steps have a time and the hour has no cost: labour would count as nothing."""
        return SQL(
            """SELECT co.id, 0, NULL FROM co WHERE EXISTS (
                SELECT FROM returns_labour b WHERE b.company_id = co.id
                    AND b.minutes > 0 AND COALESCE(b.hour_cost, 0) = 0
                    AND COALESCE(co.returns_hour_cost, 0) = 0)"""
        )

    def _ways_of_money(self):
        return {
            **super()._ways_of_money(),
            "accrual_account": self.env._(
                "Choose the account under Accounts of returns, or have it proposed."
            ),
            "accrual_journal": self.env._(
                "Choose a journal of miscellaneous entries under Accounts of returns."
            ),
            "labour_none": self.env._(
                "Type the cost of an hour under Accounts of returns."
            ),
        }


class ReturnsSetupGap(models.Model):
    """The same, as gaps that are listed."""

    _inherit = "returns.setup.gap"

    code = fields.Selection(selection_add=ACCOUNT_GAPS)

    def _open(self):
        """What is kept in the settings is opened there."""
        action = super()._open()
        if self.code in CODES:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "returns_governance.res_config_settings_action"
            )
        return action
