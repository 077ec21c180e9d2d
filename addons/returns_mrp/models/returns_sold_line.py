from odoo import models


class ReturnsSoldLine(models.Model):
    """Kits that came back are counted over all returns, as core counts them."""

    _inherit = "returns.sold.line"

    def _quantity_delivered(self):
        found = super()._quantity_delivered()
        for row in self.filtered("quantity_received"):
            kits = row.line_ids.filtered("kits_per_unit")
            if len(kits) > 1:
                back = kits._kits_back()
                found[row] = row.sale_line_id.qty_delivered + back
        return found
