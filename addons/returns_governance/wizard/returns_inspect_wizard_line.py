import math

from odoo import api, fields, models
from odoo.exceptions import UserError


class ReturnsInspectWizardLine(models.TransientModel):
    """A product (and lot) of a return with its units by condition."""

    _name = "returns.inspect.wizard.line"
    _description = "Goods to inspect"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one(
        "returns.inspect.wizard", required=True, ondelete="cascade"
    )
    order_id = fields.Many2one("returns.order", "Return", required=True)
    line_id = fields.Many2one("returns.order.line")
    product_id = fields.Many2one("product.product", "Product", required=True)
    lot_id = fields.Many2one("stock.lot", "Lot/serial")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    left = fields.Float("To inspect", digits="Product Unit")
    reason_id = fields.Many2one(related="line_id.reason_id", string="Reason")
    comment = fields.Text(related="line_id.comment", string="Customer says")
    grid = fields.Json(help="Units and wishes by condition; see the dialog's _grade.")
    refund_words = fields.Char(compute="_compute_refund_words", compute_sudo=True)
    note = fields.Text()
    photo_ids = fields.Many2many("ir.attachment", string="Photos")

    @api.depends("line_id")
    @api.depends_context("lang")
    def _compute_refund_words(self):
        for row in self:
            row.refund_words = row.line_id and row._say_refund() or False

    def _say_refund(self):
        """What the line's refund is, and whether saving lets it go."""
        line = self.line_id
        amount = self.env["returns.words"]._money(line.currency_id, line.amount_due)
        rule = (line.decision_id.outcomes or {}).get("release")
        if line.order_id.case_state == "authorised" and rule == "inspection":
            return self.env._("Refund %(sum)s, released on saving", sum=amount)
        state = line.refund_words or self.env._("none")
        return self.env._("Refund %(sum)s: %(state)s", sum=amount, state=state)

    def _entries(self):
        """The graded quantities as ``returns.step.inspect`` takes them."""
        graded = [
            (grade, quantity)
            for grade in self._grades()
            if (quantity := self._quantity(grade))
        ]
        self._check_sum(sum(quantity for _grade, quantity in graded))
        photos = [(file.name, file.raw) for file in self.photo_ids]
        return [
            {
                "line": self.line_id,
                "product": self.product_id,
                "lot_name": self.lot_id.name,
                "quantity": quantity,
                "condition": self._condition(grade),
                "disposition": self._wanted(grade),
                "reason": self._reason(grade),
                "note": self.note,
                "photos": photos,
            }
            for grade, quantity in graded
        ]

    def _grades(self):
        """The cells of the grid; the browser sends it, so its shape is checked."""
        grid = self.grid or {}
        grades = grid.get("grades", []) if isinstance(grid, dict) else None
        if not isinstance(grades, list) or not all(isinstance(g, dict) for g in grades):
            raise UserError(
                self.env._("The grid cannot be read. Open the dialog again.")
            )
        return grades

    def _quantity(self, grade):
        """What was counted into a grade; the browser sends it, so it is checked."""
        try:
            quantity = float(grade.get("quantity") or 0)
        except (TypeError, ValueError):
            quantity = -1
        if not 0 <= quantity < math.inf:
            raise UserError(
                self.env._(
                    "%(product)s: a graded quantity must be a number above zero.",
                    product=self.product_id.display_name,
                )
            )
        return quantity

    def _left_now(self):
        """Units received and not looked at, whatever the screen has said."""
        receipts = self.order_id.receipt_ids.filtered(
            lambda row: (
                row.line_id == self.line_id
                and row.product_id == self.product_id
                and row.lot_id == self.lot_id
            )
        )
        return sum(row._quantity_to_inspect() for row in receipts)

    def _check_sum(self, graded):
        """Not more than was received and not looked at yet."""
        left = self._left_now()
        if self.product_id.uom_id.compare(graded, left) > 0:
            number = self.env["returns.words"]._number
            raise UserError(
                self.env._(
                    "%(product)s: %(graded)s graded, but only %(left)s received and "
                    "not inspected yet. Take units out of a condition.",
                    product=self.product_id.display_name,
                    graded=number(graded),
                    left=number(left),
                )
            )

    def _condition(self, grade):
        return self._chosen("returns.condition", grade.get("condition"))

    def _wanted(self, grade):
        """Another disposition than the policy's, if one was chosen."""
        wanted = grade.get("wanted")
        return wanted and self._chosen("returns.disposition", wanted) or False

    def _reason(self, grade):
        reason = str(grade.get("reason") or "").strip()
        if grade.get("wanted") and not reason:
            raise UserError(
                self.env._(
                    "%(product)s: say why it goes elsewhere than the policy says.",
                    product=self.product_id.display_name,
                )
            )
        return reason

    def _chosen(self, model, record_id):
        # A true is no id, though Python counts with it; nor is what no column holds.
        known = type(record_id) is int and 0 < record_id < 2**31
        record = self.env[model].browse(record_id if known else None).exists()
        if not record:
            raise UserError(
                self.env._("Something chosen here is gone. Open the dialog again.")
            )
        return record
