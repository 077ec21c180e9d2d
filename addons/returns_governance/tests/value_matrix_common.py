"""Goods of every costing method, sold, returned and valued at once."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import Form

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
VALUATIONS = ("real_time", "periodic")
PRICE = 10.0


class ValueMatrixCommon(ValuationCommon):
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
    def _check(self, order, back, stock=None, figures=None):
        """What left, what came back, what the books relieve, and the stock."""
        figures = figures or BY_HAND
        self.env.flush_all()
        self.env.invalidate_all()
        left = {m.product_id: m for m in order.picking_ids.move_ids if m.is_out}
        came = {m.product_id: m for m in back.receipt_ids.move_id}
        invoice, credit = order.invoice_ids[-1:], back.settlement_ids.move_id
        self.assertEqual(credit.move_type, "out_refund")
        self.assertEqual(credit.reversed_entry_id.move_type, "out_invoice")
        for (method, by_lot, valuation), product in self.cells.items():
            out, again, rest = figures[method, by_lot]
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
        self._check_closing(
            stock or {key: rest for key, (_out, _again, rest) in figures.items()}
        )

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
            rest = stock[method, by_lot]
            account = product.categ_id.property_stock_valuation_account_id
            items = self.env["account.move.line"].search(
                [("account_id", "=", account.id), ("parent_state", "=", "posted")]
            )
            with self.subTest(method=method, by_lot=by_lot, closing=valuation):
                self.assertAlmostEqual(sum(items.mapped("balance")), rest)
