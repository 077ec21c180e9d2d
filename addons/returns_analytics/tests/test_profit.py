from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon
from odoo.addons.returns_governance.tests.repair_common import RepairCommon

from .common import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestProfit(AnalyticsCommon, ExchangeCommon, RepairCommon):
    """What one return cost and earned, and from which entries that is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"returns_hour_cost": 30.0, "returns_label_cost": 4.0})
        cls.env["returns.labour"].create(
            [
                {"step": "receive", "minutes": 60.0},
                {"step": "receive", "minutes": 2.0, "warehouse_id": cls.warehouse.id},
                {"step": "inspect", "minutes": 5.0},
                {"step": "refurbish", "minutes": 10.0, "hour_cost": 60.0},
                {"step": "settle", "minutes": 3.0},
            ]
        )

    def _sums(self, back):
        """{what: amount} of a return; the rows make up its total."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["returns.profit"].search([("order_id", "=", back.id)])
        self.assertAlmostEqual(sum(rows.mapped("amount")), back.profit, 2)
        sums = {}
        for row in rows:
            sums[row.kind] = round(sums.get(row.kind, 0.0) + row.amount, 2)
        return sums

    def _give_back(self, grade=None, **values):
        """Three shirts come back, with a label, after an analytic sale."""
        order = self._sell(**values)
        back = self._create_return(order)
        back.parcel_ids._machine_write({"label_mode": "label"})
        self._receive(back)
        self._inspect(back, grade)
        return back

    def test_profit_and_loss_of_a_return_is_told_entry_by_entry(self):
        self.company.inventory_valuation = "real_time"
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        shop = self.env["account.analytic.account"].create(
            {"name": "Web", "plan_id": plan.id}
        )
        distribution = {str(shop.id): 100.0}
        back = self._give_back(
            lines=[(self.shirt, 3.0, {"analytic_distribution": distribution})]
        )
        self.assertEqual(
            self._sums(back),
            {
                # Three at 50, without tax, and three that had cost 20.
                "revenue": -150.0,
                "goods": 60.0,
                "label": -4.0,
                # 3 x 2 minutes at this node, 3 x 5, and 3 once: 24 at 30 an hour
                "labour": -12.0,
            },
        )
        self.assertEqual(back.profit, -106.0)
        steps = self.env["returns.profit"]._read_group(
            [("order_id", "=", back.id), ("kind", "=", "labour")],
            ["step"],
            ["amount:sum"],
        )
        self.assertEqual(
            sorted(steps), [("inspect", -7.5), ("receive", -3.0), ("settle", -1.5)]
        )
        rows = self.env["returns.profit"].search([("order_id", "=", back.id)])
        booked = rows.filtered(lambda row: row.res_model == "account.move.line")
        items = self.env["account.move.line"].browse(booked.mapped("res_id"))
        self.assertEqual(items.move_id, back.settlement_ids.move_id)
        # Revenue and cost go back to where they were earned and spent.
        self.assertEqual(
            [item.analytic_distribution for item in items], [distribution] * 2
        )
        self.assertEqual(sum(items.analytic_line_ids.mapped("amount")), -90.0)
        for row in rows:
            opened = row.action_open()
            self.assertTrue(
                self.env[opened["res_model"]].browse(opened["res_id"]).exists()
            )
        self.assertEqual(back.action_view_profit()["domain"][0][2], back.id)
        by_product = self.env["returns.profit"]._read_group(
            [("order_id", "=", back.id), ("product_id", "!=", False)],
            ["product_id", "reason_id"],
            ["amount:sum"],
        )
        self.assertEqual(
            by_product, [(self.shirt, back.line_ids.reason_id, -100.5)], "with labour"
        )

    def test_refurbishing_and_selling_again_count(self):
        refurbished = self._sums(self._give_back(self.grade_c))
        # 3 x 10 minutes at 60; and the goods are known by their move, since nothing is
        # booked with each invoice.
        self.assertEqual((refurbished["refurbish"], refurbished["goods"]), (-30, 60))
        serial = self._make_product("Camera", 100.0, 40.0, tracking="serial")
        lot = self.env["stock.lot"].create({"name": "C1", "product_id": serial.id})
        self._stock(serial, 1.0, lot)
        back = self._create_return(self._sell([(serial, 1.0)]))
        self._receive(back, lot_name="C1")
        self._inspect(back, lot_name="C1")
        back.parcel_ids.label_cost = 6.5
        back.parcel_ids._machine_write({"label_mode": "qr"})
        self.assertEqual(self._sums(back)["label"], -6.5)
        # The next buyer has it for 80; it had come back at 40.
        sent = back.sale_order_ids.picking_ids.move_ids.move_line_ids
        self._move_back("stock_move_line", "date", sent, 2)
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 1)
        again = self._sell([(serial, 1.0, {"price_unit": 80.0})], until="delivered")
        self.assertEqual(again.picking_ids.move_ids.lot_ids, lot)
        self.assertEqual(self._sums(back)["recovery"], 40.0)

    def _bought_at(self, product, quantity, cost, lot=None):
        """A purchase order whose goods have come."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Maker"}).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": cost,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        items = {"product_id": product.id, "quantity": quantity}
        items |= {"lot_id": lot and lot.id, "picking_id": move.picking_id.id}
        move.move_line_ids = [Command.create(items)]
        move.picked = True
        order.picking_ids._action_done()
        bill = self.env["account.move"].browse(order.action_create_invoice()["res_id"])
        bill.invoice_date = bill.date
        bill.action_post()
        return order

    def _credited_at(self, bought, product, place, quantity, price, lot=None):
        """Sent back to the vendor, who credits so much for each."""
        receipt = bought.picking_ids.move_ids[:1]
        self._move(
            product,
            place,
            self.supplier_place,
            quantity,
            lot,
            purchase_line_id=bought.order_line.id,
            origin_returned_move_id=receipt.id,
        )
        bill = bought.invoice_ids[:1]
        refund = bill._reverse_moves([{"invoice_date": bill.date}])
        line = refund.invoice_line_ids
        line.write({"quantity": quantity, "price_unit": price})
        refund.action_post()
        return refund

    def test_the_credit_of_a_vendor_counts_where_the_units_are_known(self):
        camera = self._make_product("Lens", 100.0, 40.0, tracking="serial")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": camera.id})
        bought = self._bought_at(camera, 1.0, 40.0, lot)
        back = self._create_return(self._sell([(camera, 1.0)]))
        self._receive(back, lot_name="L1")
        self._inspect(back, self.grade_d, lot_name="L1")
        sent = back.sale_order_ids.picking_ids.move_ids.move_line_ids
        self._move_back("stock_move_line", "date", sent, 2)
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 1)
        place = back.routing_ids.move_id.location_dest_id
        self.assertNotIn("vendor", self._sums(back))
        refund = self._credited_at(bought, camera, place, 1.0, 30.0, lot)
        self.assertEqual(self._sums(back)["vendor"], -10.0)
        rows = self.env["returns.profit"].search(
            [("order_id", "=", back.id), ("kind", "=", "vendor")]
        )
        price = rows.filtered(lambda row: row.res_model == "account.move.line")
        self.assertEqual(price.action_open()["res_id"], refund.id)
        self.assertEqual((price.amount, (rows - price).amount), (30.0, -40.0))
        # Others are known by the write-down that they leave.
        self.env["returns.write.down.rule"].create(
            {"condition_id": self.grade_d.id, "basis": "fixed", "amount": 5.0}
        )
        lamp = self._costed("average")
        bought = self._bought_at(lamp, 5.0, 20.0)
        back = self._give_back(self.grade_d, lines=[(lamp, 3.0)])
        goods = self.env["returns.profit"].search(
            [("order_id", "=", back.id), ("kind", "=", "goods")]
        )
        self.assertIn("no serial number", goods.note)
        down = self.env["returns.write.down"].search([("order_id", "=", back.id)])
        self._credited_at(bought, lamp, down.location_id, 2.0, 18.0)
        sums = self._sums(back)
        # Two were credited at 18 instead of 20; of the third 15 are written down.
        self.assertEqual((sums["vendor"], sums["write_down"]), (-4.0, -15.0))

    def test_a_write_down_counts_once_whatever_becomes_of_the_goods(self):
        self.company.inventory_valuation = "real_time"
        self.env["returns.write.down.rule"].create(
            {"condition_id": self.grade_c.id, "basis": "fixed", "amount": 5.0}
        )
        back = self._give_back(self.grade_c, lines=[(self.shirt, 4.0)])
        down = self.env["returns.write.down"].search([("order_id", "=", back.id)])
        # Four that cost 20 bring 5 each.
        self.assertEqual((down.state, self._lost(back)), ("posted", -60.0))
        row = self.env["returns.profit"].search(
            [("order_id", "=", back.id), ("kind", "=", "write_down")]
        )
        self.assertEqual(row.line_id, back.line_ids)
        self.assertEqual(row.action_open()["res_id"], down.move_id.id)
        refurbishing = down.location_id
        self._move(self.shirt, refurbishing, self.shelf, 1.0)
        self.assertEqual(self._lost(back), -45.0, "one is as good as new")
        quarantine = self.env["stock.location"].search(
            [
                ("returns_disposition_id.code", "=", "quarantine"),
                ("warehouse_id", "=", self.warehouse.id),
            ]
        )
        self._move(self.shirt, refurbishing, quarantine, 1.0)
        self.assertEqual(self._lost(back), -45.0, "one only lies elsewhere")
        self._move(self.shirt, quarantine, self.loss_place, 1.0)
        self.assertEqual(self._lost(back), -50.0, "of that one all of its cost is gone")
        again = {
            "routing": down.routing_id,
            "quantity": 1.0,
            "disposition": self.env.ref("returns_governance.disposition_destroy"),
            "reason": "Beyond repair",
        }
        lead = self.users["warehouse_lead"]
        route = self._step("route", "warehouse_lead")
        route._route_on(back.with_user(lead), {back.id: [again]})
        self.assertEqual(self._lost(back), -50.0, "one is measured anew")
        last = back.routing_ids.sorted("id")[-1:]
        route._reverse(last.with_user(lead), "Not this one")
        self.assertEqual(self._lost(back), -50.0, "and back")
        told = self.env["returns.profit"].search(
            [
                ("order_id", "=", back.id),
                ("kind", "=", "write_down"),
                ("res_model", "=", "account.move.line"),
            ]
        )
        entries = self.env["account.move.line"].browse(told.mapped("res_id")).move_id
        downs = self.env["returns.write.down"].search([("order_id", "=", back.id)])
        self.assertEqual(len(told), len(downs._entries()), "each entry once")
        self.assertEqual(entries, downs._entries())

    def _lost(self, back):
        return self._sums(back)["write_down"]

    def test_a_repair_costs_its_work_alone(self):
        back = self._for_repair(self._sell([(self.shirt, 2.0)]))
        self._end(back, quantity=1.0)
        self._ship(back)
        worked = self._sums(back)
        self.assertEqual(set(worked), {"labour", "refurbish"})
        self.assertLess(max(worked.values()), 0.0)
        self._switch(back)
        sums = self._sums(back)
        self.assertEqual((sums["revenue"], sums["goods"]), (-50.0, 20.0))

    def test_a_fee_on_the_credit_note_counts_once(self):
        fees = [("restocking", 10.0, "percent"), ("return_shipping", 4.9, "fixed")]
        names = ("kind", "amount", "mode")
        self._rule(
            fee="charged",
            fee_ids=[
                Command.create(dict(zip(names, fee, strict=True))) for fee in fees
            ],
        )
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        web, till = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("Web", "Till")]
        )
        order = self._sell(
            [
                (self.shirt, 1.0, {"analytic_distribution": {str(web.id): 100.0}}),
                (self.shirt, 1.0, {"analytic_distribution": {str(till.id): 100.0}}),
            ]
        )
        back = self._ask(order)
        self._receive(back)
        self._inspect(back)
        credit = back.settlement_ids.move_id
        fees = credit.invoice_line_ids.filtered(lambda item: not item.sale_line_ids)
        self.assertEqual(len(fees), 2)
        for item in fees:
            spread = item.analytic_distribution
            self.assertEqual(set(spread), {str(web.id), str(till.id)})
            self.assertAlmostEqual(sum(spread.values()), 100.0, 1)
        sums = self._sums(back)
        self.assertEqual((sums["revenue"], sums["fee"]), (-100.0, 14.9))
        self.assertAlmostEqual(sums["revenue"] + sums["fee"], -credit.amount_untaxed, 2)

    def test_only_those_who_see_money_see_it(self):
        back = self._create_return(until="inspected")
        for role in ("agent", "inspector", "planner", "warehouse_lead"):
            with self.subTest(role), self.assertRaises(AccessError):
                back.with_user(self.users[role]).read(["profit"])
        rows = self.env["returns.profit"].with_user(self.users["finance"])
        self.assertTrue(rows.search([("order_id", "=", back.id)]))
        self.users["finance"].returns_channel_ids = self.marketplace
        self.env.invalidate_all()
        self.assertFalse(rows.search([("order_id", "=", back.id)]))
