from odoo import fields, models


class ReturnsParcel(models.Model):
    """What the label of a parcel cost, where somebody knows."""

    _inherit = "returns.parcel"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    label_cost = fields.Monetary(
        "Cost of the label",
        currency_field="company_currency_id",
        help="Empty: the company's cost of a label.",
    )
