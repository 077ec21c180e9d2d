"""A recall: stock into quarantine everywhere, returns held, customers known."""

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestRecall(LawCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": cls.company.id}
        )

    def _recall(self, product=None, start=True, **values):
        recall = self.env["returns.recall"].create(
            {
                "product_ids": [Command.set((product or self.shirt).ids)],
                "reason": "The buttons come off and can be swallowed",
                "source": "The maker",
                "remedy_replacement": True,
                **values,
            }
        )
        if start:
            recall.with_user(self.users["manager"]).action_start()
        return recall

    def _at_second(self, product, quantity):
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "inventory_quantity": quantity,
                "location_id": self.second.lot_stock_id.id,
            }
        ).action_apply_inventory()

    def _lots(self, *names):
        product = self._make_product("Toy", 10.0, 4.0, tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in names]
        )
        for lot in lots:
            self._stock(product, 10.0, lot)
        return product, lots

    def test_all_sellable_stock_goes_to_quarantine_at_every_node_in_one_job(self):
        self._at_second(self.shirt, 7.0)
        recall = self._recall()
        self.assertEqual(self._here(self.shirt, self.warehouse.lot_stock_id), 0.0)
        self.assertEqual(self._here(self.shirt, self.second.lot_stock_id), 0.0)
        self.assertEqual(self._here(self.shirt, self._state_place("quarantine")), 100.0)
        place = self._state_place("quarantine", self.second)
        self.assertEqual(self._here(self.shirt, place), 7.0)
        self.assertEqual(recall.quantity_quarantined, 107.0)
        rows = self.env["inventory.state.change"].search(
            [("move_line_id", "in", recall.move_ids.move_line_ids.ids)]
        )
        self.assertEqual(sum(rows.mapped("quantity")), 107.0)
        self.assertEqual(set(rows.mapped("state_dest_id.code")), {"quarantine"})
        self.assertIn(recall.name, rows[0].reason)
        self.assertEqual(self.shirt.free_qty, 0.0)

    def test_it_can_run_again_and_takes_only_what_came_since(self):
        recall = self._recall()
        recall.with_user(self.users["manager"]).action_start()
        self.assertEqual(recall.quantity_quarantined, 100.0)
        self._at_second(self.shirt, 3.0)
        self.env["returns.recall"]._cron_sweep()
        recall.invalidate_recordset()
        self.assertEqual(recall.quantity_quarantined, 103.0)
        self.assertEqual(self._here(self.shirt, self.second.lot_stock_id), 0.0)

    def test_reserved_goods_are_unreserved_first_and_not_delivered(self):
        order = self._sell([(self.shirt, 4.0)], until="confirmed")
        move = order.picking_ids.move_ids
        self.assertEqual(move.state, "assigned")
        move.picked = True
        self._recall()
        self.assertEqual(move.state, "confirmed")
        self.assertFalse(move.move_line_ids)
        self.assertEqual(self._here(self.shirt, self._state_place("quarantine")), 100.0)
        order.picking_ids.action_assign()
        self.assertFalse(move.move_line_ids)

    def test_of_a_recalled_lot_the_other_lots_are_sold_on(self):
        product, (bad, good) = self._lots("BAD", "GOOD")
        order = self._sell([(product, 10.0)], until="confirmed")
        move = order.picking_ids.move_ids
        self.assertEqual(move.move_line_ids.lot_id, bad)
        recall = self._recall(product, lot_ids=[Command.set(bad.ids)])
        self.assertEqual(recall.quantity_quarantined, 10.0)
        self.assertEqual(move.move_line_ids.lot_id, good)
        self._deliver(order)
        self.assertEqual(move.state, "done")

    def test_nothing_of_it_is_sold_while_it_is_under_recall(self):
        order = self._sell([(self.shirt, 1.0)], until="confirmed")
        self._recall()
        self._at_second(self.shirt, 5.0)  # came after the job, before the next
        customers = self.env.ref("stock.stock_location_customers")
        with self._refused("UNDER_RECALL"):
            self._move(self.shirt, 1.0, self.second.lot_stock_id, customers)
        self.assertTrue(order.picking_ids.move_ids)

    def test_restocking_is_refused_and_the_policy_sends_it_to_quarantine(self):
        self._publish(self._restocking())
        back = self._create_return(self._sell([(self.shirt, 1.0)]), until="received")
        by_hand = self._create_return(self._sell([(self.shirt, 1.0)]), until="received")
        recall = self._recall()
        self._inspect(back)
        self.assertEqual(back.routing_ids.disposition_id.code, "quarantine")
        self.assertIn(recall.name, back.routing_ids.sentence)
        self.env["returns.automation"].search(
            [("code", "=", "route_after_inspection")]
        ).active = False
        self._inspect(by_hand)
        restock = self.env.ref("returns_governance.disposition_restock")
        step = self._step("route", "warehouse_lead")
        entry = {
            "inspection": by_hand.inspection_ids,
            "quantity": 1.0,
            "disposition": restock,
            "reason": "Looks fine",
        }
        with self._refused("UNDER_RECALL"):
            step._run(
                by_hand.with_user(self.users["warehouse_lead"]), {by_hand.id: [entry]}
            )
        self._move(
            self.shirt,
            1.0,
            self._state_place("quarantine"),
            self._state_place("refurbish"),
        )
        with self._refused("UNDER_RECALL"):
            self._move(
                self.shirt,
                1.0,
                self._state_place("refurbish"),
                self.warehouse.lot_stock_id,
            )

    def test_open_returns_are_flagged_once_and_their_refund_goes_on(self):
        back = self._create_return(self._sell([(self.shirt, 1.0)]))
        other = self._create_return(self._sell([(self.belt, 1.0)]))
        recall = self._recall()
        recall.with_user(self.users["manager"]).action_start()
        flagged = self.env["returns.exception"].search(
            [("code", "=", "under_recall"), ("state", "=", "open")]
        )
        self.assertEqual(flagged.order_id, back)
        self.assertEqual(recall.return_count, 1)
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.money_state, "due")
        self.assertNotIn(other, flagged.order_id)

    def test_only_returns_of_the_recalled_lot_are_flagged(self):
        product, (bad, good) = self._lots("BAD", "GOOD")
        orders = []
        for lot in (bad, good):
            order = self._sell([(product, 1.0)], until="confirmed")
            move = order.picking_ids.move_ids
            move.move_line_ids.lot_id = lot
            self._deliver(order)
            orders.append(order)
        backs = [self._create_return(order) for order in orders]
        recall = self._recall(product, lot_ids=[Command.set(bad.ids)])
        self.assertEqual(recall._open_returns(), backs[0])
        self.env.flush_all()
        customers = self.env["returns.recall.customer"].search(
            [("recall_id", "=", recall.id)]
        )
        self.assertEqual(customers.lot_id, bad)

    def test_the_customers_who_got_it_are_listed_with_what_they_still_have(self):
        ben = self.partner.copy({"name": "Ben", "email": "ben@example.com"})
        order = self._sell([(self.shirt, 3.0)])
        self._sell([(self.shirt, 2.0)], partner=ben)
        self._sell([(self.belt, 2.0)], partner=ben)
        back = self._create_return(order, [(order.order_line, 1.0)])
        self._receive(back)
        recall = self._recall()
        self.env.flush_all()
        rows = self.env["returns.recall.customer"].search(
            [("recall_id", "=", recall.id)]
        )
        found = {row.partner_id: (row.delivered, row.quantity) for row in rows}
        self.assertEqual(found, {self.partner: (3.0, 2.0), ben: (2.0, 2.0)})
        self.assertEqual(recall.customer_count, 2)
        self.users["agent"].returns_channel_ids = self.env.ref(
            "returns_governance.channel_marketplace"
        )
        seen = rows.with_user(self.users["agent"]).search([])
        self.assertFalse(seen & rows, "of other channels an agent sees none")

    def test_at_least_two_remedies_are_offered(self):
        recall = self._recall(start=False, remedy_replacement=False)
        with self.assertRaises(ValidationError):
            recall.with_user(self.users["manager"]).action_start()
        recall.remedy_repair = True
        recall.with_user(self.users["manager"]).action_start()
        with self.assertRaises(ValidationError):
            recall.remedy_repair = False

    def test_lifting_needs_a_reason_and_leaves_the_goods_where_they_are(self):
        back = self._create_return(self._sell([(self.shirt, 1.0)]))
        recall = self._recall()
        manager = recall.with_user(self.users["manager"])
        with self._refused("BAD_REQUEST"):
            manager._lift(" ")
        dialog = self.env["returns.reason.wizard"].with_user(self.users["manager"])
        dialog = dialog.with_context(
            active_model=recall._name, active_ids=recall.ids, active_id=recall.id
        ).create({"kind": "lift", "reason": "The maker's test was wrong"})
        dialog.action_confirm()
        self.assertEqual(recall.state, "lifted")
        self.assertEqual(recall.lifted_by_id, self.users["manager"])
        self.assertEqual(self._here(self.shirt, self._state_place("quarantine")), 99.0)
        self.assertFalse(
            back.exception_ids.filtered(lambda e: e.state == "open"), "flags are gone"
        )
        with self._refused("RETURN_STATE"):
            manager._lift("Again")
        with self._refused("RETURN_STATE"):
            manager.action_start()

    def test_only_managers_recall_and_what_is_covered_stays(self):
        recall = self._recall(start=False)
        with self.assertRaises(AccessError):
            recall.with_user(self.users["warehouse_lead"]).action_start()
        recall.with_user(self.users["manager"]).action_start()
        with self._refused("RETURN_STATE"):
            recall.product_ids = self.belt
        with self._refused("GUARDED_FIELD"):
            recall.state = "lifted"
        with self._refused("APPEND_ONLY"):
            recall.unlink()
        self.assertEqual(recall.with_user(self.users["agent"]).state, "active")
