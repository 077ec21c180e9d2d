from odoo import api, fields, models
from odoo.tools import SQL

from ..const import (
    IN_TRANSIT,
    KEY_AS_OF,
    REPORT_DEPENDS,
    RESERVED,
    SELLABLE,
    STATE_CODES,
)


class InventoryStateBalance(models.Model):
    """Stock by product and warehouse, with a column for each of the eight states.

    With ``inventory_state_as_of`` in the context the quantities are those of that
    moment, added up from the ledger; what was reserved then is in *sellable*.
    """

    _name = "inventory.state.balance"
    _description = "Inventory States by Product"
    _auto = False
    _order = "product_id, warehouse_id"
    _rec_name = "product_id"
    _depends = REPORT_DEPENDS

    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one("product.category", "Category", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", "Unit", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sellable = fields.Float(readonly=True, digits="Product Unit")
    reserved = fields.Float(readonly=True, digits="Product Unit")
    in_transit = fields.Float(readonly=True, digits="Product Unit")
    inspection = fields.Float(readonly=True, digits="Product Unit")
    refurbish = fields.Float(readonly=True, digits="Product Unit")
    damaged = fields.Float(readonly=True, digits="Product Unit")
    quarantine = fields.Float(readonly=True, digits="Product Unit")
    write_off = fields.Float(readonly=True, digits="Product Unit")
    other = fields.Float(
        "Own States",
        readonly=True,
        digits="Product Unit",
        help="Stock in the states that your company added.",
    )
    total = fields.Float("On Hand", readonly=True, digits="Product Unit")
    value = fields.Monetary(
        readonly=True,
        groups="stock.group_stock_manager",
        help="At today's cost; what others own has no value here.",
    )

    @property
    def _table_query(self):
        """One row per product and warehouse, from the heaps of goods."""
        columns = SQL(", ").join(self._column_sql(code) for code in STATE_CODES)
        return SQL(
            """
        SELECT min(heap.id) AS id, heap.product_id, pt.categ_id AS product_categ_id,
            pt.uom_id AS product_uom_id, heap.warehouse_id, heap.company_id,
            %(columns)s,
            sum(heap.quantity) FILTER (WHERE state.code NOT IN %(codes)s) AS other,
            sum(heap.quantity) FILTER (WHERE state.code <> %(transit)s) AS total,
            sum(heap.value) AS value
        FROM (%(heaps)s) heap
        JOIN inventory_state state ON state.id = heap.state_id
        JOIN product_product pp ON pp.id = heap.product_id
        JOIN product_template pt ON pt.id = pp.product_tmpl_id
        GROUP BY heap.product_id, pt.categ_id, pt.uom_id, heap.warehouse_id,
            heap.company_id
        HAVING bool_or(heap.quantity <> 0)""",
            columns=columns,
            codes=STATE_CODES,
            transit=IN_TRANSIT,
            heaps=self._heaps_sql(),
        )

    @api.model
    def _column_sql(self, code):
        """The column of one state; what is reserved is taken out of sellable."""
        amount = SQL("heap.quantity")
        source = code
        if code == SELLABLE:
            amount = SQL("heap.quantity - heap.reserved")
        elif code == RESERVED:
            amount, source = SQL("heap.reserved"), SELLABLE
        return SQL(
            "coalesce(sum(%s) FILTER (WHERE state.code = %s), 0) AS %s",
            amount,
            source,
            SQL.identifier(code),
        )

    @api.model
    def _heaps_sql(self):
        """Heaps of goods inside the company: now, or at the moment in the context.

        Columns: id, product_id, location_id, state_id, warehouse_id, company_id,
        lot_id, owner_id, quantity, reserved, value.
        """
        moment = self.env.context.get(KEY_AS_OF)
        heaps = self._past_heaps_sql(moment) if moment else self._present_heaps_sql()
        return SQL(
            """
        SELECT h.*, CASE WHEN h.owner_id IS NULL OR h.owner_id = company.partner_id
            THEN h.quantity * coalesce(
                CASE WHEN pt.lot_valuated
                    THEN (lot.standard_price ->> h.company_id::text)::numeric END,
                (pp.standard_price ->> h.company_id::text)::numeric, 0)
            ELSE 0 END AS value
        FROM (%s) h
        JOIN inventory_state st ON st.id = h.state_id AND st.kind <> 'outside'
        JOIN product_product pp ON pp.id = h.product_id
        JOIN product_template pt ON pt.id = pp.product_tmpl_id
        LEFT JOIN stock_lot lot ON lot.id = h.lot_id
        LEFT JOIN res_company company ON company.id = h.company_id""",
            heaps,
        )

    @api.model
    def _present_heaps_sql(self):
        """What lies where now, from the quants."""
        return SQL(
            """
        SELECT q.id, q.product_id, q.location_id, l.effective_state_id AS state_id,
            l.warehouse_id, l.company_id, q.lot_id, q.owner_id, q.quantity,
            q.reserved_quantity AS reserved
        FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
        WHERE q.quantity <> 0 OR q.reserved_quantity <> 0"""
        )

    @api.model
    def _past_heaps_sql(self, moment):
        """What lay where at a moment, from the ledger."""
        return SQL(
            """
        SELECT min(side.id) AS id, side.product_id, side.location_id, side.state_id,
            side.warehouse_id, l.company_id, side.lot_id, side.owner_id,
            sum(side.quantity) AS quantity, 0.0 AS reserved
        FROM (
            SELECT id, date, product_id, location_dest_id AS location_id,
                state_dest_id AS state_id, warehouse_dest_id AS warehouse_id,
                lot_dest_id AS lot_id, owner_id, quantity
            FROM inventory_state_change WHERE location_dest_id IS NOT NULL
            UNION ALL
            SELECT id, date, product_id, location_id, state_id, warehouse_id, lot_id,
                owner_id, -quantity
            FROM inventory_state_change WHERE location_id IS NOT NULL
        ) side JOIN stock_location l ON l.id = side.location_id
        WHERE side.date <= %s
        GROUP BY side.product_id, side.location_id, side.state_id, side.warehouse_id,
            l.company_id, side.lot_id, side.owner_id
        HAVING sum(side.quantity) <> 0""",
            fields.Datetime.to_datetime(moment),
        )

    def action_open_quants(self):
        """Show the goods behind the figures."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stock"),
            "res_model": "inventory.state.report",
            "view_mode": "list,pivot,graph",
            "domain": [
                ("product_id", "in", self.product_id.ids),
                ("warehouse_id", "in", [*self.warehouse_id.ids, False]),
            ],
            "context": {
                **self.env.context,
                "search_default_by_state": 1,
            },
        }

    def action_change_state(self):
        """Open the dialog that brings this stock into another state."""
        quants = self.env["stock.quant"]._gather_for_state_change(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id.warehouse_id", "in", self.warehouse_id.ids),
            ]
        )
        return self.env["inventory.state.change.wizard"]._open_for(quants)
