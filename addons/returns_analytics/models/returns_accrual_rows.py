from odoo import api, fields, models
from odoo.tools import format_date


class ReturnsAccrualCohort(models.AbstractModel):
    """A month of dispatch, and its name."""

    _name = "returns.accrual.cohort"
    _description = "Month of dispatch"

    cohort = fields.Date("Month of dispatch", readonly=True)
    month = fields.Char("Sent in", compute="_compute_month")

    @api.depends("cohort")
    @api.depends_context("lang")
    def _compute_month(self):
        for row in self:
            row.month = format_date(self.env, row.cohort, date_format="MMM yyyy")


class ReturnsAccrualLine(models.Model):
    """What is still to come back of one category and one month of dispatch."""

    _name = "returns.accrual.line"
    _description = "Returns still to come, by category and month of dispatch"
    _inherit = ["returns.accrual.cohort"]
    _log_access = False
    _order = "categ_id, cohort desc, id"
    _rec_name = "categ_id"

    accrual_id = fields.Many2one(
        "returns.accrual", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="accrual_id.company_id", store=True)
    currency_id = fields.Many2one(related="accrual_id.currency_id")
    categ_id = fields.Many2one("product.category", "Category", ondelete="restrict")
    sold = fields.Float("Sold units", readonly=True, digits=(16, 1))
    returned = fields.Float(
        "Asked back", readonly=True, digits=(16, 1), help="Up to the month end."
    )
    rate = fields.Float(
        "Rate (%)",
        readonly=True,
        digits=(16, 1),
        help="Of what is sent out, so much is asked back within a year.",
    )
    borrowed = fields.Boolean(
        "Rate of the company",
        readonly=True,
        help="The category sent out too few units for a rate of its own.",
    )
    share = fields.Float(
        "Given back (%)",
        readonly=True,
        digits=(16, 1),
        help="Of their price, so much past returns gave back after deductions and "
        "fees, which are earned. Units that are decided count at their own refund.",
    )
    known = fields.Float(
        "Not credited",
        readonly=True,
        digits=(16, 1),
        help="Asked back and not credited at the month end.",
    )
    expected = fields.Float(
        "To come",
        readonly=True,
        digits=(16, 1),
        help="Units that are still to be asked back, by the rates of the ages to come.",
    )
    liability = fields.Monetary(
        "Liability", readonly=True, help="Without tax, at what will be given back."
    )
    asset = fields.Monetary(
        "Asset",
        readonly=True,
        help="At the cost at which the goods left, and the share of it that they keep.",
    )


class ReturnsAccrualTest(models.Model):
    """What would have been expected of a cohort some months ago, and what came."""

    _name = "returns.accrual.test"
    _description = "Back-test of the rate"
    _inherit = ["returns.accrual.cohort"]
    _log_access = False
    _order = "categ_id, cohort desc, id"
    _rec_name = "categ_id"

    accrual_id = fields.Many2one(
        "returns.accrual", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="accrual_id.company_id", store=True)
    categ_id = fields.Many2one("product.category", "Category", ondelete="restrict")
    sold = fields.Float("Sold units", readonly=True, digits=(16, 1))
    expected = fields.Float("Expected", readonly=True, digits=(16, 1))
    came = fields.Float("Came", readonly=True, digits=(16, 1))
    error = fields.Float(
        "Error (%)",
        readonly=True,
        digits=(16, 1),
        help="Above zero: more was expected than came.",
    )
