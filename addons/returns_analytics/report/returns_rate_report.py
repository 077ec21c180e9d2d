from odoo import api, fields, models
from odoo.tools import SQL

KEY_BASIS = "returns_basis"
SLICES = (
    "company_id",
    "product_id",
    "categ_id",
    "channel_id",
    "country_id",
    "supplier_id",
    "carrier_id",
    "warehouse_id",
)


class ReturnsRateReport(models.Model):
    """Sold and returned units side by side, cut by anything that both have.

    With ``returns_basis`` *cohort* in the context a returned unit counts in the month
    in which it had been sent, otherwise in the month in which its return was asked for.
    """

    _name = "returns.rate.report"
    _description = "Return rates"
    _auto = False
    _order = "day desc"
    _rec_name = "product_id"
    _depends = {
        "returns.fact": ["quantity", "requested_on", "shipped_on", *SLICES],
        "returns.fact.sold": ["quantity", "shipped_on", *SLICES],
    }

    day = fields.Date("Day", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    channel_id = fields.Many2one("returns.channel", "Channel", readonly=True)
    country_id = fields.Many2one("res.country", "Country", readonly=True)
    supplier_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    carrier_id = fields.Many2one("delivery.carrier", "Carrier", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Sent from", readonly=True)
    return_warehouse_id = fields.Many2one(
        "stock.warehouse", "Comes back to", readonly=True
    )
    sold = fields.Float("Sold units", readonly=True, digits="Product Unit")
    returned = fields.Float("Returned units", readonly=True, digits="Product Unit")
    rate = fields.Float(
        "Return rate",
        readonly=True,
        aggregator="avg",
        help="Returned units by sold units; empty where nothing was sold.",
    )

    @property
    def _table_query(self):
        """Facts of both sides under one another."""
        cohort = self.env.context.get(KEY_BASIS) == "cohort"
        slices = SQL(", ").join(map(SQL.identifier, SLICES))
        return SQL(
            """
        SELECT id * 2 AS id, %(day)s AS day, %(slices)s, return_warehouse_id,
            0 AS sold, quantity AS returned, NULL::numeric AS rate
          FROM returns_fact
         UNION ALL
        SELECT id * 2 + 1, shipped_on, %(slices)s, warehouse_id, quantity, 0, 0
          FROM returns_fact_sold""",
            day=SQL.identifier("shipped_on" if cohort else "requested_on"),
            slices=slices,
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """A rate of a group is made of its sums, not of the rates of its rows."""
        if aggregate_spec != "rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "returned", query),
            self._field_to_sql(self._table, "sold", query),
        )
