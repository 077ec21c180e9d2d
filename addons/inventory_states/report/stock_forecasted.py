from odoo import models


class StockForecastedProductProduct(models.AbstractModel):
    _inherit = "stock.forecasted_product_product"

    def _filter_available_ids(self, location_ids):
        """Ids of the places whose stock can be promised."""
        # sudo: core found the places of the warehouse already
        locations = self.env["stock.location"].sudo().browse(location_ids)
        return locations._filter_available().ids

    def _move_domain(self, product_template_ids, product_ids, wh_location_ids):
        """Count moves into and out of the available places."""
        return super()._move_domain(
            product_template_ids,
            product_ids,
            self._filter_available_ids(wh_location_ids),
        )

    def _get_quant_domain(self, location_ids, products):
        """Count the stock of the available places."""
        return super()._get_quant_domain(
            self._filter_available_ids(location_ids), products
        )
