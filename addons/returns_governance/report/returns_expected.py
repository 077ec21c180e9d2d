from odoo import fields, models
from odoo.tools import SQL

from ..const import EXPECTED_WHERE


class ReturnsExpected(models.Model):
    """What customers send back and has not arrived, by the day it is expected.

    For whoever plans the dock and the stock. It is a promise of a parcel and no stock:
    nothing of it is on hand, incoming, forecast or available.
    """

    _name = "returns.expected"
    _description = "Goods expected back"
    _auto = False
    _order = "expected_at, id"
    _rec_name = "product_id"
    _depends = {
        "returns.order": ["case_state", "partner_id", "channel_id", "warehouse_id"],
        "returns.order.line": [
            "quantity_authorised",
            "quantity_cancelled",
            "quantity_received",
            "sale_line_id",
            "product_id",
            "reason_id",
        ],
        "returns.parcel": ["eta", "received", "in_carrier_hands", "order_ids"],
    }

    line_id = fields.Many2one("returns.order.line", "Line", readonly=True)
    order_id = fields.Many2one("returns.order", "Return", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    channel_id = fields.Many2one("returns.channel", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    reason_id = fields.Many2one("returns.reason", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    quantity = fields.Float(
        "Units", digits="Product Unit", readonly=True, help="In the product's unit."
    )
    expected_at = fields.Datetime(
        "Expected",
        readonly=True,
        help="The earliest promise of a carrier for a parcel that has not arrived.",
    )
    where = fields.Selection(EXPECTED_WHERE, readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, line.id AS line_id, o.id AS order_id, o.partner_id,
                o.channel_id, line.product_id, line.reason_id, o.warehouse_id,
                o.company_id, parcel.eta AS expected_at,
                CASE WHEN parcel.moving THEN 'carrier' ELSE 'customer' END AS where,
                open.units * sold_unit.factor / own_unit.factor AS quantity
            FROM returns_order_line line
            CROSS JOIN LATERAL (
                SELECT coalesce(line.quantity_authorised, 0)
                    - coalesce(line.quantity_cancelled, 0)
                    - coalesce(line.quantity_kept, 0)
                    - coalesce(line.quantity_received, 0) AS units
            ) open
            JOIN returns_order o ON o.id = line.order_id
            JOIN sale_order_line sold ON sold.id = line.sale_line_id
            JOIN uom_uom sold_unit ON sold_unit.id = sold.product_uom_id
            JOIN product_product product ON product.id = line.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            JOIN uom_uom own_unit ON own_unit.id = template.uom_id
            LEFT JOIN LATERAL (
                SELECT min(p.eta) AS eta, bool_or(p.in_carrier_hands) AS moving
                FROM returns_parcel p
                JOIN returns_parcel_order_rel rel ON rel.parcel_id = p.id
                WHERE rel.order_id = o.id AND p.received IS NOT TRUE
            ) parcel ON TRUE
            WHERE o.case_state = 'authorised' AND open.units > 0
            """
        )

    def action_open_return(self):
        """Open the return of this row."""
        return self.env["returns.order"]._action_open(self.order_id)
