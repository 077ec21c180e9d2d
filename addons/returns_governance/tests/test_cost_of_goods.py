from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form, new_test_user, tagged

from .common import ReturnsCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestCostOfGoods(ReturnsCommon):
    """Goods come back at the value with which they left, and a credit note relieves
    just that of the cost of goods sold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="test_clerk",
            groups="base.group_user,account.group_account_invoice",
        )

    def _costed(self, name, method, tracking="none", **values):
        category = self.env["product.category"].create(
            {
                "name": name,
                "property_cost_method": method,
                "property_valuation": "real_time",
            }
        )
        # Made as a tracked one, since those begin with nothing in stock.
        product = self._make_product(
            name, 100.0, 0.0, categ_id=category.id, tracking="lot", **values
        )
        product.tracking = tracking
        return product

    def _clock(self):
        """The clock of some days ago; it stands still and is moved by hand, since core
        looks costs up by the second."""
        return freeze_time(fields.Datetime.now() - timedelta(days=20))

    def _bought(self, product, quantity, cost, lot=False):
        lot = lot and self.env["stock.lot"].create(
            {"name": lot, "product_id": product.id}
        )
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "picked": True,
                "move_line_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "lot_id": lot and lot.id,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        move._action_done()
        move.value_manual = quantity * cost
        return lot

    def _sell_lots(self, product, *parts, price=100.0):
        """Sold, and delivered in one move from these (lot, quantity) parts."""
        whole = sum(quantity for _lot, quantity in parts)
        order = self._sell([(product, whole, {"price_unit": price})], until="confirmed")
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            fields.Command.create(
                {
                    "product_id": product.id,
                    "quantity": quantity,
                    "lot_id": lot.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": move.picking_id.id,
                }
            )
            for lot, quantity in parts
        ]
        move.picked = True
        order.picking_ids._action_done()
        return order

    def _cost(self, move):
        """What a document books as cost of goods sold."""
        return sum(
            move.line_ids.filtered(
                lambda item: (
                    item.display_type == "cogs"
                    and item.account_id.account_type.startswith("expense")
                )
            ).mapped("balance")
        )

    def _one_by_one(self, *costs):
        """FIFO: as many units as costs, bought and delivered one after the other, all
        on one order."""
        product = self._costed("Fifo", "fifo")
        with self._clock() as clock:
            self._bought_in_turn(product, costs, clock)
            order = self._sell([(product, float(len(costs)))], until="confirmed")
            for _unit in costs:
                picking = order.picking_ids.filtered(lambda p: p.state != "done")
                picking.move_ids.write({"quantity": 1.0, "picked": True})
                picking._action_done()
                clock.tick(DAY)
        return order

    def _bought_in_turn(self, product, costs, clock):
        for cost in costs:
            self._bought(product, 1.0, cost)
            clock.tick(DAY)

    def _by_hand(self, line, price, user):
        """A draft credit note of one unit that names no invoice."""
        return (
            self.env["account.move"]
            .with_user(user)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        fields.Command.create(
                            {
                                "product_id": line.product_id.id,
                                "quantity": 1.0,
                                "price_unit": price,
                                "tax_ids": [fields.Command.set(self.tax.ids)],
                                "sale_line_ids": [fields.Command.set(line.ids)],
                            }
                        )
                    ],
                }
            )
        )

    def _send_again(self, order, back):
        """What came back, and was restocked, goes out once more."""
        receipt = back.receipt_ids.picking_id
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=receipt.id, active_model="stock.picking"
            )
        ).save()
        wizard.action_create_returns_all()
        again = receipt.return_ids
        again.move_ids.location_id = self.warehouse.lot_stock_id
        again.move_ids.write({"quantity": 1.0, "picked": True})
        again._action_done()

    # --- value of the goods -------------------------------------------------------
    def test_each_lot_comes_back_at_its_own_cost(self):
        product = self._costed("Lotted", "fifo", "lot", lot_valuated=True)
        lot_a = self._bought(product, 15.0, 100.0, "A")
        lot_b = self._bought(product, 5.0, 200.0, "B")
        order = self._sell_lots(product, (lot_a, 15.0), (lot_b, 5.0))
        left = order.picking_ids.move_ids
        self.assertEqual(left.value, 2500.0)
        back = self._create_return(order)
        values = {}
        for lot, quantity in ((lot_a, 10.0), (lot_b, 5.0), (lot_a, 5.0)):
            known = back.receipt_ids
            self._receive(back, {back.line_ids: quantity}, lot_name=lot.name)
            move = (back.receipt_ids - known).move_id
            values[lot] = values.get(lot, 0.0) + move.value
        self.assertEqual(values, {lot_a: 1500.0, lot_b: 1000.0})
        self.assertEqual(lot_a.standard_price, 100.0)
        self.assertEqual(lot_b.standard_price, 200.0)

    def test_what_left_before_the_addon_is_weighted_by_what_its_lots_cost(self):
        product = self._costed("Old", "fifo", "lot", lot_valuated=True)
        lot_a = self._bought(product, 3.0, 100.0, "A")
        lot_b = self._bought(product, 1.0, 200.0, "B")
        order = self._sell_lots(product, (lot_a, 3.0), (lot_b, 1.0))
        order.picking_ids.move_line_ids.returns_lot_cost = 0.0
        back = self._create_return(order, [(order.order_line, 1.0)])
        self._receive(back, lot_name="B")
        self.assertEqual(back.receipt_ids.move_id.value, 200.0)

    # --- cost of goods sold -------------------------------------------------------
    def test_a_credit_note_relieves_what_came_back_and_not_an_average(self):
        order = self._one_by_one(10.0, 20.0, 60.0)
        self.assertEqual(self._cost(self._invoice(order)), 90.0)
        found = []
        for _unit in range(3):
            back = self._create_return(
                order, [(order.order_line, 1.0)], until="inspected"
            )
            found.append(-self._cost(back.settlement_ids.move_id))
        self.assertEqual(found, [10.0, 20.0, 60.0])

    def test_credit_notes_of_one_batch_share_what_came_back(self):
        order = self._one_by_one(10.0, 20.0)
        self._invoice(order)
        self.company.returns_posting = "queue"
        backs = [
            self._create_return(order, [(order.order_line, 1.0)], until="inspected")
            for _unit in range(2)
        ]
        settlements = backs[0].settlement_ids | backs[1].settlement_ids
        self.env["returns.posting"]._post(settlements)
        self.assertEqual(
            [-self._cost(back.settlement_ids.move_id) for back in backs], [10.0, 20.0]
        )

    def test_each_return_relieves_the_value_of_its_own_goods(self):
        product = self._costed("Numbered", "fifo", "serial")
        with self._clock() as clock:
            lots = []
            for cost in (10.0, 60.0):
                lots.append(self._bought(product, 1.0, cost, f"No. {cost:g}"))
                clock.tick(DAY)
        order = self._sell([(product, 2.0)], until="confirmed")
        for lot in lots:
            picking = order.picking_ids.filtered(lambda p: p.state != "done")
            picking.do_unreserve()
            picking.move_ids.move_line_ids = [
                fields.Command.create(
                    {
                        "product_id": product.id,
                        "quantity": 1.0,
                        "lot_id": lot.id,
                        "picking_id": picking.id,
                    }
                )
            ]
            picking.move_ids.picked = True
            picking._action_done()
        self._invoice(order)
        cheap, dear = (
            self._create_return(order, [(order.order_line, 1.0)]) for _lot in lots
        )
        self._receive(cheap, lot_name="No. 10")
        self._receive(dear, lot_name="No. 60")
        self._inspect(dear, lot_name="No. 60")
        self._inspect(cheap, lot_name="No. 10")
        self.assertEqual(-self._cost(dear.settlement_ids.move_id), 60.0)
        self.assertEqual(-self._cost(cheap.settlement_ids.move_id), 10.0)

    def test_a_receipt_that_was_a_mistake_relieves_nothing(self):
        order = self._one_by_one(10.0, 20.0)
        self._invoice(order)
        back = self._create_return(order, [(order.order_line, 1.0)])
        self._receive(back)
        self._step("receive", "warehouse_lead")._reverse(
            back.receipt_ids, "Another parcel"
        )
        self._receive(back)
        self._inspect(back)
        self.assertEqual(-self._cost(back.settlement_ids.move_id), 10.0)

    def test_a_credit_before_the_goods_relieves_what_the_invoice_booked(self):
        order = self._one_by_one(10.0, 20.0)
        self._invoice(order)
        back = self._create_return(order, [(order.order_line, 1.0)])
        back.with_user(self.users["finance"]).action_release("Good customer")
        self.assertEqual(-self._cost(back.settlement_ids.move_id), 15.0)

    def test_what_is_sent_again_costs_what_it_costs_then(self):
        for method, bought in (("fifo", (10.0, 30.0)), ("average", (10.0,))):
            with self.subTest(method=method):
                product = self._costed(f"Again {method}", method)
                product.standard_price = 10.0
                with self._clock() as clock:
                    self._bought_in_turn(product, bought, clock)
                order = self._sell([(product, 1.0)], until="invoiced")
                self.assertEqual(self._cost(order.invoice_ids), 10.0)
                back = self._create_return(order, until="inspected")
                self.assertEqual(-self._cost(back.settlement_ids.move_id), 10.0)
                self._send_again(order, back)
                if method == "average":
                    product.standard_price = 30.0
                self.assertEqual(self._cost(self._invoice(order)), 30.0)

    def test_an_invoice_of_what_is_left_counts_no_goods_that_came_back(self):
        order = self._one_by_one(10.0, 20.0)
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        self.assertEqual(back.settlement_ids.kind, "less_to_invoice")
        invoice = self._invoice(order)
        self.assertEqual(invoice.invoice_line_ids.quantity, 1.0)
        self.assertEqual(self._cost(invoice), 20.0)

    def test_a_credit_note_from_the_order_relieves_what_was_booked(self):
        product = self._costed("Average", "average")
        product.standard_price = 10.0
        order = self._sell([(product, 2.0)], until="invoiced")
        self.company.returns_posting = "draft"
        self.env.ref(
            "returns_governance.automation_refund_on_inspection"
        ).active = False
        self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        product.standard_price = 15.0
        credit = self._by_hand(order.order_line, 100.0, self.clerk)
        credit.action_post()
        self.assertEqual(credit.returns_credit_kind, "return")
        self.assertEqual(-self._cost(credit), 10.0)

    def test_goodwill_leaves_the_cost_of_what_the_customer_keeps(self):
        order = self._one_by_one(10.0, 20.0)
        self._invoice(order)
        back = self._create_return(order, [(order.order_line, 1.0)])
        self._receive(back)
        credit = self._by_hand(order.order_line, 1.0, self.users["finance"])
        credit.returns_credit_kind = "goodwill"
        credit.action_post()
        self.assertEqual(self._cost(credit), 0.0, "nothing comes back for it")
        self._inspect(back)
        self.assertEqual(-self._cost(back.settlement_ids.move_id), 10.0)
