from odoo import models
from odoo.tools import SQL

from .returns_setup_check import Check

SOLD = """SELECT t.company_id, p.id, NULL FROM product_product p
    JOIN product_template t ON t.id = p.product_tmpl_id
    WHERE p.active AND t.active AND t.sale_ok AND t.type = 'consu' AND """


class ReturnsSetupCheck(models.AbstractModel):
    """Warehouses with their places, and what returns need to know of products."""

    _inherit = "returns.setup.check"

    def _checks(self):
        product = "product.product"
        return {
            **super()._checks(),
            "warehouse_none": Check(20, "place", "stops", "stock.warehouse"),
            "warehouse_state": Check(21, "place", "stops", "stock.warehouse"),
            "disposition_place": Check(22, "place", "stops", "stock.warehouse"),
            "product_category": Check(23, "product", "disturbs", product),
            "product_weight": Check(24, "product", "disturbs", product),
            "product_code": Check(25, "product", "disturbs", product),
            "product_untracked": Check(26, "product", "disturbs", product),
            "product_lots": Check(27, "product", "disturbs", product),
        }

    def _gaps_warehouse_none(self):
        return SQL(
            """SELECT co.id, 0, NULL FROM co WHERE NOT EXISTS (
                SELECT FROM stock_warehouse w
                WHERE w.company_id = co.id AND w.active)"""
        )

    def _gaps_warehouse_state(self):
        return SQL(
            """SELECT w.company_id, w.id,
                    string_agg(s.code, ', ' ORDER BY s.sequence, s.id)
                FROM stock_warehouse w JOIN co ON co.id = w.company_id
                CROSS JOIN inventory_state s
                WHERE w.active AND s.active AND s.kind = 'stored' AND NOT s.available
                    AND NOT EXISTS (
                        SELECT FROM stock_location l
                        WHERE l.location_id = w.view_location_id AND l.state_id = s.id)
                GROUP BY w.company_id, w.id"""
        )

    def _gaps_disposition_place(self):
        return SQL(
            """SELECT w.company_id, w.id,
                    string_agg(d.code, ', ' ORDER BY d.sequence, d.id)
                FROM stock_warehouse w JOIN co ON co.id = w.company_id
                CROSS JOIN returns_disposition d
                WHERE w.active AND d.active AND d.state_id IS NOT NULL
                    AND d.put_away IS NOT TRUE AND NOT EXISTS (
                        SELECT FROM stock_location l
                        WHERE l.warehouse_id = w.id AND l.active
                            AND l.usage = 'internal'
                            AND l.returns_disposition_id = d.id)
                GROUP BY w.company_id, w.id"""
        )

    def _gaps_product_category(self):
        return SQL(SOLD + "t.categ_id IS NULL")

    def _gaps_product_weight(self):
        return SQL(SOLD + "COALESCE(p.weight, 0) = 0")

    def _gaps_product_code(self):
        return SQL(SOLD + "COALESCE(p.default_code, '') = '' AND p.barcode IS NULL")

    def _gaps_product_untracked(self):
        return SQL(SOLD + "t.is_storable IS NOT TRUE")

    def _gaps_product_lots(self):
        return SQL(
            SOLD
            + "t.tracking = 'none' AND EXISTS ("
            + "SELECT FROM stock_lot l WHERE l.product_id = p.id)"
        )
