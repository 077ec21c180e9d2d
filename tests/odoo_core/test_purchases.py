"""Odoo's tests of returns to vendors and of what purchases cost hold, too."""

from odoo.addons.purchase.tests import test_purchase_invoice
from odoo.addons.purchase_stock.tests import (
    test_account,
    test_create_picking,
    test_purchase_order,
    test_stock_valuation,
    test_stockvaluation,
)

from .taken import WORDS, take

take(globals(), test_stock_valuation, test_stockvaluation)
take(
    globals(),
    test_account,
    test_create_picking,
    test_purchase_order,
    test_purchase_invoice,
    only=WORDS,
)
