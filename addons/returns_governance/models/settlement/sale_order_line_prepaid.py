from odoo import api, models


class SaleOrderLine(models.Model):
    """What is left of a down payment of which a return gave a part back.

    Core takes a down payment off the last bill as long as one unit of it is billed; a
    credit note of a part has one unit too, at the price of the part.
    """

    _inherit = "sale.order.line"

    @api.depends("price_unit", "invoice_lines.move_id.returns_credit_kind")
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        for line in self:
            if line.state != "sale" or not line.is_downpayment or line.display_type:
                continue
            if line._returns_gave_part_back():
                line.qty_to_invoice = -1.0
        return res

    def _returns_gave_part_back(self):
        """Whether of this down payment something went back, and something did not."""
        items = self.invoice_lines.filtered(lambda item: item.parent_state == "posted")
        if not any(item.move_id.returns_credit_kind == "return" for item in items):
            return False
        left = sum(
            item.price_total * (1 if item.move_id.move_type == "out_invoice" else -1)
            for item in items
        )
        return self.currency_id.compare_amounts(left, 0.0) > 0
