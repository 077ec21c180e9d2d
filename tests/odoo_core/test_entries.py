"""Odoo's tests of reversed and refunded entries, payments and moves hold, too."""

from odoo.addons.account.tests import (
    test_account_move_entry,
    test_account_move_out_invoice,
    test_account_move_reconcile,
    test_account_payment,
    test_account_payment_register,
)
from odoo.addons.sale.tests import test_payment_flow, test_sale_to_invoice
from odoo.addons.stock.tests import test_move2, test_quant

from .taken import GATED, WORDS, take

take(
    globals(),
    test_account_move_entry,
    test_account_move_out_invoice,
    test_account_move_reconcile,
    test_account_payment,
    test_account_payment_register,
    test_payment_flow,
    test_sale_to_invoice,
    test_move2,
    test_quant,
    only=WORDS,
    differs={
        "TestSaleToInvoice.test_credit_note_automatic_matching": GATED,
        "TestSaleToInvoice.test_credit_note_no_automatic_matching": GATED,
    },
)
