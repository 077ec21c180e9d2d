from odoo import api, fields, models

from ...const import REPAIR_OUTCOMES

BACK = "return_to_customer"


class ReturnsRouting(models.Model):
    """Goods that go back to the customer whose they are, and how their repair ended."""

    _inherit = "returns.routing"

    outcome = fields.Selection(
        REPAIR_OUTCOMES, "Outcome of the repair", help="Of goods that are sent back."
    )
    delivery_move_ids = fields.One2many(
        "stock.move", "returns_send_back_id", "Deliveries back"
    )
    quantity_sent_back = fields.Float(
        "Sent back",
        compute="_compute_quantity_sent_back",
        store=True,
        digits="Product Unit",
        help="Units that have left for the customer, in the product's unit.",
    )

    @api.depends("delivery_move_ids.state", "delivery_move_ids.quantity")
    def _compute_quantity_sent_back(self):
        # Without a read where nothing goes back.
        going = self.filtered(lambda row: row._is_back())
        (self - going).quantity_sent_back = 0.0
        for row in going:
            left = row.delivery_move_ids.filtered(
                lambda move: (
                    move.state == "done" and move.location_dest_id.usage == "customer"
                )
            )
            row.quantity_sent_back = sum(
                move.product_uom._compute_quantity(
                    move.quantity, row.product_id.uom_id, round=False
                )
                for move in left
            )

    def _is_back(self):
        """Whether the row sends goods back to the customer."""
        return self.disposition_id.kind == BACK

    def _quantity_to_send_back(self):
        """Units that wait at the place from which they go back."""
        return max(0.0, self._quantity_here() - self.quantity_sent_back)
