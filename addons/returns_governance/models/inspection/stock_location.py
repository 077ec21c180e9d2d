from odoo import fields, models


class StockLocation(models.Model):
    """The disposition whose place this is."""

    _inherit = "stock.location"

    returns_disposition_id = fields.Many2one(
        "returns.disposition",
        "Disposition",
        index="btree_not_null",
        help="Goods given this disposition are put here.",
    )
