"""Goods come back at the cost at which they left, whatever the costing method.

All figures are worked out by hand, from what the goods were bought at:

    6 of lot A at 10, then 6 of lot B at 20; the standard cost is 12
    8 leave in one move: 6 of lot A and 2 of lot B
    2 of lot B come back

=================  =========================  ==================  =====================
method             8 leave                    2 come back         stock then
=================  =========================  ==================  =====================
standard           8 x 12 = 96                2 x 12 = 24         6 x 12 = 72
average            8 x 15 = 120               2 x 15 = 30         4 x 15 + 30 = 90
FIFO               6 x 10 + 2 x 20 = 100      100 / 8 x 2 = 25    4 x 20 + 25 = 105
by lot (AVCO or    6 x 10 + 2 x 20 = 100      2 x 20 = 40         4 x 20 + 40 = 120
FIFO)
=================  =========================  ==================  =====================
"""

from odoo.tests import tagged

from .value_matrix_common import BY_HAND, ValueMatrixCommon

# 4 of lot C at 45 come in between, and the standard cost becomes 20. Lots of a product
# of standard cost keep theirs.
DEARER = {
    ("standard", False): 10 * 20.0,
    ("standard", True): 6 * 12.0 + 4 * 20.0,
    ("average", False): 4 * 15.0 + 4 * 45.0 + 30.0,
    ("average", True): 4 * 20.0 + 4 * 45.0 + 40.0,
    ("fifo", False): 4 * 20.0 + 4 * 45.0 + 25.0,
    ("fifo", True): 4 * 20.0 + 4 * 45.0 + 40.0,
}
# Freight of 6 comes onto each unit of lot B after the sale: what is left of the lot
# cost 26 then; average of all 216 / 12 = 18. What left keeps its cost.
WITH_FREIGHT = {
    ("standard", False): 72.0,
    ("standard", True): 72.0,
    ("average", False): 4 * 18.0 + 30.0,
    ("average", True): 4 * 26.0 + 40.0,
    ("fifo", False): 4 * 26.0 + 25.0,
    ("fifo", True): 4 * 26.0 + 40.0,
}
# What came back is sent once more, and comes back once more: cost of the second return,
# and of the stock then. First in, first out sends 2 at 20, and takes just those back,
# since of the first delivery no unit of lot B is out any more: 105 - 40 + 40.
TWICE = {
    **{key: figures[1:] for key, figures in BY_HAND.items()},
    ("fifo", False): (40.0, 105.0),
}


@tagged("post_install", "-at_install")
class TestValueMatrix(ValueMatrixCommon):
    """Each costing method, by lot and not, perpetual and periodic: all in one order."""

    def test_just_so(self):
        order = self._sell_all()
        self._check(order, self._back_all(order))

    def test_sold_and_sent_in_another_unit(self):
        pair = self.env["uom.uom"].create(
            {
                "name": "Pair of the test",
                "relative_factor": 2,
                "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
            }
        )
        # Transfers count in the unit of the order, too.
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        order = self._sell_all(pair, 2.0)
        self.assertEqual(order.picking_ids.move_ids.product_uom, pair)
        self._check(order, self._back_all(order, 2.0))

    def test_back_to_another_warehouse(self):
        other = self.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
        order = self._sell_all()
        back = self._back_all(order, warehouse=other)
        self.assertEqual(back.receipt_ids.move_id.location_dest_id.warehouse_id, other)
        self._check(order, back)

    def test_after_the_cost_changed(self):
        order = self._sell_all()
        for (method, *_rest), product in self.cells.items():
            if method == "standard":
                product.standard_price = 20.0
        self._buy_all("C", 4.0, 45.0)
        self._check(order, self._back_all(order), DEARER)

    def test_after_the_purchase_turned_out_dearer(self):
        """Freight of 36 comes onto lot B when 2 of it are sold already."""
        order = self._sell_all()
        self._tick()
        self._set_worth(self.bought, 6.0 * 20.0 + 36.0)
        self._check(order, self._back_all(order), WITH_FREIGHT)

    def test_returned_twice(self):
        order = self._sell_all()
        first = self._back_all(order)
        self._send_again(first)
        self._tick()
        self._invoice(order)
        second = self._back_all(order)
        self.env.invalidate_all()
        self.assertEqual(len(second.receipt_ids), len(self.cells))
        for (method, by_lot, _valuation), product in self.cells.items():
            with self.subTest(method=method, by_lot=by_lot):
                came = second.receipt_ids.move_id.filtered(
                    lambda m, p=product: m.product_id == p
                )
                again, rest = TWICE[method, by_lot]
                self.assertAlmostEqual(came.value, again)
                self.assertAlmostEqual(product.total_value, rest)
                relieved = self._cost_of(second.settlement_ids.move_id, product)
                if _valuation == "real_time":
                    self.assertAlmostEqual(-relieved, again)
        self._check_closing({key: rest for key, (_again, rest) in TWICE.items()})
