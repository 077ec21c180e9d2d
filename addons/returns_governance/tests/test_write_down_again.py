"""The allowance follows what written-down goods cost and bring later."""

from odoo import Command, fields
from odoo.tests import tagged

from .write_down_common import WriteDownCommon


@tagged("post_install", "-at_install")
class TestMeasuredAgain(WriteDownCommon):
    """At each measurement: carrying value less what the goods bring, never below
    nothing (IAS 2 paragraph 33)."""

    def _again(self, rows=None, user="finance"):
        rows = self.env["returns.write.down"] if rows is None else rows
        return rows.with_user(self.users[user]).action_measure_again()

    def _standard(self, cost):
        """Ten units of a product whose cost is as it was given last."""
        product = self._costed("standard")
        product.standard_price = cost
        self._move(product, self.supplier_place, self.shelf, 10.0)
        return product

    def _told(self, action):
        return action["params"]["message"]

    def test_it_follows_the_cost_and_the_price_up_and_down(self):
        product = self._standard(40.0)
        back = self._found(product, 2.0)
        [row] = self._downs(back)
        self.assertEqual(row.amount_left, 30.0)
        self.assertIn("Nothing has changed", self._told(self._again(row)))
        # (cost, percent of the sales price, allowance): what is reversed ends at what
        # was written down, and can be written down again
        steps = ((60.0, 30.0, 70.0), (60.0, 60.0, 10.0), (60.0, 90.0, 0.0),
                 (40.0, 90.0, 0.0), (40.0, 30.0, 30.0))  # fmt: skip
        for cost, percent, due in steps:
            with self.subTest(cost=cost, percent=percent):
                product.standard_price = cost
                self.rule.percent = percent
                self._again(row)
                self.assertEqual((row.amount_left, row.state), (due, "posted"))
                self.assertEqual(self._books(product), (due, -due))
        last = row.measure_ids.sorted("id")[-1:]
        self.assertEqual(
            (last.carrying_value, last.net_value, last.amount_before, last.amount),
            (80.0, 50.0, 0.0, 30.0),
        )
        self.assertEqual((row.amount, row.quantity_left), (30.0, 2.0))
        self.assertEqual(row.entry_count, 5, "the first, and each that changed it")
        told = back.event_ids.mapped("sentence")
        self.assertTrue(any("reversed by" in x and "60.00" in x for x in told), told)
        # Units that go on take their share, and what was measured last.
        product.standard_price = 60.0
        self._again(row)
        self._move(product, row.location_id, self._place(self.quarantine), 1.0)
        follower = self._downs(back) - row
        self.assertEqual(
            (follower.carrying_value, follower.net_value, follower.amount),
            (60.0, 25.0, 35.0),
        )
        self._move(product, row.location_id, self.shelf, 1.0)
        self.assertEqual(self._books(product), (35.0, -35.0))
        self._move(product, follower.location_id, self.loss_place, 1.0)
        self.assertEqual(self._books(product), (0.0, 0.0))
        self.assertIn("Nothing has changed", self._told(self._again(row)))

    def test_a_landed_cost_that_comes_later_is_followed(self):
        if "stock.landed.cost" not in self.env:
            self.skipTest("Landed costs are not installed")
        product = self._costed("average")
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": 4.0,
                            "price_unit": 40.0,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        order.picking_ids.move_ids.write({"quantity": 4.0, "picked": True})
        order.picking_ids._action_done()
        [row] = self._downs(self._found(product, 1.0))
        self.assertEqual(row.amount_left, 15.0)
        freight = self._make_product("Freight", 0.0, 0.0, type="service")
        self.env["stock.landed.cost"].create(
            {
                "picking_ids": [Command.set(order.picking_ids.ids)],
                "cost_lines": [
                    Command.create(
                        {
                            "product_id": freight.id,
                            "price_unit": 24.0,
                            "split_method": "by_quantity",
                        }
                    )
                ],
            }
        ).button_validate()
        self.env.invalidate_all()
        cost = product.standard_price
        self.assertGreater(cost, 40.0)
        self._again(row)
        self.assertAlmostEqual(row.amount_left, cost - 25.0, 2)
        self.assertEqual(self._balance(self.allowance, product), -row.amount_left)

    def test_lots_are_measured_each_at_their_own_cost(self):
        product = self._costed("average", tracking="lot", lot_valuated=True)
        lots = {}
        for name, cost in (("CHEAP", 30.0), ("DEAR", 70.0)):
            lots[name] = self._lot(product, name)
            self._bought(product, 3.0, cost, lots[name])
        plain = self._stocked(30.0, tracking="lot", quantity=0.0)
        mixed = [self._lot(plain, name) for name in ("ONE", "TWO")]
        for lot, cost in zip(mixed, (30.0, 50.0), strict=True):
            self._bought(plain, 2.0, cost, lot)
        rows = self.env["returns.write.down"]
        for goods, parts in ((product, lots.values()), (plain, mixed)):
            order = self._sell_parts(goods, *((lot, 1.0) for lot in parts))
            back = self._create_return(order)
            for lot in parts:
                self._receive(back, {back.line_ids: 1.0}, lot_name=lot.name)
                self._inspect(
                    back, self.grade_c, {back.line_ids: 1.0}, lot_name=lot.name
                )
            rows |= self._downs(back)
        self.assertEqual(
            rows.mapped("carrying_value"), [30.0, 70.0, 40.0, 40.0],
            "by lot, and at the average of all",
        )  # fmt: skip
        lots["CHEAP"].standard_price = 45.0
        self._bought(plain, 4.0, 60.0, mixed[0])
        self._again(rows)
        self.assertEqual(rows.mapped("amount_left"), [20.0, 45.0, 25.0, 25.0])
        self.assertEqual(self._books(product), (65.0, -65.0))
        self.assertEqual(self._books(plain), (50.0, -50.0))
        # One lot leaves with its own share.
        self._move(product, rows[0].location_id, self.shelf, 1.0, lots["CHEAP"])
        self.assertEqual(self._books(product), (45.0, -45.0))

    def test_more_of_it_is_asked_about_by_the_whole_allowance(self):
        other = self._colleague("second", "finance")
        product = self._standard(40.0)
        [row] = self._downs(self._found(product, 2.0))
        product.standard_price = 100.0
        self.assertIn("1 wait for an approval", self._told(self._again(row)))
        self.assertEqual(self._books(product), (30.0, -30.0), "nothing before it")
        measure = row.measure_ids
        self.assertEqual((measure.state, measure.approval_id.amount), ("waiting", 150))
        self._again(row)
        self.assertEqual(row.measure_ids, measure, "asked once")
        measure.approval_id.with_user(other).action_refuse("Too much")
        self.assertEqual((measure.state, row.amount_left), ("refused", 30.0))
        self._again(row)
        second = row.measure_ids - measure
        # One leaves before the answer: its share is neither booked nor left behind.
        self._move(product, row.location_id, self.shelf, 1.0)
        self.assertEqual(self._books(product), (15.0, -15.0))
        second.approval_id.with_user(other).action_approve()
        self.assertEqual((second.state, row.amount_left), ("booked", 75.0))
        self.assertEqual(self._books(product), (75.0, -75.0))
        product.standard_price = 200.0
        self._again(row)
        third = row.measure_ids - measure - second
        self._move(product, row.location_id, self.shelf, 1.0)
        self.assertEqual(
            (third.state, third.approval_id.state), ("overtaken", "withdrawn")
        )
        self.assertEqual(self._books(product), (0.0, 0.0))

    def test_goods_that_brought_more_so_far_are_found(self):
        product = self._standard(20.0)
        back = self._found(product, 3.0)
        self.assertFalse(self._downs(back))
        place = back.routing_ids.move_id.location_dest_id
        self._move(product, place, self.shelf, 1.0)
        product.standard_price = 40.0
        self._again()
        [row] = self._downs(back)
        self.assertEqual((row.quantity, row.amount_left), (2.0, 30.0))
        self.assertEqual(self._books(product), (30.0, -30.0))
        self._again()
        self.assertEqual(self._downs(back), row, "once")
        self.rule.active = False
        self._again()
        self.assertEqual(row.amount_left, 30.0, "nothing is known of what it brings")

    def test_each_month_end_where_the_company_wants_it(self):
        product = self._standard(40.0)
        [row] = self._downs(self._found(product, 2.0))
        product.standard_price = 50.0
        work = self.env["returns.write.down"]._cron_measure
        work()
        self.assertEqual(row.amount_left, 30.0)
        self.company.returns_measure_monthly = True
        work()
        last = fields.Date.subtract(fields.Date.today().replace(day=1), days=1)
        self.assertEqual((row.amount_left, row.measure_ids.date), (50.0, last))
        self.assertEqual(row.release_ids.move_id.date, last)
        work()
        self.assertEqual(len(row.measure_ids), 1)
        # A closed month: the next open day.
        self.env.flush_all()
        self.company.fiscalyear_lock_date = last
        product.standard_price = 40.0
        work()
        self.assertEqual(row.amount_left, 30.0)
        self.assertGreater(row.release_ids.sorted("id")[-1:].move_id.date, last)
        self.assertEqual(self._books(product), (30.0, -30.0))

    def test_only_finance_measures_and_nobody_types_it(self):
        product = self._standard(40.0)
        [row] = self._downs(self._found(product, 1.0))
        for role in ("agent", "inspector", "warehouse_lead", "manager", "auditor"):
            with self.subTest(role), self._denied(), self.env.cr.savepoint():
                self._again(row, role)
        product.standard_price = 50.0
        self._again(row)
        with self._refused("APPEND_ONLY"), self.env.cr.savepoint():
            row.measure_ids.with_user(self.boss).sudo().write({"amount": 1.0})
