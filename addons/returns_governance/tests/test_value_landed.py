"""Landed costs come onto goods that are sold, and onto goods that have come back.

All figures are worked out by hand. 6 of lot A are bought at 10 and 6 of lot B at 20;
8 leave in one move (6 of lot A and 2 of lot B), and 2 of lot B come back. Freight of 36
comes onto the receipt of lot B, which is 6 for each of its units:

* before the sale, lot B cost 26 and the average of all is (60 + 156) / 12 = 18;
* after the sale, what left keeps its cost, and comes back at it; the 4 that are left
  of lot B cost 26, or 18 on average;
* after the return it is the same: what came back has its own cost already.

Goods of standard cost take no landed cost: their cost stays 12.
"""

from odoo import Command
from odoo.tests import tagged

from .value_matrix_common import BY_HAND, ValueMatrixCommon

FREIGHT = 36.0
# As in BY_HAND: cost of what left, of what came back, and of the stock then.
BEFORE_THE_SALE = {
    ("standard", False): (96.0, 24.0, 72.0),
    ("standard", True): (96.0, 24.0, 72.0),
    ("average", False): (8 * 18.0, 2 * 18.0, 6 * 18.0),
    ("average", True): (6 * 10.0 + 2 * 26.0, 2 * 26.0, 6 * 26.0),
    ("fifo", False): (6 * 10.0 + 2 * 26.0, 112.0 / 8 * 2, 4 * 26.0 + 28.0),
    ("fifo", True): (6 * 10.0 + 2 * 26.0, 2 * 26.0, 6 * 26.0),
}
# What left and what came back stays as without freight; only the stock is dearer.
AFTER_THE_SALE = {
    ("standard", False): 72.0,
    ("standard", True): 72.0,
    ("average", False): 4 * 18.0 + 30.0,
    ("average", True): 4 * 26.0 + 40.0,
    ("fifo", False): 4 * 26.0 + 25.0,
    ("fifo", True): 4 * 26.0 + 40.0,
}
# After the freight the 2 are sent once more, and come back once more: cost of both
# ways, and of the stock then. What comes back left with the second delivery, since lot
# B of the first is back. The average is 102 / 6 = 17, of lot B 144 / 6 = 24; first in,
# first out sends 2 of the 4 at 26. By lot, first in, first out, Odoo books what leaves
# at the average of its lot and takes it from what came first: 144 - 52 + 48.
TWICE = {
    ("standard", False): (24.0, 24.0, 72.0),
    ("standard", True): (24.0, 24.0, 72.0),
    ("average", False): (34.0, 34.0, 102.0),
    ("average", True): (48.0, 48.0, 144.0),
    ("fifo", False): (52.0, 52.0, 129.0),
    ("fifo", True): (48.0, 48.0, 140.0),
}


@tagged("post_install", "-at_install")
class TestValueLanded(ValueMatrixCommon):
    """What left before a landed cost comes back at what it cost when it left."""

    def setUp(self):
        if "stock.landed.cost" not in self.env:
            self.skipTest("Landed costs are not installed")
        super().setUp()

    def _buy_all(self, name, quantity, cost):
        """Bought with an order: a value that is given by hand takes no landed cost."""
        self._tick()
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": cost,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for product in self.cells.values()
                ],
            }
        )
        order.button_confirm()
        for product in self.cells.values():
            self._lot(product, name)
        self._leave(order.picking_ids.move_ids, [(name, quantity)])
        return order.picking_ids

    def _freight(self):
        """Freight for the receipt of lot B, shared among the units that can take it."""
        self._tick()
        service = self._make_product("Freight", 0.0, 0.0, type="service")
        valued = [key for key in self.cells if key[0] != "standard"]
        cost = self.env["stock.landed.cost"].create(
            {
                "picking_ids": [Command.set(self.bought.ids)],
                "cost_lines": [
                    Command.create(
                        {
                            "product_id": service.id,
                            "price_unit": FREIGHT * len(valued),
                            "split_method": "by_quantity",
                        }
                    )
                ],
            }
        )
        cost.button_validate()
        shares = cost.valuation_adjustment_lines.mapped("additional_landed_cost")
        self.assertEqual(shares, [FREIGHT] * len(valued))
        self._tick()

    def test_before_the_sale(self):
        self._freight()
        order = self._sell_all()
        self._check(order, self._back_all(order), figures=BEFORE_THE_SALE)

    def test_after_the_sale(self):
        order = self._sell_all()
        self._freight()
        self._check(order, self._back_all(order), AFTER_THE_SALE)

    def test_after_the_return_and_returned_twice(self):
        order = self._sell_all()
        first = self._back_all(order)
        self._freight()
        self._check(order, first, AFTER_THE_SALE)
        self._send_again(first)
        self._tick()
        self._invoice(order)
        second = self._back_all(order)
        self.env.invalidate_all()
        for (method, by_lot, valuation), product in self.cells.items():
            out, again, rest = TWICE[method, by_lot]
            with self.subTest(method=method, by_lot=by_lot, valuation=valuation):
                moves = {
                    back: back.receipt_ids.move_id.filtered(
                        lambda m, p=product: m.product_id == p
                    )
                    for back in (first, second)
                }
                sent = moves[first].returned_move_ids
                self.assertAlmostEqual(sent.value, out)
                self.assertAlmostEqual(moves[first].value, BY_HAND[method, by_lot][1])
                self.assertAlmostEqual(moves[second].value, again)
                self.assertAlmostEqual(product.total_value, rest)
                if valuation == "real_time":
                    credit = second.settlement_ids.move_id
                    if method == "average" and not by_lot:
                        # the cost that the invoice has booked which it credits
                        invoices = order.invoice_ids.sorted("id")
                        self.assertEqual(credit.reversed_entry_id, invoices[0])
                        again = 2 * 15.0
                    self.assertAlmostEqual(-self._cost_of(credit, product), again)
        self._check_closing({key: rest for key, (*_, rest) in TWICE.items()})
