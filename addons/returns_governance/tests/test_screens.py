from datetime import timedelta

from markupsafe import escape

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..const import CASE_STATES, EVENTS, NEXT_STEPS
from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestScreens(ReturnsCommon):
    """What the screens say: the next step, the words, the gates, the figures."""

    def test_the_next_step_follows_the_return_through_its_life(self):
        draft = self.env["returns.order"].create(
            {"partner_id": self.partner.id, "channel_id": self.web.id}
        )
        self.assertEqual(draft.next_step, "request")
        back = self._create_return(self._sell([(self.shirt, 2.0)]))
        self.assertEqual(back.next_step, "parcel")
        back.parcel_ids._machine_write({"status": "delivered"})
        self.assertEqual(back.next_step, "receive")
        self._receive(back)
        self.assertEqual(back.next_step, "inspect")
        self.env["returns.automation"].search(
            [("code", "=", "route_after_inspection")]
        ).active = False
        self._inspect(back)
        self.assertEqual(back.next_step, "route")

    def test_a_refund_above_the_limit_waits_for_a_person(self):
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        self.assertEqual(back.case_state, "to_approve")
        self.assertEqual(back.next_step, "authorise")
        self.assertEqual(back.next_by, back.approval_ids.due_at)
        self.assertIn("approve", back.next_words)

    def test_goods_that_wait_too_long_are_late_and_found_by_the_filter(self):
        self.company.resource_calendar_id = False  # every hour of every day counts
        back = self._create_return()
        self._receive(back, occurred_at=fields.Datetime.now() - timedelta(days=3))
        self.assertTrue(back.is_late)
        self.assertIn(back, self.env["returns.order"].search([("is_late", "=", True)]))
        self.assertNotIn(
            back, self.env["returns.order"].search([("is_late", "=", False)])
        )
        self.assertIn("late", back.next_words)

    def test_the_age_counts_from_the_oldest_unit_that_nobody_has_looked_at(self):
        now = fields.Datetime.now().replace(microsecond=0)
        back = self._create_return(self._sell([(self.shirt, 5.0)]))
        line = back.line_ids
        first, second = now - timedelta(days=4), now - timedelta(days=1)
        self._receive(back, {line: 2.0}, occurred_at=first)
        self._receive(back, {line: 3.0}, occurred_at=second)
        self.assertEqual(back.next_since, first)
        self._inspect(back, quantities={line: 2.0})
        self.assertEqual(back.next_since, second)

    def test_every_next_step_and_every_event_has_its_words(self):
        back = self._create_return()
        for step, _label in NEXT_STEPS:
            parts = getattr(back, f"_next_{step}")() if step != "parcel" else ("x",)
            self.assertTrue(parts[0], step)
        for what, label in EVENTS:
            event = self.env["returns.event"].new(
                {"order_id": back.id, "company_id": self.company.id, "what": what}
            )
            event._compute_sentence()
            self.assertTrue(event.sentence, label)

    def test_the_timeline_tells_what_happened_and_escapes_what_people_write(self):
        back = self._create_return(until="inspected", grade=self.grade_d)
        self._step("inspect", "warehouse_lead")._reverse(
            back.inspection_ids.with_user(self.users["warehouse_lead"]),
            "<script>alert(1)</script>",
        )
        self.assertIn("Received 3 × Shirt", back.timeline)
        self.assertIn("3 Damaged", back.timeline)
        self.assertIn("Took back a finding", back.timeline)
        self.assertNotIn("<script>", back.timeline)

    def test_the_decision_is_told_with_its_facts_and_its_winner(self):
        back = self._create_return()
        self.assertIn("Web shop", back.decision_words)
        self.assertIn("Germany", back.decision_words)
        self.assertIn(back.line_ids.decision_id.sentence, back.decision_words)

    def test_a_locked_button_says_what_the_step_would_say(self):
        back = self._create_return()
        gates = back.with_user(self.users["inspector"]).step_gates
        self.assertEqual(gates["receive"], "")
        self.assertIn("nothing was received yet", gates["inspect"])
        with self.assertRaises(UserError) as refused:
            self._step("inspect", "inspector")._run(
                back.with_user(self.users["inspector"]), {}
            )
        self.assertIn(gates["inspect"], str(refused.exception))
        denied = back.with_user(self.users["auditor"]).step_gates["receive"]
        self.assertIn("needs one of the roles", denied)

    def test_each_state_has_gates_for_each_role(self):
        for state, _label in CASE_STATES:
            back = self.env["returns.order"].new({"case_state": state})
            self.assertFalse(back.step_gates)
        back = self._create_return(until="received")
        for role, user in self.users.items():
            with self.subTest(role):
                self.assertEqual(len(back.with_user(user).step_gates), 7)

    def test_every_role_reads_the_form_and_the_overview(self):
        back = self._create_return(until="inspected")
        for role in ("agent", "inspector", "finance", "planner", "auditor"):
            with self.subTest(role):
                mine = back.with_user(self.users[role])
                spec = dict.fromkeys(
                    (
                        "next_words",
                        "goods_words",
                        "money_words",
                        "timeline",
                        "decision_words",
                        "step_gates",
                        "waiting",
                        "product_names",
                    ),
                    {},
                )
                [values] = mine.web_read(spec)
                self.assertIn("Shirt", values["timeline"])
                overview = mine.retrieve_overview()
                self.assertEqual(len(overview["steps"]), 6)
                self.assertEqual(len(overview["figures"]), 5)

    def test_the_overview_counts_values_and_ages(self):
        before = self._tile("inspect")
        back = self._create_return(until="received")
        tile = self._tile("inspect")
        self.assertEqual(tile["count"], before["count"] + 1)
        self.assertTrue(tile["age"])
        figures = {f["key"]: f for f in back.retrieve_overview()["figures"]}
        domain = figures["received"]["action"]["domain"]
        self.assertIn(back.receipt_ids, self.env["returns.receipt"].search(domain))

    def _tile(self, step):
        steps = self.env["returns.order"].retrieve_overview()["steps"]
        return next(tile for tile in steps if tile["step"] == step)

    def test_the_words_of_a_line_say_where_its_units_are(self):
        back = self._create_return(self._sell([(self.shirt, 4.0)]))
        line = back.line_ids
        self.assertEqual(line.where_now, "With the customer 4")
        self._receive(back, {line: 3.0})
        self.assertEqual(line.where_now, "With the customer 1, Inspection 3")
        self.assertEqual(line.refund_words, "Held")
        self._inspect(back, quantities={line: 2.0})
        self.assertIn("Sellable 2", line.where_now)

    def test_nobody_types_what_the_screens_derive(self):
        back = self._create_return()
        for name, value in (
            ("next_step", "none"),
            ("next_by", "2020-01-01"),
            ("goods_state", "disposed"),
            ("amount_delivery", 1.0),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "GUARDED"):
                back.with_user(self.users["agent"]).write({name: value})

    def test_documents_and_products_lead_to_their_returns(self):
        order = self._sell()
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids.move_id
        for record in (
            order,
            back.receipt_ids.picking_id,
            credit,
            order.invoice_ids - credit,
            self.shirt,
            self.shirt.product_tmpl_id,
        ):
            with self.subTest(record._name):
                self.assertEqual(record.returns_count, 1)
                action = record.action_view_returns()
                self.assertEqual(action["res_id"], back.id)
        # In one panel: the return, what was decided, what came, what was found, paid.
        for words in (
            back.name,
            back.line_ids.decision_id.sentence,
            f"3 × {self.shirt.name}, ",
            back.receipt_ids.picking_id.name,
            f"3 × {self.shirt.name}: {self.grade_a.name}, ",
            f"{credit.name}: ",
        ):
            with self.subTest(words):
                self.assertIn(escape(words), credit.returns_words)

    def test_several_returns_open_as_a_list(self):
        order = self._sell([(self.shirt, 2.0)])
        first = self._create_return(order, [(order.order_line, 1.0)])
        second = self._create_return(order, [(order.order_line, 1.0)])
        action = order.action_view_returns()
        self.assertEqual(
            self.env["returns.order"].search(action["domain"]), second | first
        )

    def test_the_search_finds_by_tracking_number_serial_and_order(self):
        order = self._sell(client_order_ref="SHOP-77")
        back = self._create_return(
            order, parcels=[{"tracking_ref": "1ZSEARCH", "carrier": "UPS"}]
        )
        Order = self.env["returns.order"]
        for domain in (
            [("parcel_ids.tracking_ref", "ilike", "1ZSEARCH")],
            [("line_ids.sale_order_id.client_order_ref", "ilike", "SHOP-77")],
            [("next_by", "<", "now"), ("id", "=", back.id)],
        ):
            found = Order.search(domain)
            expected = Order if "now" in str(domain) else back
            self.assertEqual(found, expected)


