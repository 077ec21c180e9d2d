from odoo import models


class SaleOrderLine(models.Model):
    """What is invoiced of a pack, where credit notes are for single units of it.

    Core turns each document into the unit of the order line and rounds it: six credit
    notes for one of six would leave a hundredth of the pack to bill.
    """

    _inherit = "sale.order.line"

    def _prepare_qty_invoiced(self):
        invoiced = super()._prepare_qty_invoiced()
        for line in self:
            items = line._get_invoice_lines()
            if line._returns_in_other_units(items):
                done = items.filtered(
                    lambda item: (
                        item.move_id.state != "cancel"
                        or item.move_id.payment_state == "invoicing_legacy"
                    )
                )
                invoiced[line] = line._returns_exactly_invoiced(done)
        return invoiced

    def _compute_qty_invoiced_posted(self):
        result = super()._compute_qty_invoiced_posted()
        for line in self:
            items = line._get_invoice_lines()
            if line._returns_in_other_units(items):
                done = items.filtered(
                    lambda item: (
                        item.parent_state == "posted"
                        or item.move_id.payment_state == "invoicing_legacy"
                    )
                )
                line.qty_invoiced_posted = line._returns_exactly_invoiced(done)
        return result

    def _returns_in_other_units(self, items):
        """Whether a credit of a return is in another unit than the line."""
        return any(
            item.product_uom_id != self.product_uom_id
            and item.move_id.returns_credit_kind == "return"
            for item in items
        )

    def _returns_exactly_invoiced(self, items):
        """The sum of all documents, rounded once."""
        total = sum(
            item.product_uom_id._compute_quantity(
                item.quantity, self.product_uom_id, round=False
            )
            * -item.move_id.direction_sign
            for item in items
        )
        return self.product_uom_id.round(total)
