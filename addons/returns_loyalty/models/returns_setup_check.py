from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.returns_governance.const import BRIDGE_GAPS
from odoo.addons.returns_governance.models.master.returns_setup_check import Check


class ReturnsSetupGap(models.Model):
    """Store credit that is offered and not set up."""

    _inherit = "returns.setup.gap"

    code = fields.Selection(
        selection_add=[gap for gap in BRIDGE_GAPS if gap[0] == "store_credit_none"]
    )


class ReturnsSetupCheck(models.AbstractModel):
    """What store credit needs."""

    _inherit = "returns.setup.check"

    def _checks(self):
        return {
            **super()._checks(),
            "store_credit_none": Check(95, "finance", "disturbs", "res.company"),
        }

    def _gaps_store_credit_none(self):
        """A policy in force offers it, and the company cannot give it."""
        return SQL(
            """SELECT co.id, co.id, NULL FROM co JOIN res_company c ON c.id = co.id
                WHERE (c.returns_credit_program_id IS NULL
                        OR c.returns_credit_account_id IS NULL
                        OR c.returns_bonus_account_id IS NULL
                        OR c.returns_credit_journal_id IS NULL)
                    AND EXISTS (
                        SELECT FROM returns_policy_rule r
                        JOIN returns_policy_version v ON v.id = r.version_id
                        JOIN returns_policy p ON p.id = v.policy_id
                        WHERE r.offer_store_credit AND v.state = 'published'
                            AND p.active AND COALESCE(p.company_id, co.id) = co.id)"""
        )

    @api.model
    def _ways(self):
        return {
            **super()._ways(),
            "store_credit_none": self.env._(
                "Press Set up store credit in the settings of the returns, or choose "
                "the wallet and its accounts there. Until then it is not offered."
            ),
        }
