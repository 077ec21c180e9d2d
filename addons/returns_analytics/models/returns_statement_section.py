from odoo import fields, models

from ..const import STATEMENT_SECTIONS


class ReturnsStatementSection(models.Model):
    """A figure of the ledger, and what it is made of."""

    _name = "returns.statement.section"
    _description = "Figure of the ledger"
    _inherit = ["returns.statement.row"]
    _log_access = False
    _order = "id"
    _rec_name = "section"

    section = fields.Selection(STATEMENT_SECTIONS, "Figure", readonly=True)
    ledger = fields.Monetary(
        "Per ledger",
        readonly=True,
        help="Of the posted journal items of the period alone, whatever the returns "
        "say.",
    )
    explained = fields.Monetary(readonly=True)
    coming = fields.Monetary("Still in time", readonly=True)
    gap = fields.Monetary("Gaps", readonly=True)
    difference = fields.Monetary(
        "Not explained",
        readonly=True,
        help="The ledger's figure less all that explains it: nothing, or the statement "
        "is wrong.",
    )

    def action_view_lines(self):
        """Open what explains this figure."""
        self.ensure_one()
        return self.statement_id._view(
            [("section", "=", self.section)], {"search_default_by_kind": True}
        )
