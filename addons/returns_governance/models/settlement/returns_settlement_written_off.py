from odoo import fields, models


class ReturnsSettlement(models.Model):
    """What of a credit note is not paid out, since it was never paid."""

    _inherit = "returns.settlement"

    written_off_id = fields.Many2one(
        "account.move",
        "Discount taken back",
        index="btree_not_null",
        ondelete="restrict",
        help="The entry that takes the share of an early-payment discount or a "
        "write-off back, which the invoice was settled with.",
    )
    amount_written_off = fields.Monetary(
        "Never paid",
        help="The share of an early-payment discount or a write-off: credited, and not "
        "paid out.",
    )
