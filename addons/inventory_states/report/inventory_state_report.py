from odoo import fields, models
from odoo.tools import SQL

from ..const import REPORT_DEPENDS, RESERVED, SELLABLE


class InventoryStateReport(models.Model):
    """Stock by state, warehouse, product, place, lot and owner: one row per heap.

    Reserved goods are rows of their own, so that the states add up to the stock.
    """

    _name = "inventory.state.report"
    _description = "Inventory States Analysis"
    _auto = False
    _order = "product_id, state_id"
    _rec_name = "product_id"
    _depends = REPORT_DEPENDS

    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one("product.category", "Category", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    state_id = fields.Many2one("inventory.state", "State", readonly=True)
    available = fields.Boolean("Can Be Promised", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    location_id = fields.Many2one("stock.location", "Place", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity = fields.Float("Units", readonly=True, digits="Product Unit")
    value = fields.Monetary(
        readonly=True,
        groups="stock.group_stock_manager",
        help="At today's cost; what others own has no value here.",
    )

    @property
    def _table_query(self):
        """The heaps, the reserved part of the sellable ones apart."""
        codes = self.env["inventory.state"]._get_ids_by_code()
        reserved, sellable = codes.get(RESERVED, 0), codes.get(SELLABLE, 0)
        heaps = self.env["inventory.state.balance"]._heaps_sql()
        held = SQL(
            "CASE WHEN heap.state_id = %s THEN heap.reserved ELSE 0 END", sellable
        )
        return SQL(
            """
        SELECT heap.id * 2 + part.reserved AS id, heap.product_id,
            pt.categ_id AS product_categ_id, pt.uom_id AS product_uom_id,
            CASE WHEN part.reserved = 1 THEN %(reserved)s ELSE heap.state_id END
                AS state_id,
            state.available IS TRUE AND part.reserved = 0 AS available,
            heap.warehouse_id, heap.location_id, heap.lot_id, heap.owner_id,
            heap.company_id, part.quantity,
            CASE WHEN heap.quantity = 0 THEN 0
                ELSE heap.value * part.quantity / heap.quantity END AS value
        FROM (%(heaps)s) heap
        JOIN inventory_state state ON state.id = heap.state_id
        JOIN product_product pp ON pp.id = heap.product_id
        JOIN product_template pt ON pt.id = pp.product_tmpl_id
        CROSS JOIN LATERAL (
            VALUES (0, heap.quantity - %(held)s), (1, %(held)s)
        ) AS part (reserved, quantity)
        WHERE part.quantity <> 0""",
            reserved=reserved,
            held=held,
            heaps=heaps,
        )
