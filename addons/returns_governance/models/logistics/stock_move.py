from odoo import fields, models


class StockMove(models.Model):
    """The return that a stock move belongs to."""

    _inherit = "stock.move"

    returns_line_id = fields.Many2one(
        "returns.order.line", "Return line", index="btree_not_null", copy=False,
        readonly=True,
    )
