"""Goods that come for repair stay the customer's, and go back to the customer."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .api_common import ApiCase
from .repair_common import MENDED, RepairCommon


@tagged("post_install", "-at_install")
class TestRepair(RepairCommon):
    """From the request to the closed return, and what must never happen between."""

    def test_goods_are_repaired_and_sent_back_without_a_cent(self):
        self.env["returns.write.down.rule"].create({"percent": 0.0})
        product = self._costed("average")
        self._bought(product, 5.0, 40.0)
        order = self._sell([(product, 2.0)])
        line, value = order.order_line, product.total_value
        self.assertEqual(self._returnable(line), 2.0)
        entries = self.env["account.move"].search_count([])
        back = self._for_repair(order, 1.0, until="received")
        self.assertEqual((back.case_state, back.amount_due), ("authorised", 0.0))
        move = back.receipt_ids.move_id
        self.assertEqual(move.move_line_ids.owner_id, self.partner)
        self.assertEqual((move.value, product.total_value), (0.0, value))
        self.assertEqual(self._owned(product), {"inspection": 1.0})
        self.assertEqual(product.free_qty, 3.0, "never promised to anybody")
        self.assertEqual((line.qty_delivered, self._returnable(line)), (2.0, 1.0))
        self._inspect(back, self.grade_c)
        self.assertEqual(back.routing_ids.disposition_id.code, "refurbish")
        self.assertEqual(self._owned(product), {"refurbish": 1.0})
        self.assertEqual(back.line_ids.where_now, "In repair 1")
        self.assertEqual((back.next_step, back.in_repair), ("repair", True))
        self.assertIn(back, self.env["returns.order"].search([("in_repair", "=", 1)]))

        self._end(back)
        self.assertEqual(self._owned(product), {"inspection": 1.0})
        picking = self._delivery(back)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(picking.move_line_ids.owner_id, self.partner)
        self.assertIn(back.name, picking.returns_hold)
        self.assertEqual((back.next_step, back.case_state), ("send_back", "authorised"))
        shipper = picking.with_user(self.users["warehouse_lead"])
        self._assert_refused("UNDER_REPAIR", shipper.action_cancel)
        self._ship(back)
        self.assertEqual((back.case_state, back.money_state), ("closed", "none"))
        self.assertEqual(self._owned(product), {})
        self.assertFalse(back.in_repair)
        self.assertEqual(back.line_ids.where_now, "Back with the customer 1")
        self.assertEqual((line.qty_delivered, self._returnable(line)), (2.0, 2.0))
        self.assertEqual(
            (line.qty_to_invoice, line.qty_invoiced, order.invoice_status),
            (0.0, 2.0, "invoiced"),
        )
        self.assertEqual(product.total_value, value)
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertFalse(back.settlement_ids)
        self.assertFalse(
            self.env["returns.write.down"].search([("order_id", "=", back.id)])
        )
        ended = back.event_ids.filtered(lambda event: event.what == "repair_ended")
        self.assertIn("Repaired", ended.sentence)
        self.assertEqual(ended.why, MENDED)
        self.assertIn("sent_back", back.event_ids.mapped("what"))
        self._returned_later(order, product)

    def _returned_later(self, order, product):
        """A unit that was repaired comes back for a refund, at its own cost."""
        before = product.total_value
        again = self._submit(self._request(order, channel=self.bench))
        self._receive(again)
        self.assertEqual(product.total_value, before + 80.0)
        self._inspect(again)
        self.assertEqual(again.amount_settled, 240.0)
        self.assertEqual(order.order_line.qty_delivered, 0.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)

    def test_nothing_else_is_done_with_goods_of_the_customer(self):
        product = self._costed("average")
        self._bought(product, 5.0, 40.0)
        order = self._sell([(product, 2.0)])
        back = self._for_repair(order)
        other = self._sell([(product, 2.0)], until="confirmed")
        lead = self.users["warehouse_lead"]
        for code in ("restock", "liquidate", "donate", "destroy", "return_to_vendor"):
            with self.subTest(disposition=code):
                given = self.env.ref(f"returns_governance.disposition_{code}")
                entry = {
                    "routing": back.routing_ids,
                    "quantity": 1.0,
                    "disposition": given,
                    "reason": "It looks good",
                }
                self._assert_refused(
                    "DISPOSITION_NOT_ALLOWED",
                    self._step("route", "warehouse_lead")._route_on,
                    back.with_user(lead),
                    {back.id: [entry]},
                )
        bench = back.routing_ids.move_id.location_dest_id
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        damaged = self.warehouse._get_state_location("damaged")
        ways = ((self.shelf, "UNDER_REPAIR"), (damaged, "UNDER_REPAIR"))
        out = ((scrap, "STATE_TRANSITION"), (self.customer_place, "STATE_TRANSITION"))
        for place, code in (*ways, *out):
            with self.subTest(place=place.display_name):
                self._assert_refused(
                    code,
                    self._by_hand,
                    product,
                    bench,
                    place,
                )
        # A transfer that only reserves them is refused as well.
        move = self._prepared(
            product, bench, self.shelf, 1.0, move_line_ids=False, picked=False
        )
        move._action_confirm()
        self._assert_refused("UNDER_REPAIR", move._action_assign)
        self.assertEqual(other.picking_ids.move_ids.quantity, 2.0)
        self.assertFalse(other.picking_ids.move_line_ids.owner_id)
        # Nor is anything credited for them.
        credit = self._credit_by_hand(order)
        self._assert_refused("REFUND_GATE", credit.action_post)
        # To the bench of another day, or apart, they may go; and nobody forges a way.
        self._by_hand(product, bench, self.warehouse._get_state_location("quarantine"))
        self._assert_refused(
            "GUARDED_FIELD", move.write, {"returns_send_back_id": back.routing_ids.id}
        )

    def _by_hand(self, product, source, dest):
        """A transfer by hand of the customer's goods."""
        move = self._prepared(
            product, source, dest, 1.0, restrict_partner_id=self.partner.id
        )
        move.move_line_ids.owner_id = self.partner
        move._action_done()

    def _credit_by_hand(self, order):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        )
        action = wizard.create(
            {
                "journal_id": order.invoice_ids.journal_id.id,
                "returns_choice": "document",
            }
        ).refund_moves()
        return self.env["account.move"].browse(action["res_id"])

    def test_a_part_goes_back_unrepaired_and_the_rest_is_undone_and_repaired(self):
        order = self._sell([(self.shirt, 3.0)])
        back = self._for_repair(order)
        self._end(back, "not_repaired", quantity=1.0)
        self._ship(back)
        line = back.line_ids
        self.assertEqual(
            (line.quantity_sent_back, line.quantity_claimed, back.case_state),
            (1.0, 2.0, "authorised"),
        )
        self.assertEqual(self._returnable(order.order_line), 1.0)
        self._end(back)
        going = back.routing_ids.filtered("outcome")
        self.assertEqual(going.mapped("outcome"), ["not_repaired", "repaired"])
        # A wrong press is taken back; the delivery is called off with it.
        delivery = self._delivery(back)
        step = self._step("route", "warehouse_lead")
        step._reverse(going[1].with_user(self.users["warehouse_lead"]), "Wrong button")
        self.assertEqual(delivery.state, "cancel")
        self.assertEqual(self._owned(self.shirt), {"refurbish": 2.0})
        self.assertEqual(back.next_step, "repair")
        self._assert_refused(
            "RETURN_STATE",
            step._reverse,
            going[0].with_user(self.users["warehouse_lead"]),
            "Too late",
        )
        self._end(back)
        # One now, one later: the backorder goes on with the rest.
        self._ship(back, 1.0)
        self.assertEqual(line.quantity_sent_back, 2.0)
        self.assertEqual(back.case_state, "authorised")
        self.assertTrue(self._delivery(back), "the rest has a delivery of its own")
        self._ship(back)
        self.assertEqual((line.quantity_sent_back, back.case_state), (3.0, "closed"))
        told = self.env["returns.snapshot"]._of(back)[0]["lines"][0]
        self.assertEqual(
            told["repair"],
            {"in_house": 0.0, "repaired": 2.0, "not_repaired": 1.0, "sent_back": 3.0},
        )
        self.assertEqual(told["states"], {})
        self.assertEqual(told["dispositions"], {"return_to_customer": 3.0})

    def test_a_refund_instead_is_right_to_the_cent(self):
        for valuation in ("real_time", "periodic"):
            for method in ("average", "fifo", "standard"):
                with self.subTest(valuation=valuation, method=method):
                    self._refund_instead(valuation, method)

        for method in ("average", "fifo"):
            with self.subTest(by_lot=method):
                self._refund_instead("real_time", method, "lot")

    def _refund_instead(self, valuation, method, tracking="none"):
        """One for repair and one for a refund end with the same value and books."""
        ended = []
        for resolution in ("refund", "repair"):
            product = self._costed(
                method, valuation, tracking, lot_valuated=tracking == "lot"
            )
            lot = self._lot(product, "L1") if tracking == "lot" else None
            if method == "standard":
                product.standard_price = 41.37
            self._bought(product, 2.0, 41.37, lot)
            order = self._sell([(product, 2.0)])
            self._bought(product, 3.0, 55.0, lot and self._lot(product, "L2"))
            more = {"resolution": resolution, "reason": self.defective}
            back = self._submit(
                self._request(
                    order,
                    [(order.order_line, 1.0, more)],
                    channel=self.bench,
                )
            )
            self.env.invalidate_all()  # core forgets that a lot's value changes
            value = product.total_value
            self._receive(back, lot_name=lot and lot.name)
            self._inspect(back)
            if resolution == "repair":
                self.env.invalidate_all()
                self.assertEqual(product.total_value, value)
                quants = product.stock_quant_ids
                self.assertEqual(sum(quants.mapped("value")), value)
                self._end(back, "not_repaired")
                self._switch(back)
                self.assertEqual(product.total_value, value + 41.37)
                self.assertEqual(back.line_ids.resolution_asked, "repair")
            credit = back.settlement_ids.move_id
            self.env.invalidate_all()
            ended.append(
                (
                    product.total_value,
                    order.order_line.qty_delivered,
                    order.order_line.qty_to_invoice,
                    credit.state,
                    credit.amount_total,
                    self._cost_of_goods(credit),
                    back.line_ids.quantity_refunded,
                    back.routing_ids.filtered(
                        lambda row: row._quantity_here()
                    ).disposition_id.mapped("code"),
                    self._owned(product),
                    self._returnable(order.order_line),
                    back.goods_state,
                )
            )
        self.assertEqual(ended[0], ended[1])
        self.assertEqual(ended[1][4], 120.0)
        if valuation == "real_time":
            self.assertEqual(ended[1][5], -41.37)

    def _told_to_a_bridge(self):
        """What the role of repairs hears from here on."""
        told, role = [], type(self.env["returns.role.repair"])
        for name in ("_begin", "_end", "_drop"):
            self.patch(
                role,
                name,
                lambda _role, rows, name=name: told.append(
                    (name, rows.mapped("quantity"))
                ),
            )
        return told

    def test_a_replacement_instead_and_who_may_give_it(self):
        told = self._told_to_a_bridge()
        order = self._sell([(self.shirt, 2.0)])
        back = self._for_repair(order)
        self._end(back, quantity=1.0)
        self._ship(back)
        for role in ("agent", "inspector"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                step = self._step("switch", role)
                step._run(
                    back.with_user(self.users[role]),
                    {
                        back.id: {
                            "lines": back.line_ids,
                            "resolution": "refund",
                            "reason": "Please",
                        }
                    },
                )
        with self.assertRaises(AccessError):
            self._step("repair", "agent")._run(
                back.with_user(self.users["agent"]), {back.id: []}
            )
        self._switch(back, "replacement", user="manager")
        self.assertEqual(
            told, [("_begin", [2.0]), ("_end", [1.0]), ("_drop", [2.0])]
        )
        line = back.line_ids
        self.assertEqual(line._quantity_to_send(), 1.0, "one went back repaired")
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        picking = back.exchange_ids.move_ids.picking_id
        picking.move_ids.quantity = 1.0
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(back.case_state, "closed")
        sold = order.order_line
        self.assertEqual((sold.qty_delivered, sold.qty_to_invoice), (2.0, 0.0))
        self.assertEqual(self._owned(self.shirt), {})
        self.assertIn("resolution_changed", back.event_ids.mapped("what"))
        finding = back.inspection_ids
        self._assert_refused(
            "RETURN_STATE",
            self._step("inspect", "inspector")._reverse,
            finding.with_user(self.users["inspector"]),
            "Graded wrong",
        )
        # What was given instead is not given once more.
        self._assert_refused(
            "RETURN_STATE",
            self._step("switch", "manager")._run,
            back.browse(self._reopened(back).id).with_user(self.users["manager"]),
            {
                back.id: {
                    "lines": line,
                    "resolution": "refund",
                    "reason": "Once more",
                }
            },
        )

    def _reopened(self, back):
        step = self._step("reopen", "manager")
        step._run(back.with_user(self.users["manager"]), {back.id: "Look again"})
        return back

    def test_a_dear_refund_instead_waits_for_its_approval(self):
        order = self._sell([(self._make_product("Ring", 900.0, 300.0), 1.0)])
        back = self._for_repair(order)
        self.assertFalse(back.approval_ids, "a repair gives nothing back")
        self._switch(back)
        self.assertFalse(back.settlement_ids)
        self.assertEqual(back.approval_ids.mapped("state"), ["open"])
        self._assert_refused("REFUND_GATE", self._credit_by_hand(order).action_post)
        approval = back.approval_ids.with_user(self.users["manager"])
        approval.action_approve("No spare part")
        self.assertEqual(back.amount_settled, 1080.0)

    def test_a_serial_number_comes_for_repair_more_than_once(self):
        product = self._make_product("Watch", 90.0, 30.0, tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in ("W1", "W2")]
        )
        for lot in lots:
            self._stock(product, 1.0, lot)
        order = self._sell([(product, 2.0)], until="confirmed")
        self._deliver(order)
        for _time in range(2):
            back = self._for_repair(order, 1.0, until="requested")
            self._receive(back, lot_name="W2")
            self.assertTrue(back.receipt_ids.serial_ok)
            self._inspect(back, self.grade_c)
            # Another watch of the same customer lies beside it.
            beside = self._for_repair(order, 1.0, until="requested")
            self._receive(beside, lot_name="W1")
            self._inspect(beside, self.grade_c)
            self._end(beside)
            self._end(back)
            picking = self._delivery(back)
            self.assertEqual(picking.move_line_ids.lot_id, lots[1])
            picking.move_line_ids.picked = True
            with self.assertRaises(UserError), self.cr.savepoint():
                self._delivery(beside).do_unreserve()
                picking.move_line_ids.lot_id = lots[0]
                picking.button_validate()
            self._ship(back)
            self._ship(beside)
            self.assertEqual((back + beside).mapped("case_state"), ["closed"] * 2)
            self.assertFalse((back + beside).exception_ids)

    def test_the_choice_of_a_consumer_makes_the_guarantee_longer_once(self):
        for country, company, longer in (
            ("de", False, True),
            ("us", False, False),
            ("de", True, False),
        ):
            with self.subTest(country=country, company=company):
                partner = self.env["res.partner"].create(
                    {
                        "name": f"Buyer {country} {company}",
                        "country_id": self.env.ref(f"base.{country}").id,
                        "is_company": company,
                    }
                )
                order = self._sell([(self.shirt, 2.0)], partner=partner)
                order.date_order = fields.Datetime.from_string("2026-08-03 10:00:00")
                order.picking_ids.date_done = fields.Datetime.from_string(
                    "2026-08-05 10:00:00"
                )
                back = self._for_repair(
                    order, 1.0, until="requested", comment="I would rather keep mine"
                )
                sold = back.line_ids.sold_line_id
                self.assertEqual(back.case_state, "authorised")
                self.assertEqual(bool(sold.repair_chosen_at), longer)
                told = back.event_ids.filtered(lambda e: e.what == "repair_chosen")
                self.assertEqual(len(told), int(longer))
                if longer:
                    self.assertEqual(str(sold.guarantee_until), "2029-08-05")
                    self.assertIn("I would rather keep mine", sold.repair_choice)
                    again = self._for_repair(order, 1.0, until="requested")
                    self.assertNotIn("repair_chosen", again.event_ids.mapped("what"))

    def test_what_lies_too_long_is_an_exception(self):
        order = self._sell([(self.shirt, 2.0)])
        back = self._for_repair(order, until="requested")
        self._receive(back, {back.line_ids: 1.0})
        self._inspect(back, self.grade_c)
        find = self.env["returns.exception"]._find_overdue
        find()
        self.assertNotIn("repair_overdue", back.exception_ids.mapped("code"))
        back.receipt_ids._machine_write(
            {"occurred_at": fields.Datetime.subtract(fields.Datetime.now(), days=31)}
        )
        find()
        self.assertIn("repair_overdue", back.exception_ids.mapped("code"))
        self._end(back)
        self._ship(back)
        late = back.exception_ids.filtered(lambda e: e.code == "repair_overdue")
        self.assertEqual(late.state, "closed")
        # The other one stays at home: what was done is no cancelled return.
        self.assertEqual(back.case_state, "authorised")
        self._step("cancel")._run(
            back.with_user(self.users["agent"]), {back.id: {"reason": "Works again"}}
        )
        self.assertEqual((back.case_state, back.goods_state), ("closed", "disposed"))
        self.assertEqual(self._returnable(order.order_line), 2.0)


