from odoo import fields, models


class ReturnsCancelWizardLine(models.TransientModel):
    """How many units of a line are not sent back after all."""

    _name = "returns.cancel.wizard.line"
    _description = "Units to cancel"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one(
        "returns.cancel.wizard", required=True, ondelete="cascade"
    )
    line_id = fields.Many2one("returns.order.line", required=True)
    product_id = fields.Many2one(related="line_id.product_id")
    uom_id = fields.Many2one(related="line_id.uom_id")
    left = fields.Float("Not arrived", digits="Product Unit", readonly=True)
    quantity = fields.Float("Cancel", digits="Product Unit")
