from odoo import fields, models


class StockMove(models.Model):
    """Recalled goods are reserved for nobody."""

    _inherit = "stock.move"

    returns_recall_id = fields.Many2one(
        "returns.recall",
        "Recall",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The recall that brought these goods into quarantine.",
    )

    def _get_reservation_limit(self, location):
        """Hook of inventory_states: nothing of a product that is recalled whole."""
        recalls = self.env["returns.recall"]._active()
        if recalls and self.location_dest_id.usage == "customer":
            lots = recalls.get((self.company_id.id, self.product_id.id), ())
            if lots is None:
                return False, None
        return super()._get_reservation_limit(location)
