from odoo import fields, models

from ..const import RESOLUTIONS


class ReturnsAddWizardLine(models.TransientModel):
    """A delivered order line, and how much of it comes back."""

    _name = "returns.add.wizard.line"
    _description = "Order line to return"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one("returns.add.wizard", required=True, ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", "Order line", required=True)
    sale_order_id = fields.Many2one(related="sale_line_id.order_id", string="Order")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    uom_id = fields.Many2one(related="sale_line_id.product_uom_id", string="Unit")
    delivered = fields.Float(digits="Product Unit", readonly=True)
    returnable = fields.Float("Can come back", digits="Product Unit", readonly=True)
    quantity = fields.Float("Comes back", digits="Product Unit")
    reason_id = fields.Many2one("returns.reason", "Reason")
    resolution = fields.Selection(
        RESOLUTIONS, "Customer wants", default="refund", required=True
    )
    comment = fields.Text("Customer says")
