from odoo import fields, models


class ReturnsAccrualTest(models.Model):
    """What would have been expected of a cohort some months ago, and what came."""

    _name = "returns.accrual.test"
    _description = "Back-test of the rate"
    _inherit = ["returns.accrual.cohort"]
    _log_access = False
    _order = "categ_id, cohort desc, id"
    _rec_name = "categ_id"

    expected = fields.Float("Expected", readonly=True, digits=(16, 1))
    came = fields.Float("Came", readonly=True, digits=(16, 1))
    error = fields.Float(
        "Error (%)",
        readonly=True,
        digits=(16, 1),
        help="Above zero: more was expected than came.",
    )
