from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..const import CASE_STATES, TRANSITIONS
from ..guard import with_pass
from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestFlow(ReturnsCommon):
    """The seven steps, one return at a time."""

    def test_a_return_goes_from_request_to_settled_money(self):
        order = self._sell()
        back = self._submit(self._request(order))
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(back.goods_state, "announced")
        self.assertEqual(back.money_state, "held")
        self.assertRegex(back.name, r"^RET/\d{4}/\d+$")
        self._receive(back)
        self.assertEqual(back.goods_state, "received")
        self.assertEqual(back.line_ids.quantity_received, 3.0)
        inspection = self.warehouse._get_state_location("inspection")
        self.assertEqual(self._on_hand(self.shirt, inspection), 3.0)
        self._inspect(back)
        self.assertEqual(back.goods_state, "disposed")
        self.assertEqual(self._on_hand(self.shirt, inspection), 0.0)
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.state, "posted")
        self.assertAlmostEqual(credit.amount_total, order.amount_total, 2)
        self.assertEqual(back.line_ids.quantity_refunded, 3.0)
        changes = back.routing_ids.move_id.move_line_ids.state_change_ids
        self.assertEqual(changes.mapped("policy_version"), ["standard 1"])

    def _on_hand(self, product, place):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "child_of", place.id)]
        )
        return sum(quants.mapped("quantity"))

    def test_five_units_in_three_parcels_close_the_quantities(self):
        back = self._submit(self._request(self._sell([(self.shirt, 5.0)])))
        line = back.line_ids
        for quantity, state in (
            (2.0, "partly_received"),
            (2.0, "partly_received"),
            (1.0, "received"),
        ):
            self._receive(back, {line: quantity})
            self.assertEqual(back.goods_state, state)
        self.assertEqual(line._open_to_receive()[line], 0.0)
        self.assertFalse(
            back.exception_ids.filtered(
                lambda e: e.code == "short_receipt" and e.state == "open"
            )
        )
        self.assertEqual(len(back.receipt_ids), 3)

    def test_ten_units_are_found_in_three_grades(self):
        back = self._create_return(self._sell([(self.shirt, 10.0)]), until="received")
        line = back.line_ids
        step = self._step("inspect", "inspector")
        step._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": quantity,
                        "lot_name": False,
                        "condition": grade,
                    }
                    for grade, quantity in (
                        (self.grade_a, 6.0),
                        (self.grade_c, 3.0),
                        (self.grade_x, 1.0),
                    )
                ]
            },
        )
        found = {row.disposition_id.code: row.quantity for row in back.routing_ids}
        self.assertEqual(found, {"restock": 6.0, "refurbish": 3.0, "quarantine": 1.0})
        with self.assertRaisesRegex(UserError, "QUANTITY_EXCEEDS_RECEIVED"):
            self._inspect(back, quantities={line: 1.0})

    def test_a_wrong_item_and_a_surplus_are_received_and_raise_exceptions(self):
        back = self._submit(self._request(self._sell([(self.shirt, 2.0)])))
        self._step("receive", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": self.shirt,
                        "quantity": 3.0,
                        "lot_name": False,
                        "warehouse": self.warehouse,
                    },
                    {
                        "line": self.env["returns.order.line"],
                        "product": self.belt,
                        "quantity": 1.0,
                        "lot_name": False,
                        "warehouse": self.warehouse,
                    },
                ]
            },
        )
        self.assertEqual(
            sorted(back.exception_ids.mapped("code")), ["over_receipt", "wrong_item"]
        )
        self._inspect(back, quantities={back.line_ids: 3.0})
        self.assertEqual(back.line_ids.quantity_refunded, 2.0)

    def test_a_short_receipt_clears_when_the_rest_comes_or_is_cancelled(self):
        for ending in ("rest", "cancel"):
            with self.subTest(ending):
                back = self._submit(self._request(self._sell([(self.shirt, 3.0)])))
                self._receive(back, {back.line_ids: 2.0})
                short = back.exception_ids.filtered(lambda e: e.code == "short_receipt")
                self.assertEqual(short.state, "open")
                if ending == "rest":
                    self._receive(back, {back.line_ids: 1.0})
                else:
                    self._step("cancel")._run(
                        back.with_user(self.users["agent"]),
                        {back.id: {"reason": "Keeps one", "lines": []}},
                    )
                    self.assertEqual(back.case_state, "authorised")
                self.assertEqual(short.state, "closed")

    def test_more_than_was_delivered_is_refused(self):
        order = self._sell([(self.shirt, 2.0)])
        self._submit(self._request(order, [(order.order_line, 1.0)]))
        with self.assertRaisesRegex(UserError, "QUANTITY_EXCEEDS_RETURNABLE"):
            self._submit(self._request(order, [(order.order_line, 2.0)]))

    def test_cancelled_units_can_be_claimed_again(self):
        order = self._sell([(self.shirt, 2.0)])
        back = self._submit(self._request(order))
        self._step("cancel")._run(
            back.with_user(self.users["agent"]),
            {back.id: {"reason": "Changed mind again", "lines": []}},
        )
        self.assertEqual(back.case_state, "cancelled")
        again = self._submit(self._request(order))
        self.assertEqual(again.line_ids.quantity_authorised, 2.0)

    def test_what_has_arrived_is_not_cancelled(self):
        back = self._create_return(until="received")
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            self._step("cancel")._run(
                back.with_user(self.users["agent"]),
                {back.id: {"reason": "Too late", "lines": []}},
            )
        self.assertNotIn("cancelled", back.event_ids.mapped("what"))
        self.assertEqual(back.case_state, "authorised")

    def test_lines_of_two_orders_share_one_return(self):
        first, second = self._sell([(self.shirt, 1.0)]), self._sell([(self.belt, 2.0)])
        lines = [(line, line.product_uom_qty) for line in (first | second).order_line]
        back = self._submit(self._request(first, lines))
        self.assertEqual(back.sale_order_ids, first | second)
        self._receive(back)
        self._inspect(back)
        self.assertEqual(len(back.settlement_ids.move_id), 2)
        self.assertAlmostEqual(
            sum(back.settlement_ids.move_id.mapped("amount_total")),
            first.amount_total + second.amount_total,
            2,
        )

    def test_a_wrong_grade_is_put_right_by_a_row_that_reverses_it(self):
        back = self._create_return(
            self._sell([(self.shirt, 1.0)]), until="inspected", grade=self.grade_d
        )
        quarantine = self.warehouse._get_state_location("quarantine")
        self.assertEqual(self._on_hand(self.shirt, quarantine), 1.0)
        step = self._step("inspect", "warehouse_lead")
        step._reverse(
            back.inspection_ids.with_user(self.users["warehouse_lead"]),
            "Looked at the wrong shirt",
        )
        self.assertEqual(self._on_hand(self.shirt, quarantine), 0.0)
        self.assertEqual(back.line_ids.quantity_inspected, 0.0)
        self._inspect(back, self.grade_a)
        self.assertEqual(back.routing_ids.mapped("quantity"), [1.0, -1.0, 1.0])
        self.assertEqual(back.line_ids.quantity_disposed, 1.0)

    def test_a_wrong_scan_is_put_right_by_a_row_that_reverses_it(self):
        back = self._create_return(self._sell([(self.shirt, 2.0)]), until="received")
        step = self._step("receive", "warehouse_lead")
        step._reverse(
            back.receipt_ids.with_user(self.users["warehouse_lead"]),
            "Parcel of another customer",
        )
        self.assertEqual(back.line_ids.quantity_received, 0.0)
        inspection = self.warehouse._get_state_location("inspection")
        self.assertEqual(self._on_hand(self.shirt, inspection), 0.0)
        self._receive(back)
        self.assertEqual(back.line_ids.quantity_received, 2.0)

    def test_the_state_is_changed_through_the_door_only(self):
        back = self._create_return()
        for values in (
            {"case_state": "closed"},
            {"case_state": "closed", "user_id": self.env.uid},
        ):
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                back.write(values)
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            self.env["returns.order"].with_context(default_case_state="closed").create(
                {"partner_id": self.partner.id, "channel_id": self.web.id}
            )
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            self.env["returns.order"].create(
                {
                    "partner_id": self.partner.id,
                    "channel_id": self.web.id,
                    "money_state": "settled",
                }
            )

    def test_a_pass_is_good_for_its_own_records_and_values_only(self):
        back, other = self._create_return(), self._create_return()
        values = {"case_state": "cancelled"}
        passed = with_pass(back, "write", values)
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            other.with_context(**passed.env.context).write(values)
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            passed.write({"case_state": "expired"})
        passed.write(values)
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            passed.write(values)

    def test_each_pair_of_states_is_allowed_or_refused_by_the_table(self):
        step = self.env["returns.step.request"]
        for source, _label in CASE_STATES:
            for target, _label in CASE_STATES:
                if source == target:
                    continue
                with self.subTest(source=source, target=target):
                    back = self.env["returns.order"].create(
                        {"partner_id": self.partner.id, "channel_id": self.web.id}
                    )
                    if source != "draft":
                        values = {"case_state": source}
                        with_pass(back, "write", values).write(values)
                    if target in TRANSITIONS[source]:
                        step._move_case(back, target)
                        self.assertEqual(back.case_state, target)
                    else:
                        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
                            step._move_case(back, target)

    def test_an_automatic_action_that_is_switched_off_waits_for_a_person(self):
        self.env["returns.automation"].search(
            [("code", "=", "route_after_inspection")]
        ).active = False
        back = self._create_return(until="inspected")
        self.assertFalse(back.routing_ids)
        self.assertEqual(back.goods_state, "inspected")
        entry = {
            "inspection": back.inspection_ids,
            "quantity": 3.0,
            "reason": False,
            "disposition": self.env.ref("returns_governance.disposition_restock"),
        }
        self._step("route", "warehouse_lead")._run(
            back.with_user(self.users["warehouse_lead"]), {back.id: [entry]}
        )
        self.assertEqual(back.goods_state, "disposed")

    def test_goods_of_an_expired_return_open_it_again(self):
        back = self._create_return()
        due = back.amount_due
        back._machine_write({"authorised_at": "2020-01-01 00:00:00"})
        self.env.ref("returns_governance.ir_cron_expire").ir_actions_server_id.run()
        self.assertEqual(back.case_state, "expired")
        self._receive(back, {back.line_ids: 3.0})
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(back.goods_state, "received")
        self.assertEqual(back.amount_due, due)
        self.assertEqual(back.exception_ids.mapped("code"), ["not_authorised"])

    def test_a_refund_that_rises_above_what_was_approved_is_held_again(self):
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        self.assertEqual(back.case_state, "to_approve")
        self._decide(back, approve=True)
        self.assertEqual(back.case_state, "authorised")
        back._machine_write({"approved_amount": 600.0})  # as if less was approved
        self._receive(back)
        self._inspect(back)
        self.assertFalse(back.settlement_ids)
        self.assertEqual(back.money_state, "held")
        self.assertEqual(back.approval_ids.mapped("state").count("open"), 1)
        self._decide(back, approve=False)
        self.assertFalse(back.settlement_ids)
        self.env["returns.step.advance"]._after(back)
        self.assertNotIn("open", back.approval_ids.mapped("state"))
        self.assertFalse(back.settlement_ids)

    def _decide(self, back, approve):
        approval = back.approval_ids.filtered(lambda a: a.state == "open")
        approval = approval.with_user(self.users["manager"])
        action = approval.action_approve if approve else approval.action_refuse
        action(reason="Looked at it")

    def test_a_supervisor_lets_in_what_the_policy_refused_and_says_why(self):
        order = self._sell()
        order.picking_ids.date_done = fields.Datetime.now() - timedelta(days=40)
        back = self._create_return(order)
        self.assertEqual(back.case_state, "rejected")
        refused = back.line_ids.decision_id
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            self._step("override", "agent")._run(
                back.with_user(self.users["agent"]), {back.id: "Please"}
            )
        step = self._step("override", "manager")
        manager_back = back.with_user(self.users["manager"])
        with self.assertRaisesRegex(UserError, "BAD_REQUEST"):
            step._run(manager_back, {back.id: " "})
        step._run(manager_back, {back.id: "Was in hospital"})
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(back.amount_due, order.amount_total)
        self.assertIn("WINDOW_PASSED", refused.codes)
        self.assertIn("OVERRIDDEN", back.line_ids.decision_id.codes)
        event = back.event_ids.filtered(lambda e: e.what == "overridden")
        self.assertEqual(event.why, "Was in hospital")
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.line_ids.quantity_refunded, 3.0)
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            step._run(manager_back, {back.id: "Again"})

    def test_a_withdrawal_too_late_has_no_more_right_than_any_return(self):
        order = self._sell([(self.shirt, 20.0)])
        order.picking_ids.date_done = fields.Datetime.now() - timedelta(days=20)
        late = self._create_return(order, withdrawal=True)
        self.assertFalse(late.line_ids.decision_id.withdrawal_right)
        self.assertEqual(late.case_state, "to_approve")
        timely = self._create_return(self._sell([(self.shirt, 20.0)]), withdrawal=True)
        self.assertTrue(timely.line_ids.decision_id.withdrawal_right)
        self.assertEqual(timely.case_state, "authorised")

    def test_a_scan_of_a_parcel_that_came_before_releases_no_other_return(self):
        first = self._create_return(
            withdrawal=True, parcels=[{"tracking_ref": "1Z-AGAIN"}]
        )
        self._step("label")._scan(
            first.parcel_ids.with_user(self.users["agent"]),
            {"status": "accepted", "occurred_at": fields.Datetime.now()},
        )
        self.assertEqual(first.line_ids.quantity_released, 3.0)
        self._receive(first)
        second = self._create_return(
            withdrawal=True, parcels=[{"tracking_ref": "1Z-AGAIN"}]
        )
        self.assertEqual(second.parcel_ids, first.parcel_ids)
        self.assertEqual(second.line_ids.quantity_released, 0.0)

    def test_a_serial_comes_back_once(self):
        camera = self._make_product("Camera", 90.0, 40.0, tracking="serial")
        for name in ("S1", "S2"):
            lot = self.env["stock.lot"].create({"name": name, "product_id": camera.id})
            self._stock(camera, 1.0, lot)
        order = self._sell([(camera, 2.0)], until="confirmed")
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self._invoice(order)
        back = self._create_return(order)
        for _scan in range(2):
            self._receive(back, {back.line_ids: 1.0}, lot_name="S1")
        self.assertEqual(back.receipt_ids.mapped("serial_ok"), [True, False])
        waiting = back.exception_ids.filtered(lambda e: e.state == "open")
        self.assertEqual(waiting.mapped("code"), ["serial_mismatch"])
        self.assertEqual(len(back.receipt_ids.lot_id), 2)

    def test_a_stray_item_keeps_the_return_open(self):
        self.company.returns_posting = "call"
        back = self._create_return(self._sell(until="invoiced"))
        self._receive(back)
        self._step("receive", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": self.env["returns.order.line"],
                        "product": self.belt,
                        "quantity": 1.0,
                        "lot_name": False,
                        "warehouse": self.warehouse,
                    }
                ]
            },
        )
        self._inspect(back)
        self.assertEqual(back.money_state, "settled")
        self.assertEqual(back.case_state, "authorised")

    def test_a_draft_takes_the_currency_of_its_orders(self):
        dollar = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("id", "!=", self.company.currency_id.id)], limit=1)
        )
        dollar.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Other money", "currency_id": dollar.id}
        )
        order = self._sell(pricelist_id=pricelist.id)
        sold = self.env["returns.sold.line"]._for_sale_lines(order.order_line)
        draft = self.env["returns.order"].create(
            {
                "partner_id": self.partner.id,
                "channel_id": self.web.id,
                "warehouse_id": self.warehouse.id,
                "line_ids": [
                    Command.create(
                        {
                            "sold_line_id": sold.id,
                            "quantity": 1.0,
                            "reason_id": self.env.ref(
                                "returns_governance.reason_changed_mind"
                            ).id,
                        }
                    )
                ],
            }
        )
        self._step("request")._run(draft.with_user(self.users["agent"]))
        self.assertEqual(draft.currency_id, dollar)

    def test_a_back_office_request_is_never_of_the_future(self):
        draft = self.env["returns.order"].create(
            {
                "partner_id": self.partner.id,
                "channel_id": self.web.id,
                "requested_at": fields.Datetime.now() + timedelta(days=1),
                "line_ids": [],
            }
        )
        with self.assertRaisesRegex(UserError, "TIME_INVALID"):
            self._step("request")._run(draft.with_user(self.users["agent"]))

    def test_a_disposition_that_was_taken_back_waits_for_a_person(self):
        back = self._create_return(until="inspected", grade=self.grade_c)
        lead = self.users["warehouse_lead"]
        self._step("route", "warehouse_lead")._reverse(
            back.routing_ids.with_user(lead), "Better than it looked"
        )
        for _later in range(2):
            self.env["returns.step.advance"]._after(back)
        self.assertEqual(back.line_ids.quantity_disposed, 0.0)
        entry = {
            "inspection": back.inspection_ids,
            "quantity": 2.0,
            "reason": "As new",
            "disposition": self.env.ref("returns_governance.disposition_restock"),
        }
        step = self._step("route", "warehouse_lead")
        with self.assertRaisesRegex(UserError, "QUANTITY_INVALID"):
            step._run(back.with_user(lead), {back.id: [entry, entry]})
        step._run(back.with_user(lead), {back.id: [entry]})
        self.assertEqual(back.line_ids.quantity_disposed, 2.0)

    def test_the_ledgers_undo_leaves_the_goods_of_a_return_to_the_return(self):
        back = self._create_return(until="received")
        change = back.receipt_ids.move_id.move_line_ids.state_change_ids
        undo = self.env["inventory.state.reversal.wizard"].create(
            {"change_id": change.id, "reason": "By the side door"}
        )
        with self.assertRaisesRegex(UserError, back.name):
            undo.action_apply()
        self.assertEqual(back.line_ids.quantity_received, 3.0)
