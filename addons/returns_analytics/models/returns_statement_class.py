from odoo import fields, models

from ..const import STATEMENT_KINDS, STATEMENT_NATURES, STATEMENT_SECTIONS


class ReturnsStatementClass(models.Model):
    """What the lines of one class come to."""

    _name = "returns.statement.class"
    _description = "Class of a statement"
    _inherit = ["returns.statement.row"]
    _log_access = False
    _order = "sequence, nature, id"
    _rec_name = "kind"

    section = fields.Selection(STATEMENT_SECTIONS, "Figure", readonly=True)
    kind = fields.Selection(STATEMENT_KINDS, "Class", readonly=True)
    nature = fields.Selection(STATEMENT_NATURES, "Answer", readonly=True)
    sequence = fields.Integer(readonly=True)
    count = fields.Integer("Lines", readonly=True)
    opening = fields.Monetary("At the begin", readonly=True)
    movement = fields.Monetary("In the period", readonly=True)
    closing = fields.Monetary("At the end", readonly=True)

    def action_view_lines(self):
        """Open the lines of this class."""
        self.ensure_one()
        return self.statement_id._view(
            [
                ("section", "=", self.section),
                ("kind", "=", self.kind),
                ("nature", "=", self.nature),
            ]
        )
