import re

from odoo import models
from odoo.tools import SQL

#: The two tables of places in core's view, in the words of PostgreSQL.
PLACES = re.compile(r"\bstock_location (sl|l)\b")


class ReportStockQuantity(models.Model):
    _inherit = "report.stock.quantity"

    _depends = {
        "stock.location": ["effective_state_id", "usage"],
        "inventory.state": ["available"],
    }

    def init(self):
        """Hide from core's forecast view that unavailable places are in a warehouse.

        Both joins with the warehouses go by the path of the place, so a place
        without a path is outside every warehouse: what lies there is no stock, and
        what goes there is a delivery.
        """
        res = super().init()
        cr = self.env.cr
        cr.execute("SELECT pg_get_viewdef('report_stock_quantity'::regclass)")
        definition = cr.fetchone()[0].rstrip().rstrip(";")
        narrowed, count = PLACES.subn(
            r"""(
            SELECT place.id, place.usage,
                CASE WHEN state.id IS NULL OR state.available THEN place.parent_path END
                    AS parent_path
            FROM stock_location place
            LEFT JOIN inventory_state state ON state.id = place.effective_state_id
            ) \1""",
            definition,
        )
        if count != 2:
            raise ValueError(
                "report_stock_quantity has another shape than expected: "
                f"{count} tables of places instead of 2"
            )
        # the text comes from PostgreSQL itself; its % signs are no parameters
        view = SQL(narrowed.replace("%", "%%"))
        cr.execute(SQL("CREATE OR REPLACE VIEW report_stock_quantity AS %s", view))
        return res
