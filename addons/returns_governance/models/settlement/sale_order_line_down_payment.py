from odoo import models

from ...guard import refuse


class SaleOrderLine(models.Model):
    """What makes a line a down payment stays, once there are documents for it.

    The gate lets a down payment be credited without a return: goods that were billed
    become none by a mark.
    """

    _inherit = "sale.order.line"

    def write(self, vals):
        if "is_downpayment" in vals:
            self._check_mark(bool(vals["is_downpayment"]))
        if "product_uom_qty" in vals:
            self._check_marked_quantity(vals["product_uom_qty"])
        return super().write(vals)

    def _check_mark(self, mark):
        for line in self:
            # sudo: as below
            if line.is_downpayment != mark and line.sudo().invoice_lines:
                line._refuse_mark()

    def _check_marked_quantity(self, quantity):
        for line in self.filtered("is_downpayment"):
            # sudo: whether there are documents; nothing of them is shown
            if bool(line.product_uom_qty) != bool(quantity) and (
                line.sudo().invoice_lines
            ):
                line._refuse_mark()

    def _refuse_mark(self):
        refuse(
            "GUARDED_FIELD",
            self.env._(
                "%(line)s: whether it is a down payment is settled, since there are "
                "invoices for it. Make a line of its own instead.",
                line=self.display_name,
            ),
        )
