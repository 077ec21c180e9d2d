"""Odoo's tests of stock valuation hold with our addons installed."""

from odoo.addons.stock_account.tests import (
    test_account_move,
    test_lot_valuation,
    test_stockvaluation,
    test_stockvaluationlayer,
)

from .taken import take

take(
    globals(),
    test_account_move,
    test_lot_valuation,
    test_stockvaluation,
    test_stockvaluationlayer,
)
