from odoo import models

from ...const import BILLS


class AccountMove(models.Model):
    """Which bills are in another currency than what they bill."""

    _inherit = "account.move"

    def _returns_bills_abroad(self, currency):
        """Posted bills in another currency than ``currency`` that stand."""
        return self.filtered(
            lambda move: (
                move.state == "posted"
                and move.currency_id != currency
                and move.move_type in BILLS
                and move.payment_state != "reversed"
            )
        )


class SaleOrderLine(models.Model):
    """Invoices in another currency than the order's."""

    _inherit = "sale.order.line"

    def _returns_foreign_bills(self):
        """Posted invoices of this line in another currency that stand."""
        bills = self.invoice_lines.move_id._returns_bills_abroad(self.currency_id)
        return bills.filtered(lambda move: move.returns_credit_kind != "return")


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
        return lines.invoice_lines.move_id._returns_bills_abroad(self.currency_id)
