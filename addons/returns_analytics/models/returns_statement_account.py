from odoo import fields, models


class ReturnsStatementAccount(models.Model):
    """What the documents of the period moved on one account."""

    _name = "returns.statement.account"
    _description = "Account of a statement"
    _inherit = ["returns.statement.row"]
    _log_access = False
    _order = "account_id, id"
    _rec_name = "account_id"

    account_id = fields.Many2one("account.account", readonly=True, ondelete="cascade")
    count = fields.Integer("Items", readonly=True)
    debit = fields.Monetary(readonly=True)
    credit = fields.Monetary(readonly=True)
    balance = fields.Monetary(readonly=True)

    def action_view_items(self):
        """Open the journal items behind the figure."""
        self.ensure_one()
        source = self.env["returns.statement.source"]
        # sudo: which documents count is the statement's own figure; the items are
        # opened with the reader's own rights
        moves = source.sudo()._document_ids(self.statement_id.sudo())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal items"),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("move_id", "in", moves),
                ("account_id", "=", self.account_id.id),
            ],
        }
