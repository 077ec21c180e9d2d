from odoo import models

from ..const import KEY_AVAILABLE


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _get_product_context(self):
        """Let a reordering rule count only what can be promised.

        A rule on a place that is itself not available counts what lies there.
        """
        context = super()._get_product_context()
        if self.location_id._filter_available():
            context[KEY_AVAILABLE] = True
        return context