@tagged("post_install", "-at_install")
class TestDialogs(ReturnsCommon):
    """What the dialogs hand to the steps, and what they refuse."""

    def _dialog(self, model, records, user, **context):
        """The form of a dialog, as the screen opens it on ``records``."""
        env = self.env(
            user=self.users[user],
            context={
                "active_model": records._name,
                "active_ids": records.ids,
                "active_id": records[:1].id,
                **context,
            },
        )
        return Form(env[model])

    # --- receive ----------------------------------------------------------------------
    def test_the_receive_dialog_expects_what_is_open_and_takes_it_in(self):
        back = self._create_return(self._sell([(self.shirt, 3.0), (self.belt, 2.0)]))
        form = self._dialog("returns.receive.wizard", back, "inspector")
        self.assertEqual(len(form.line_ids), 2)
        with form.line_ids.edit(1) as line:
            self.assertEqual(line.expected, 2.0)
            line.quantity = 1.0
        form.save().action_confirm()
        self.assertEqual(back.line_ids.mapped("quantity_received"), [3.0, 1.0])
        self.assertEqual(back.receipt_ids.user_id, self.users["inspector"])

    def test_a_dialog_that_is_saved_again_does_nothing_again(self):
        back = self._create_return()
        dialog = self._dialog("returns.receive.wizard", back, "inspector").save()
        dialog.action_confirm()
        with self.assertRaisesRegex(UserError, "saved already"):
            dialog.action_confirm()
        self.assertEqual(back.line_ids.quantity_received, 3.0)

    def test_something_unexpected_is_received_too(self):
        back = self._create_return(self._sell([(self.shirt, 1.0)]))
        form = self._dialog("returns.receive.wizard", back, "inspector")
        with form.line_ids.new() as line:
            line.product_id = self.belt
            line.quantity = 1.0
            self.assertIn("Not on the return", line.difference)
        form.save().action_confirm()
        self.assertEqual(back.exception_ids.code, "wrong_item")

    def test_many_returns_are_received_with_a_result_for_each(self):
        good, bad = self._create_return(), self._create_return()
        form = self._dialog("returns.receive.wizard", good | bad, "inspector")
        dialog = form.save()
        row = dialog.line_ids.filtered(lambda r: r.order_id == bad)
        row.quantity = -1.0
        action = dialog.action_confirm()
        self.assertEqual(action["res_id"], dialog.id)
        self.assertEqual(good.goods_state, "received")
        self.assertEqual(bad.goods_state, "announced")
        self.assertIn("above zero", row.result)
        self.assertNotIn("QUANTITY", row.result)
        row.quantity = 3.0
        dialog.action_confirm()
        self.assertEqual(bad.goods_state, "received")
        self.assertEqual(good.line_ids.quantity_received, 3.0)

    def test_an_agent_does_not_receive(self):
        back = self._create_return()
        with self.assertRaises(AccessError):
            self._dialog("returns.receive.wizard", back, "agent").save()

    def test_serial_numbers_are_asked_one_by_one(self):
        phone = self._make_product("Phone", 300.0, 200.0, tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": f"SN-{n}", "product_id": phone.id} for n in range(2)]
        )
        for lot in lots:
            self._stock(phone, 1.0, lot)
        order = self._sell([(phone, 2.0)], until="confirmed")
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self._invoice(order)
        back = self._create_return(order, withdrawal=True)
        dialog = self._dialog("returns.receive.wizard", back, "inspector").save()
        self.assertEqual(dialog.line_ids.mapped("lot_name"), ["SN-0", "SN-1"])
        dialog.action_confirm()
        self.assertEqual(back.receipt_ids.lot_id, lots)
        self.assertTrue(all(back.receipt_ids.mapped("serial_ok")))
        inspect = self._dialog("returns.inspect.wizard", back, "inspector").save()
        self.assertEqual(inspect.line_ids.lot_id, lots)

    # --- inspect ----------------------------------------------------------------------
    def _grade(self, row, **quantities):
        """Count units into conditions by code, as the grid does."""
        grid = dict(row.grid)
        grid["grades"] = [
            {**grade, "quantity": quantities.get(grade["code"], grade["quantity"])}
            for grade in grid["grades"]
        ]
        row.grid = grid

    def _wish(self, row, code, disposition, reason):
        grid = dict(row.grid)
        grid["grades"] = [
            {**g, "wanted": disposition.id, "reason": reason}
            if g["code"] == code
            else g
            for g in grid["grades"]
        ]
        row.grid = grid

    def test_the_grid_shows_what_the_policy_gives_for_each_condition(self):
        back = self._create_return(until="received")
        dialog = self._dialog("returns.inspect.wizard", back, "inspector").save()
        grades = {g["code"]: g for g in dialog.line_ids.grid["grades"]}
        self.assertEqual(grades["A"]["given_name"], "Restock")
        self.assertEqual(grades["C"]["given_name"], "Refurbish")
        self.assertIn("Damaged goes to Quarantine", grades["D"]["why"])
        self.assertEqual(dialog.line_ids.grid["dispositions"], [])

    def test_units_are_split_by_condition_and_go_where_the_policy_says(self):
        back = self._create_return(self._sell([(self.shirt, 5.0)]), until="received")
        dialog = self._dialog("returns.inspect.wizard", back, "inspector").save()
        self._grade(dialog.line_ids, A=3, D=1)
        dialog.line_ids.note = "A stain"
        photo = dialog.env["ir.attachment"].create(
            {"name": "stain.png", "raw": b"png", "res_model": dialog.line_ids._name}
        )
        dialog.line_ids.photo_ids = photo
        dialog.action_confirm()
        found = {r.condition_id.code: r.quantity for r in back.inspection_ids}
        self.assertEqual(found, {"A": 3.0, "D": 1.0})
        went = {r.disposition_id.code: r.quantity for r in back.routing_ids}
        self.assertEqual(went, {"restock": 3.0, "quarantine": 1.0})
        self.assertEqual(back.inspection_ids[0].note, "A stain")
        self.assertEqual(back.inspection_ids[0].photo_ids.name, "stain.png")
        again = self._dialog("returns.inspect.wizard", back, "inspector").save()
        self.assertEqual(again.line_ids.left, 1.0)

    def test_more_than_was_received_cannot_be_graded(self):
        back = self._create_return(self._sell([(self.shirt, 2.0)]), until="received")
        dialog = self._dialog("returns.inspect.wizard", back, "inspector").save()
        self._grade(dialog.line_ids, A=2, B=1)
        with self.assertRaisesRegex(UserError, "3 graded, but only 2"):
            dialog.action_confirm()
        self._grade(dialog.line_ids, A=-1, B=1)
        with self.assertRaisesRegex(UserError, "above zero"):
            dialog.action_confirm()
        self._grade(dialog.line_ids, A=0, B=0)
        with self.assertRaisesRegex(UserError, "Nothing is graded"):
            dialog.action_confirm()
        self.assertFalse(back.inspection_ids)

    def test_the_lead_sends_goods_elsewhere_with_a_reason_the_inspector_not(self):
        back = self._create_return(self._sell([(self.shirt, 1.0)]), until="received")
        refurbish = self.env.ref("returns_governance.disposition_refurbish")
        dialog = self._dialog("returns.inspect.wizard", back, "inspector").save()
        self._grade(dialog.line_ids, D=1)
        self._wish(dialog.line_ids, "D", refurbish, "Only a button")
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        dialog = self._dialog("returns.inspect.wizard", back, "warehouse_lead").save()
        self.assertIn(
            {"id": refurbish.id, "name": "Refurbish"},
            dialog.line_ids.grid["dispositions"],
        )
        self._grade(dialog.line_ids, D=1)
        self._wish(dialog.line_ids, "D", refurbish, "")
        with self.assertRaisesRegex(UserError, "say why"):
            dialog.action_confirm()
        self._wish(dialog.line_ids, "D", refurbish, "Only a button")
        dialog.action_confirm()
        self.assertEqual(back.routing_ids.disposition_id, refurbish)
        self.assertTrue(back.routing_ids.overridden)
        self.assertEqual(back.routing_ids.reason, "Only a button")

    def test_the_dialog_opens_from_the_transfer(self):
        back = self._create_return(until="received")
        picking = back.receipt_ids.picking_id
        self.assertTrue(picking.returns_to_inspect)
        dialog = self._dialog(
            "returns.inspect.wizard",
            picking,
            "inspector",
            returns_pickings=picking.ids,
        ).save()
        self.assertEqual(dialog.order_ids, back)
        self._grade(dialog.line_ids, A=3)
        dialog.action_confirm()
        self.assertEqual(back.goods_state, "disposed")
        picking.invalidate_recordset(["returns_to_inspect"])
        self.assertFalse(picking.returns_to_inspect)

    def test_goods_of_many_returns_are_inspected_at_once(self):
        both = self._create_return(until="received") | self._create_return(
            until="received"
        )
        dialog = self._dialog("returns.inspect.wizard", both, "inspector").save()
        for row in dialog.line_ids:
            self._grade(row, A=3)
        dialog.action_confirm()
        self.assertEqual(both.mapped("goods_state"), ["disposed", "disposed"])

    def test_forged_ids_in_the_grid_are_refused(self):
        back = self._create_return(until="received")
        dialog = self._dialog("returns.inspect.wizard", back, "inspector").save()
        for forged in (
            [{"condition": 0, "quantity": 1}],
            [{"condition": 10**8, "quantity": 1}],
            [{"condition": self.grade_a.id, "quantity": "many"}],
        ):
            dialog.line_ids.grid = {"grades": forged}
            with self.assertRaises(UserError):
                dialog.action_confirm()

    # --- route ------------------------------------------------------------------------
    def test_inspected_units_are_routed_by_hand_with_a_reason_for_another_place(self):
        self.env["returns.automation"].search(
            [("code", "=", "route_after_inspection")]
        ).active = False
        back = self._create_return(until="inspected")
        form = self._dialog("returns.route.wizard", back, "warehouse_lead")
        with form.line_ids.edit(0) as line:
            self.assertEqual(line.disposition_id.code, "restock")
        form.save().action_confirm()
        self.assertEqual(back.routing_ids.disposition_id.code, "restock")
        self.assertFalse(back.routing_ids.overridden)

    # --- add from orders --------------------------------------------------------------
    def test_lines_of_two_orders_come_into_one_draft_and_are_submitted(self):
        first, second = self._sell([(self.shirt, 2.0)]), self._sell([(self.belt, 3.0)])
        draft = (
            self.env["returns.order"]
            .with_user(self.users["agent"])
            .create(
                {
                    "partner_id": self.partner.id,
                    "channel_id": self.web.id,
                    "warehouse_id": self.warehouse.id,
                }
            )
        )
        form = self._dialog("returns.add.wizard", draft, "agent")
        form.sale_order_ids.add(first)
        form.sale_order_ids.add(second)
        form.reason_id = self.env.ref("returns_governance.reason_size_fit")
        with form.line_ids.edit(0) as line:
            line.quantity = 1.0
        with form.line_ids.edit(1) as line:
            self.assertEqual(line.returnable, 3.0)
            line.quantity = 3.0
        form.save().action_confirm()
        self.assertEqual(draft.sale_order_ids, first | second)
        self.assertEqual(draft.line_ids.mapped("quantity"), [1.0, 3.0])
        preview = self._dialog("returns.refund.preview", draft, "agent").save()
        self.assertIn("Refund in all", preview.summary)
        draft.action_submit()
        self.assertEqual(draft.case_state, "authorised")

    def test_a_return_begins_from_its_order(self):
        order = self._sell([(self.shirt, 2.0)])
        form = self._dialog("returns.add.wizard", order, "agent")
        form.everything = True
        action = form.save().action_confirm()
        back = self.env["returns.order"].browse(action["res_id"])
        self.assertEqual(back.case_state, "draft")
        self.assertEqual(back.partner_id, order.partner_id)
        self.assertEqual(back.channel_id, order.returns_channel_id)
        self.assertEqual(back.line_ids.quantity, 2.0)
        self.assertIn("Anna Schmidt", back.display_name)

    def test_what_came_back_already_is_not_offered_again(self):
        order = self._sell([(self.shirt, 2.0)])
        self._create_return(order)
        form = self._dialog("returns.add.wizard", order, "agent")
        self.assertEqual(len(form.line_ids), 0)

    # --- cancel -----------------------------------------------------------------------
    def test_some_units_are_cancelled_with_a_reason(self):
        back = self._create_return(self._sell([(self.shirt, 3.0)]))
        form = self._dialog("returns.cancel.wizard", back, "agent")
        form.reason = "Keeps two"
        form.whole = False
        with self.assertRaisesRegex(UserError, "Enter how many"):
            form.save().action_confirm()
        with form.line_ids.edit(0) as line:
            line.quantity = 2.0
        form.save().action_confirm()
        self.assertEqual(back.line_ids.quantity_cancelled, 2.0)
        self.assertEqual(back.case_state, "authorised")
        self.assertIn("Keeps two", back.timeline)

    # --- reasons ----------------------------------------------------------------------
    def _reason(self, records, user, kind, reason="Because"):
        form = self._dialog("returns.reason.wizard", records, user, default_kind=kind)
        form.reason = reason
        return form.save()

    def test_finance_releases_money_with_a_reason_an_agent_not(self):
        back = self._create_return()
        dialog = self._reason(back, "agent", "release")
        self.assertIn("before the release rule is met", dialog.question)
        with self.assertRaises(AccessError):
            dialog.action_confirm()
        self._reason(back, "finance", "release", "Good customer").action_confirm()
        self.assertEqual(back.settlement_ids.move_id.state, "posted")
        self.assertIn("Good customer", back.timeline)

    def test_an_approval_is_decided_on_the_return_by_a_second_person(self):
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        self._reason(back, "manager", "approve").action_confirm()
        self.assertEqual(back.case_state, "authorised")
        other = self._create_return(self._sell([(self.shirt, 20.0)]))
        self._reason(other, "manager", "approve").action_refuse()
        self.assertEqual(other.case_state, "rejected")
        self.assertIn("refused it", other.next_words)

    def test_many_approvals_are_decided_and_each_refusal_is_told(self):
        fair = self._create_return(self._sell([(self.shirt, 20.0)]))
        order = self._sell([(self.shirt, 20.0)])
        own = self._submit(self._request(order), user="manager")
        dialog = self._reason((fair | own).approval_ids, "manager", "approve")
        dialog.action_confirm()
        self.assertEqual(fair.case_state, "authorised")
        self.assertEqual(own.case_state, "to_approve")
        self.assertIn("Somebody else has to approve", dialog.result)

    def test_an_exception_is_cleared_by_its_owner_with_a_reason(self):
        back = self._create_return(self._sell([(self.shirt, 2.0)]))
        self._receive(back, {back.line_ids: 1.0})
        short = back.exception_ids
        self.assertTrue(short.age)
        with self.assertRaises(AccessError):
            self._reason(short, "finance", "close").action_confirm()
        self._reason(short, "agent", "close", "Comes tomorrow").action_confirm()
        self.assertEqual(short.state, "closed")
        self.assertEqual(short.closed_because, "Comes tomorrow")

    def test_rows_are_put_right_by_counter_rows(self):
        back = self._create_return(until="inspected", grade=self.grade_d)
        self._reason(back.inspection_ids, "warehouse_lead", "correct").action_confirm()
        self.assertEqual(back.line_ids.quantity_inspected, 0.0)
        self._reason(back.receipt_ids, "warehouse_lead", "correct").action_confirm()
        self.assertEqual(back.line_ids.quantity_received, 0.0)
        self.assertEqual(back.next_step, "parcel")

    def test_finance_takes_a_refund_back_the_lead_not(self):
        back = self._create_return(until="inspected")
        refund = back.settlement_ids
        with self.assertRaises(AccessError):
            self._reason(refund, "warehouse_lead", "correct").action_confirm()
        self._reason(refund, "finance", "correct", "Wrong customer").action_confirm()
        self.assertEqual(back.amount_settled, 0.0)
        self.assertIn("Took back a refund", back.timeline)

    def test_a_reason_dialog_acts_on_what_it_knows_only(self):
        back = self._create_return()
        with self.assertRaises(UserError):
            self._reason(back.partner_id, "manager", "approve")
        with self.assertRaises(UserError):
            self._reason(back, "manager", "approve")
        dialog = self._reason(back, "manager", "unlink")
        with self.assertRaises(UserError):
            dialog.action_confirm()

    # --- parcels ----------------------------------------------------------------------
    def test_a_parcel_is_added_and_its_status_told(self):
        back = self._create_return()
        form = self._dialog("returns.label.wizard", back, "agent")
        form.tracking_ref = "1ZDIALOG"
        form.carrier = "UPS"
        form.save().action_confirm()
        parcel = back.parcel_ids.filtered(lambda p: p.tracking_ref == "1ZDIALOG")
        self.assertEqual(parcel.carrier, "UPS")
        form = self._dialog("returns.scan.wizard", parcel, "agent")
        form.status = "in_transit"
        form.save().action_confirm()
        self.assertEqual(back.goods_state, "in_transit")

    def test_a_parcel_that_names_nothing_finds_its_return(self):
        back = self._create_return()
        kept = self._unmatched("dock-9", self.shirt, 2.0)
        self.assertIn("2 × SHIRT", kept.scanned)
        form = self._dialog("returns.match.wizard", kept, "warehouse_lead")
        form.order_id = back
        form.save().action_confirm()
        self.assertEqual(back.line_ids.quantity_received, 2.0)
        self.assertEqual(kept.state, "closed")

    def _unmatched(self, ref, product, quantity):
        return self.env["returns.exception"]._raise(
            [
                {
                    "code": "unmatched_parcel",
                    "cause": f"receipt {ref}",
                    "receipt_ref": ref,
                    "company_id": self.company.id,
                    "warehouse_id": self.warehouse.id,
                    "payload": {
                        "scan": "???",
                        "warehouse": self.warehouse.code,
                        "lines": [{"sku": product.default_code, "quantity": quantity}],
                        "occurred_at": fields.Datetime.to_string(fields.Datetime.now()),
                    },
                }
            ]
        )
