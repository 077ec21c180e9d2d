from odoo import fields, models


class ReturnsFactSold(models.Model):
    """What went out on one sold line: the other side of every return rate.

    One row per order line of which something left. It counts in the month in which its
    first part left, with all that left; so a returned unit and the sold one that it was
    are in the same slice. Written by ``returns.fact.refresh`` alone.
    """

    _name = "returns.fact.sold"
    _description = "Sold units"
    _log_access = False
    _order = "shipped_on desc, id desc"
    _rec_name = "product_id"

    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order line",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    channel_id = fields.Many2one("returns.channel", "Channel", readonly=True)
    country_id = fields.Many2one("res.country", "Country", readonly=True)
    supplier_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    carrier_id = fields.Many2one("delivery.carrier", "Carrier", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Sent from", readonly=True)
    shipped_on = fields.Date("Sent on", readonly=True)
    quantity = fields.Float("Sold units", readonly=True, digits="Product Unit")

    _sale_line_uniq = models.Constraint(
        "unique (sale_line_id)", "This order line is counted already."
    )
    _product_idx = models.Index("(product_id)")
