from odoo import api, fields, models
from odoo.tools import format_date


class ReturnsAccrualCohort(models.AbstractModel):
    """Goods of one category that were sent out in one month, in an accrual."""

    _name = "returns.accrual.cohort"
    _description = "Month of dispatch"

    accrual_id = fields.Many2one(
        "returns.accrual", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="accrual_id.company_id", store=True)
    currency_id = fields.Many2one(related="accrual_id.currency_id")
    categ_id = fields.Many2one("product.category", "Category", ondelete="restrict")
    sold = fields.Float("Sold units", readonly=True, digits=(16, 1))
    cohort = fields.Date("Month of dispatch", readonly=True)
    month = fields.Char("Sent in", compute="_compute_month")

    @api.depends("cohort")
    @api.depends_context("lang")
    def _compute_month(self):
        for row in self:
            row.month = format_date(self.env, row.cohort, date_format="MMM yyyy")
