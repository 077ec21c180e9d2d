from odoo import fields, models


class ReturnsSettlement(models.Model):
    """Shows the statutory day wherever money is still open."""

    _inherit = "returns.settlement"

    refund_due_date = fields.Date(related="order_id.refund_due_date")
