from odoo import models


class SaleOrderLine(models.Model):
    """Invoices in another currency than the order's."""

    _inherit = "sale.order.line"

    def _returns_foreign_bills(self):
        """Posted invoices of this line in another currency that stand."""
        return self.invoice_lines.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.currency_id != self.currency_id
                and move.move_type in ("out_invoice", "out_receipt")
                and move.returns_credit_kind != "return"
                and move.payment_state != "reversed"
            )
        )


class ReturnsOrderLine(models.Model):
    """An exchange needs bill and credit in one currency."""

    _inherit = "returns.order.line"

    def _foreign_bills_in_exchange(self):
        """Invoices in another currency, of goods that are exchanged."""
        if self.resolution != "exchange":
            return self.env["account.move"]
        return self.sale_line_id._returns_foreign_bills()


class SaleOrder(models.Model):
    """Down payments in another currency than the order's."""

    _inherit = "sale.order"

    def _returns_foreign_down_payments(self):
        """Posted invoices of down payments in another currency that stand."""
        lines = self.order_line.filtered("is_downpayment")
        return lines.invoice_lines.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.currency_id != self.currency_id
                and move.move_type in ("out_invoice", "out_receipt")
                and move.payment_state != "reversed"
            )
        )
