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

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import Form, tagged

from .valuation_common import ValuationCommon

# (method, valued by lot): cost of what left, of what came back, and of the stock then
BY_HAND = {
    ("standard", False): (96.0, 24.0, 72.0),
    ("standard", True): (96.0, 24.0, 72.0),
    ("average", False): (120.0, 30.0, 90.0),
    ("average", True): (100.0, 40.0, 120.0),
    ("fifo", False): (100.0, 25.0, 105.0),
    ("fifo", True): (100.0, 40.0, 120.0),
}
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
# What came back is sent once more, and comes back once more. First in, first out sends
# 2 at 20, and takes 2 of the first delivery at 12.50 back: 105 - 40 + 25.
TWICE = {
    **{key: figures[2] for key, figures in BY_HAND.items()},
    ("fifo", False): 90.0,
}
VALUATIONS = ("real_time", "periodic")
PRICE = 10.0


@tagged("post_install", "-at_install")
class TestValueMatrix(ValuationCommon):
    """Each costing method, by lot and not, perpetual and periodic: all in one order."""

    def setUp(self):
        super().setUp()
        self.clock = freeze_time(fields.Datetime.now())
        self.now = self.clock.start()
        self.addCleanup(self.clock.stop)
        self.cells = {}
        for key in BY_HAND:
            for valuation in VALUATIONS:
                self.cells[(*key, valuation)] = self._cell(*key, valuation)
        for name, cost in (("A", 10.0), ("B", 20.0)):
            self.bought = self._buy_all(name, 6.0, cost)

    def _tick(self):
        """Core looks costs up by the second."""
        self.env.flush_all()
        self.now.tick(timedelta(hours=1))

    def _cell(self, method, by_lot, valuation):
        """A product with a stock account of its own."""
        product = self._costed(method, valuation, "lot", lot_valuated=by_lot)
        if method == "standard":
            product.standard_price = 12.0
        stock = self.company.account_stock_valuation_id.copy(
            {"name": f"Stock of {product.name}"}
        )
        stock.account_stock_variation_id = (
            self.company.account_stock_valuation_id.account_stock_variation_id
        )
        product.categ_id.property_stock_valuation_account_id = stock
        return product

    def _buy_all(self, name, quantity, cost):
        """Bought and received; the moves by product."""
        self._tick()
        moves = {
            product: self._prepared(
                product,
                self.supplier_place,
                self.shelf,
                quantity,
                self._lot(product, name),
            )
            for product in self.cells.values()
        }
        self.env["stock.move"].union(*moves.values())._action_done()
        self._set_worth(moves, quantity * cost)
        return moves

    def _set_worth(self, moves, worth):
        """What the goods of receipts cost in all, as a bill or a landed cost says."""
        for (method, *_rest), product in self.cells.items():
            if method != "standard":
                moves[product].value_manual = worth

    def _lots(self, product):
        lots = self.env["stock.lot"].search([("product_id", "=", product.id)])
        return {lot.name: lot for lot in lots}

    def _leave(self, moves, parts):
        """Have moves done with ``parts`` (lot's name, quantity) of each product."""
        for move in moves:
            lots = self._lots(move.product_id)
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    {
                        "product_id": move.product_id.id,
                        "product_uom_id": move.product_id.uom_id.id,
                        "quantity": quantity,
                        "lot_id": lots[name].id,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                        "picking_id": move.picking_id.id,
                        "picked": True,
                    }
                )
                for name, quantity in parts
            ]
        moves._action_done()

    def _sell_all(self, unit=None, factor=1.0):
        """8 units of each product, delivered in one transfer and invoiced."""
        self._tick()
        line = {"price_unit": PRICE * factor}
        if unit:
            line["product_uom_id"] = unit.id
        lines = [(product, 8.0 / factor, line) for product in self.cells.values()]
        order = self._sell(lines, until="confirmed")
        self._leave(order.picking_ids.move_ids, [("A", 6.0), ("B", 2.0)])
        self._tick()
        self._invoice(order)
        return order

    def _back_all(self, order, factor=1.0, warehouse=None):
        """2 units of lot B of each product come back, as good as new."""
        self._tick()
        lines = [(line, 2.0 / factor) for line in order.order_line]
        back = self._submit(self._request(order, lines))
        self._tick()
        entries = [
            {
                "line": line,
                "product": line.product_id,
                "quantity": 2.0,
                "lot_name": "B",
                "warehouse": warehouse or back.warehouse_id,
                "parcel": back.parcel_ids,
                "condition": self.grade_a,
            }
            for line in back.line_ids
        ]
        for verb in ("receive", "inspect"):
            self._step(verb, "inspector")._run(
                back.with_user(self.users["inspector"]), {back.id: entries}
            )
            self._tick()
        return back

    def _send_again(self, back):
        self._tick()
        receipt = back.receipt_ids.picking_id
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=receipt.id, active_model="stock.picking"
            )
        ).save()
        wizard.action_create_returns_all()
        again = receipt.return_ids.move_ids
        again.location_id = self.shelf
        self._leave(again, [("B", 2.0)])

    # --- what must hold ---------------------------------------------------------------
    def _check(self, order, back, stock=None):
        """What left, what came back, what the books relieve, and the stock."""
        self.env.flush_all()
        self.env.invalidate_all()
        left = {m.product_id: m for m in order.picking_ids.move_ids if m.is_out}
        came = {m.product_id: m for m in back.receipt_ids.move_id}
        invoice, credit = order.invoice_ids[-1:], back.settlement_ids.move_id
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id.move_type, "out_invoice")
        for (method, by_lot, valuation), product in self.cells.items():
            out, again, rest = BY_HAND[method, by_lot]
            rest = stock[method, by_lot] if stock else rest
            booked = valuation == "real_time"
            with self.subTest(method=method, by_lot=by_lot, valuation=valuation):
                self.assertAlmostEqual(left[product].value, out)
                self.assertAlmostEqual(came[product].value, again)
                self.assertAlmostEqual(product.total_value, rest)
                self.assertAlmostEqual(
                    self._cost_of(order.invoice_ids - credit, product),
                    out if booked else 0.0,
                )
                self.assertAlmostEqual(
                    self._cost_of(credit, product), -again if booked else 0.0
                )
        self.assertTrue(invoice)
        self._check_closing(stock)

    def _cost_of(self, documents, product):
        return sum(
            item.balance
            for item in documents.line_ids
            if item.product_id == product
            and item.display_type == "cogs"
            and item.account_id.account_type.startswith("expense")
        )

    def _check_closing(self, stock):
        """After the closing each stock account says what its goods cost."""
        self.company.action_close_stock_valuation(auto_post=True)
        for (method, by_lot, valuation), product in self.cells.items():
            rest = stock[method, by_lot] if stock else BY_HAND[method, by_lot][2]
            account = product.categ_id.property_stock_valuation_account_id
            items = self.env["account.move.line"].search(
                [("account_id", "=", account.id), ("parent_state", "=", "posted")]
            )
            with self.subTest(method=method, by_lot=by_lot, closing=valuation):
                self.assertAlmostEqual(sum(items.mapped("balance")), rest)

    # --- twists -----------------------------------------------------------------------
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
                self.assertAlmostEqual(came.value, BY_HAND[method, by_lot][1])
                self.assertAlmostEqual(product.total_value, TWICE[method, by_lot])
                relieved = self._cost_of(second.settlement_ids.move_id, product)
                if _valuation == "real_time":
                    self.assertAlmostEqual(-relieved, BY_HAND[method, by_lot][1])
        self._check_closing(TWICE)
