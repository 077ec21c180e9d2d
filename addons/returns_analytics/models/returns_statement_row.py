from odoo import fields, models


class ReturnsStatementRow(models.AbstractModel):
    """A part of a statement: it goes with it, and is in its company's money."""

    _name = "returns.statement.row"
    _description = "Row of a statement"

    statement_id = fields.Many2one(
        "returns.statement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
