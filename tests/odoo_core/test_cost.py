"""Odoo's tests of the cost of goods sold hold with our addons installed."""

from odoo.addons.sale_stock.tests import (
    test_anglo_saxon_valuation,
    test_anglo_saxon_valuation_reconciliation,
    test_anglosaxon_account,
)

from .taken import CREDITED, GATED, INSPECTED, take

take(
    globals(),
    test_anglo_saxon_valuation,
    test_anglo_saxon_valuation_reconciliation,
    test_anglosaxon_account,
    differs={
        "TestAngloSaxonValuation.test_anglo_saxon_cogs_with_down_payment": GATED,
        "TestAngloSaxonValuation.test_fifo_return_and_create_invoice": CREDITED,
        "TestAngloSaxonValuation.test_fifo_return_and_credit_note": GATED,
        (
            "TestAngloSaxonValuation."
            "test_fifo_delivered_invoice_post_delivery_with_return"
        ): INSPECTED,
    },
)
