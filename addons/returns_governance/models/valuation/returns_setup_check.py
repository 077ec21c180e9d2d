from odoo import models
from odoo.tools import SQL

from ..master.returns_setup_check import Check


class ReturnsSetupCheck(models.AbstractModel):
    """What write-downs are booked with."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "write_down_account": Check(70, "finance", "disturbs", "res.company"),
        }

    def _ways(self):
        return {
            **super()._ways(),
            "write_down_account": self.env._(
                "Choose the journal, the expense and the allowance account of "
                "write-downs in the settings of Returns; the allowance must not stand "
                "on the stock valuation account. Then post what waits."
            ),
        }

    def _gaps_write_down_account(self):
        return SQL(
            """SELECT co.id, co.id, NULL FROM co
                WHERE (co.returns_write_down_journal_id IS NULL
                        OR co.returns_write_down_account_id IS NULL
                        OR co.returns_allowance_account_id IS NULL
                        OR co.returns_allowance_account_id
                            = co.account_stock_valuation_id)
                    AND EXISTS (
                        SELECT FROM returns_write_down_rule r
                        WHERE r.company_id = co.id AND r.active)"""
        )
