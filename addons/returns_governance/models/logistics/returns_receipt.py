from odoo import fields, models

from ...const import RECEIPT_KINDS


class ReturnsReceipt(models.Model):
    """A quantity of a product that was seen at the dock, with its stock move.

    A correction is a row with the opposite quantity that names the row it reverses.
    """

    _name = "returns.receipt"
    _description = "Receipt of a return"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one("returns.order", ondelete="cascade", index=True)
    line_id = fields.Many2one(
        "returns.order.line",
        ondelete="cascade",
        index=True,
        help="Empty for goods that belong to no line of the return.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    parcel_id = fields.Many2one("returns.parcel", index=True)
    receipt_ref = fields.Char("Reference", index=True)
    kind = fields.Selection(RECEIPT_KINDS, default="expected", required=True)
    product_id = fields.Many2one("product.product", required=True, index=True)
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        help="In the product's unit.",
    )
    lot_id = fields.Many2one("stock.lot", "Lot/serial", index=True)
    serial_ok = fields.Boolean(default=True, help="The lot left with this order.")
    warehouse_id = fields.Many2one("stock.warehouse", "Node", index=True)
    move_id = fields.Many2one("stock.move", "Stock move", index=True)
    picking_id = fields.Many2one(related="move_id.picking_id", store=True, index=True)
    occurred_at = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    reverses_id = fields.Many2one("returns.receipt", "Reverses", index=True)
    reversed_by_ids = fields.One2many("returns.receipt", "reverses_id")
    reason = fields.Char(help="Why the row it reverses was wrong.")
    inspection_ids = fields.One2many("returns.inspection", "receipt_id", "Findings")

    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL",
        "This receipt is reversed already.",
    )

    def _quantity_inspected(self):
        """Units looked at so far, in the product's unit."""
        self.ensure_one()
        return sum(self.inspection_ids.mapped("quantity"))

    def _quantity_to_inspect(self):
        """Units received and not looked at; none for a corrected row."""
        self.ensure_one()
        if self.reverses_id or self.reversed_by_ids:
            return 0.0
        return self.quantity - self._quantity_inspected()
