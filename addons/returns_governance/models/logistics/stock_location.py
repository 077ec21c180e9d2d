from odoo import models


class StockLocation(models.Model):
    """Places in the house, which core takes long to tell from those outside."""

    _inherit = "stock.location"

    def _is_outgoing(self):
        """Hook of core, which asks the database at each call, once per move, whether
        the place between companies is there: what lies in a place of a warehouse
        has not left."""
        self.ensure_one()
        between = self.env["ir.model.data"]._xmlid_to_res_id(
            "stock.stock_location_inter_company", raise_if_not_found=False
        )
        if self.warehouse_id and f"/{between}/" not in f"/{self.parent_path}":
            return False
        return super()._is_outgoing()
