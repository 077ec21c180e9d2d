from odoo import api, models


class InventoryStateTable(models.Model):
    """The table of state changes is published by four eyes, as policies are."""

    _inherit = "inventory.state.table"

    @api.model
    def _asks_four_eyes(self):
        """One table serves all companies, so any of them can ask for it."""
        # sudo: companies that the user cannot see count too
        companies = self.env["res.company"].sudo().search([])
        asked = any(companies.mapped("returns_policy_four_eyes"))
        return asked or super()._asks_four_eyes()


class ReturnsPolicyVersion(models.Model):
    """The check of what was published looks at the table, too."""

    _inherit = "returns.policy.version"

    @api.model
    def _audit_findings(self):
        return super()._audit_findings() + [
            {
                "kind": "changed",
                "order_id": False,
                "return": found["table_name"],
                "number": False,
                "event_id": None,
                "company_id": False,
                "model": "inventory.state.table",
                "res_id": found["table"],
                "version_name": found["table_name"],
                "rules": [],
                "words": found["words"],
            }
            for found in self.env["inventory.state.table"]._audit_findings()
        ]
