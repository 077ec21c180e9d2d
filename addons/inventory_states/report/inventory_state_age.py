from odoo import fields, models
from odoo.tools import SQL

from ..const import AGE_BANDS, REPORT_DEPENDS


class InventoryStateAge(models.Model):
    """How long stock has been in its state at its warehouse, first in first out.

    The newest arrivals in the ledger that add up to what lies there now are what
    lies there; each keeps the moment at which it came into the state.
    """

    _name = "inventory.state.age"
    _description = "Age of Stock by State"
    _auto = False
    _order = "date, id"
    _rec_name = "product_id"
    _depends = REPORT_DEPENDS

    product_id = fields.Many2one("product.product", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    state_id = fields.Many2one("inventory.state", "State", readonly=True)
    available = fields.Boolean("Can Be Promised", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime("Since", readonly=True)
    quantity = fields.Float("Units", readonly=True, digits="Product Unit")
    age_days = fields.Integer("Days", readonly=True, aggregator="max")
    age_band = fields.Selection(
        AGE_BANDS,
        "Age",
        readonly=True,
    )

    @property
    def _table_query(self):
        """Arrivals in a state, newest first, up to what lies there now."""
        return SQL(
            """
        SELECT arrival.id, arrival.product_id, pt.uom_id AS product_uom_id,
            arrival.state_id, state.available IS TRUE AS available,
            arrival.warehouse_id, arrival.lot_id, arrival.owner_id, heap.company_id,
            arrival.date, age.days AS age_days,
            least(arrival.quantity, heap.quantity - arrival.later) AS quantity,
            CASE WHEN age.days < 1 THEN '00' WHEN age.days <= 3 THEN '01'
                WHEN age.days <= 7 THEN '04' WHEN age.days <= 14 THEN '08'
                WHEN age.days <= 30 THEN '15' ELSE '31' END AS age_band
        FROM (
            SELECT q.product_id, q.lot_id, q.owner_id, l.effective_state_id AS state_id,
                l.warehouse_id, l.company_id, sum(q.quantity) AS quantity
            FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
            WHERE l.usage IN ('internal', 'transit')
            GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(q.quantity) > 0
        ) heap
        JOIN (
            SELECT id, product_id, lot_dest_id AS lot_id, owner_id,
                state_dest_id AS state_id, warehouse_dest_id AS warehouse_id, date,
                quantity, sum(quantity) OVER (
                    PARTITION BY product_id, lot_dest_id, owner_id, state_dest_id,
                        warehouse_dest_id
                    ORDER BY id DESC) - quantity AS later
            FROM inventory_state_change
            WHERE location_dest_id IS NOT NULL AND (
                state_id IS DISTINCT FROM state_dest_id
                OR warehouse_id IS DISTINCT FROM warehouse_dest_id)
        ) arrival ON arrival.product_id = heap.product_id
            AND arrival.state_id = heap.state_id
            AND arrival.lot_id IS NOT DISTINCT FROM heap.lot_id
            AND arrival.owner_id IS NOT DISTINCT FROM heap.owner_id
            AND arrival.warehouse_id IS NOT DISTINCT FROM heap.warehouse_id
            AND arrival.later < heap.quantity
        JOIN inventory_state state ON state.id = heap.state_id
        JOIN product_product pp ON pp.id = heap.product_id
        JOIN product_template pt ON pt.id = pp.product_tmpl_id
        CROSS JOIN LATERAL (
            SELECT extract(epoch FROM
                clock_timestamp() AT TIME ZONE 'utc' - arrival.date)::int
                / 86400 AS days
        ) age"""
        )
