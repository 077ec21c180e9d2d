from odoo import fields, models

from ...const import INFORMED


class SaleOrder(models.Model):
    """What the customer of this order was told, where it differs from the channel."""

    _inherit = "sale.order"

    returns_withdrawal_informed = fields.Selection(
        INFORMED,
        "Told of the right to withdraw",
        copy=False,
        help="Empty: as the channel says.",
    )
