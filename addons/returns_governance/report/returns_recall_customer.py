from odoo import fields, models
from odoo.tools import SQL


class ReturnsRecallCustomer(models.Model):
    """Who got goods of a recall: read from what was delivered, by lot.

    For the notice to each known customer (Regulation (EU) 2023/988 Art 35).
    """

    _name = "returns.recall.customer"
    _description = "Customer of recalled goods"
    _auto = False
    _order = "last_delivery desc, id"
    _rec_name = "partner_id"
    _depends = {
        "returns.recall": ["product_ids", "lot_ids", "company_id"],
        "stock.move.line": [
            "product_id",
            "lot_id",
            "quantity_product_uom",
            "state",
            "date",
            "location_id",
            "location_dest_id",
        ],
        "stock.move": ["partner_id", "sale_line_id", "picking_id"],
        "stock.location": ["usage"],
        "sale.order": ["returns_channel_id", "warehouse_id", "partner_id"],
    }

    recall_id = fields.Many2one("returns.recall", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/serial", readonly=True)
    channel_id = fields.Many2one("returns.channel", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", readonly=True)
    quantity = fields.Float(
        "Still there",
        digits="Product Unit",
        readonly=True,
        help="Units delivered, less those that came back.",
    )
    delivered = fields.Float(digits="Product Unit", readonly=True)
    last_delivery = fields.Datetime(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT row_number() OVER (
                    ORDER BY r.id, buyer.id, l.product_id, l.lot_id,
                        o.returns_channel_id, o.warehouse_id
                ) AS id,
                r.id AS recall_id, r.company_id, buyer.id AS partner_id, l.product_id,
                l.lot_id, o.returns_channel_id AS channel_id, o.warehouse_id,
                sum(l.quantity_product_uom * CASE WHEN dest.usage = 'customer'
                    THEN 1 ELSE -1 END) AS quantity,
                sum(CASE WHEN dest.usage = 'customer'
                    THEN l.quantity_product_uom ELSE 0 END) AS delivered,
                max(CASE WHEN dest.usage = 'customer' THEN l.date END) AS last_delivery
            FROM returns_recall r
            JOIN product_product_returns_recall_rel rel ON rel.returns_recall_id = r.id
            JOIN stock_move_line l ON l.product_id = rel.product_product_id
                AND l.state = 'done' AND l.company_id = r.company_id
            JOIN stock_location source ON source.id = l.location_id
            JOIN stock_location dest ON dest.id = l.location_dest_id
                AND (source.usage = 'customer') != (dest.usage = 'customer')
            JOIN stock_move m ON m.id = l.move_id
            LEFT JOIN stock_picking k ON k.id = m.picking_id
            LEFT JOIN sale_order_line sl ON sl.id = m.sale_line_id
            LEFT JOIN sale_order o ON o.id = sl.order_id
            JOIN res_partner buyer
                ON buyer.id = coalesce(o.partner_id, m.partner_id, k.partner_id)
            WHERE NOT EXISTS (
                    SELECT FROM returns_recall_stock_lot_rel named
                    JOIN stock_lot lot ON lot.id = named.stock_lot_id
                    WHERE named.returns_recall_id = r.id
                        AND lot.product_id = l.product_id)
                OR l.lot_id IN (
                    SELECT stock_lot_id FROM returns_recall_stock_lot_rel
                    WHERE returns_recall_id = r.id)
            GROUP BY r.id, buyer.id, l.product_id, l.lot_id, o.returns_channel_id,
                o.warehouse_id
            HAVING sum(CASE WHEN dest.usage = 'customer'
                THEN l.quantity_product_uom ELSE 0 END) > 0
            """
        )
