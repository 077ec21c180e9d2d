"""Odoo's tests of returns and refunds hold with our addons installed."""

from odoo.addons.account.tests import test_account_move_out_refund
from odoo.addons.sale.tests import test_sale_refund
from odoo.addons.sale_stock.tests import test_sale_stock, test_sale_stock_report
from odoo.addons.stock.tests import test_stock_return_picking

from .taken import CREDITED, EXCHANGED, GATED, INSPECTED, take

take(
    globals(),
    test_account_move_out_refund,
    test_sale_refund,
    test_stock_return_picking,
    differs={
        "TestSaleRefund.test_refund_create": (
            "0.0 != 5.0",
            "after a refund an order has nothing left to invoice",
        ),
        "TestSaleRefund.test_refund_invoice_with_downpayment": GATED,
    },
)
take(
    globals(),
    test_sale_stock,
    test_sale_stock_report,
    only="return refund qty_available invoice_before invoice_less backorder_and",
    differs={
        "TestSaleStock.test_02_sale_stock_return": CREDITED,
        "TestSaleStock.test_create_so_return_with_tracked_product": INSPECTED,
        "TestSaleStock.test_return_for_exchange_and_cancel_sol_qty": EXCHANGED,
        "TestSaleStock.test_return_for_exchange_negativ": EXCHANGED,
        "TestSaleStockInvoices.test_invoice_with_several_returns": INSPECTED,
        "TestSaleStockInvoices.test_refund_cancel_invoices": GATED,
    },
)