@tagged("post_install", "-at_install")
class TestRepairApi(RepairCommon, ApiCase):
    """A shop asks for a repair by a program, and hears how far it is."""

    def test_a_program_asks_for_a_repair_and_follows_it(self):
        order = self._sell([(self.shirt, 2.0)])
        asked = {"channel": "bench", "order_ref": order.name}
        offered = self._call("returnable", asked)["lines"][0]
        self.assertIn("repair", offered["resolutions"])
        ask = self._ask(order, ("SHIRT", 1), channel="bench")
        ask["lines"][0].update(resolution="repair", reason="defective")
        told = self._call("preview", ask)
        self.assertEqual((told["money"]["due"], told["money"]["paid"]), (0.0, 60.0))
        told = self._call("submit", ask)["return"]
        line = told["lines"][0]
        self.assertEqual(line["resolution"], line["resolution_asked"], "repair")
        told = self._call("receive", self._receipt(told))
        found = self._findings(told, ("SHIRT", 1, "A"))
        found["results"][0].update(disposition="restock", note="Sell it")
        with self.assertRefused("DISPOSITION_NOT_ALLOWED"):
            self._call("inspect", found, user=self._supervisor())
        told = self._call("inspect", self._findings(told, ("SHIRT", 1, "A")))
        line = told["lines"][0]
        self.assertEqual(
            line["repair"],
            {"in_house": 1.0, "repaired": 0.0, "not_repaired": 0.0, "sent_back": 0.0},
        )
        self.assertEqual(line["states"], {"refurbish": 1.0})
        self.assertEqual(told["money_state"], "none")
        self.assertEqual(told["next"]["step"], "repair")
        back = self.env["returns.order"].search([("name", "=", told["name"])])
        self._end(back)
        [told] = self._call("get", [{"name": back.name}])
        self.assertEqual(told["next"]["step"], "send_back")
        self._ship(back)
        [told] = self._call("get", [{"name": back.name}])
        self.assertEqual((told["case_state"], told["next"]["step"]), ("closed", False))
        self.assertEqual(told["lines"][0]["repair"]["sent_back"], 1.0)
        self.assertEqual(told["lines"][0]["states"], {})
        deliveries = [d["name"] for d in told["documents"] if d["kind"] == "transfer"]
        self.assertIn(back.routing_ids.delivery_move_ids.picking_id.name, deliveries)

    def _supervisor(self):
        """A program that may override a disposition."""
        groups = ("integration", "warehouse_lead")
        return new_test_user(
            self.env,
            "test_supervisor",
            groups=",".join(f"returns_governance.group_{group}" for group in groups),
        )
