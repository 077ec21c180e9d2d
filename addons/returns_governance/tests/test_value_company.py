"""One company sells, another receives: goods of every costing method.

The figures follow those of `test_value_matrix`: 8 left, 2 of lot B come back at what
they cost when they left, and go over at that cost. What the seller's stock gives is its
own way of counting: first in, first out gives 2 of the oldest that are there.

=================  ==================  ===============  ==================
method             2 came back at      2 go over for    stock of the seller
=================  ==================  ===============  ==================
standard           24                  24               72 - 24 = 48
average            30                  30               90 - 30 = 60
FIFO               25                  40               105 - 40 = 65
by lot             40                  40               120 - 40 = 80
=================  ==================  ===============  ==================
"""

from odoo.tests import tagged

from .sister import make_sister
from .value_matrix_common import BY_HAND, ValueMatrixCommon

# Cost of what goes over, and of the seller's stock then.
GIVEN = {
    ("standard", False): (24.0, 48.0),
    ("standard", True): (24.0, 48.0),
    ("average", False): (30.0, 60.0),
    ("average", True): (40.0, 80.0),
    ("fifo", False): (40.0, 65.0),
    ("fifo", True): (40.0, 80.0),
}


@tagged("post_install", "-at_install")
class TestValueCompany(ValueMatrixCommon):
    """Each costing method, by lot and not, perpetual and periodic."""

    def _set_up_receiver(self):
        """The receiver counts each product as the seller does."""
        receiver, target = make_sister(self.env, "Receiver")
        receiver.inventory_valuation = "real_time"
        for (method, *_rest), product in self.cells.items():
            category = product.categ_id.with_company(receiver)
            category.property_cost_method = method
            if method == "standard":
                product.with_company(receiver).standard_price = 11.0
        self.warehouse.returns_owner_warehouse_id = target
        return receiver

    def test_it_goes_over_at_the_cost_at_which_it_came_back(self):
        receiver = self._set_up_receiver()
        order = self._sell_all()
        back = self._back_all(order)
        finance = self.env["returns.handover"].with_user(self.users["finance"])
        listed = finance.create({"warehouse_id": self.warehouse.id})
        self._tick()
        listed.action_confirm()
        done = listed.sudo()
        self.assertEqual(len(done.line_ids), len(self.cells))
        for document in (done.invoice_id, done.bill_id):
            self.assertEqual(document.state, "posted")
            self.assertEqual(sum(document.line_ids.mapped("balance")), 0.0)
        lines = {line.product_id: line for line in done.line_ids}
        self.env.invalidate_all()
        for (method, by_lot, valuation), product in self.cells.items():
            came = BY_HAND[method, by_lot][1]
            gave, left = GIVEN[method, by_lot]
            line = lines[product]
            with self.subTest(method=method, by_lot=by_lot, valuation=valuation):
                self.assertAlmostEqual(line.price, came / 2.0)
                self.assertAlmostEqual(line.out_move_id.value, gave)
                self.assertAlmostEqual(product.total_value, left)
                booked = self._cost_of(done.invoice_id, product)
                self.assertAlmostEqual(
                    booked, gave if valuation == "real_time" else 0.0
                )
                # The other company has it for what it paid, or at its standard cost.
                self.assertAlmostEqual(line.in_move_id.value, came)
                there = product.with_company(receiver)
                self.assertAlmostEqual(
                    there.total_value, 22.0 if method == "standard" else came
                )
        self.assertTrue(back)
        self._check_closing({key: left for key, (_gave, left) in GIVEN.items()})
