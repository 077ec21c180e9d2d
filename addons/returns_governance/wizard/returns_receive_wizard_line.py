from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnsReceiveWizardLine(models.TransientModel):
    """A product that came, expected or not."""

    _name = "returns.receive.wizard.line"
    _description = "Goods to receive"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one(
        "returns.receive.wizard", required=True, ondelete="cascade"
    )
    order_id = fields.Many2one("returns.order", "Return")
    line_id = fields.Many2one("returns.order.line")
    parcel_id = fields.Many2one("returns.parcel", "Parcel")
    product_id = fields.Many2one("product.product", "Product", required=True)
    tracking = fields.Selection(related="product_id.tracking")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    expected = fields.Float(digits="Product Unit")
    quantity = fields.Float("Received", digits="Product Unit")
    lot_name = fields.Char("Lot/serial")
    unexpected = fields.Boolean(compute="_compute_unexpected")
    difference = fields.Char("Note", compute="_compute_difference")
    done = fields.Boolean()
    result = fields.Char("Result", readonly=True)

    @api.depends("line_id")
    def _compute_unexpected(self):
        for row in self:
            row.unexpected = not row.line_id

    @api.depends("expected", "quantity", "line_id", "product_id")
    @api.depends_context("lang")
    def _compute_difference(self):
        for row in self:
            row.difference = row._difference()

    def _difference(self):
        """What this row will mean, before it is saved."""
        unit = self.product_id.uom_id
        if not self.product_id:
            return ""
        if not self.line_id:
            return self.env._("Not on the return: kept, and looked at as an exception")
        side = unit.compare(self.quantity, self.expected)
        number = self.env["returns.words"]._number
        if side > 0:
            return self.env._(
                "%(more)s more than expected",
                more=number(self.quantity - self.expected),
            )
        if side < 0:
            return self.env._(
                "%(less)s less than expected",
                less=number(self.expected - self.quantity),
            )
        return ""

    def _choose_return(self):
        """What came unexpected belongs to the only return, or to the one chosen."""
        for row in self.filtered(lambda row: not row.order_id):
            if len(row.dialog_id.order_ids) != 1:
                raise UserError(
                    self.env._(
                        "%(product)s: choose the return that it came with.",
                        product=row.product_id.display_name,
                    )
                )
            row.order_id = row.dialog_id.order_ids

    def _entry(self):
        """This row as ``returns.step.receive`` takes it."""
        order = self.order_id
        own = self.line_id.order_id == order
        return {
            "line": self.line_id if own else self.line_id.browse(),
            "product": self.product_id,
            "quantity": self.quantity,
            "lot_name": self.lot_name,
            "warehouse": self.dialog_id.warehouse_id or order.warehouse_id,
            "receipt_ref": self.dialog_id.receipt_ref,
            "parcel": self.parcel_id,
            "unexpected": self.unexpected,
        }
