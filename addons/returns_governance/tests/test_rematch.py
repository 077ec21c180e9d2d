from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestRematch(ApiCase):
    """Goods on the wrong line or return go where they belong; parcels wait again."""

    def _receive_step(self):
        return self._step("receive", "warehouse_lead")

    def _two_reasons(self):
        """A return with two lines on one sold line, for two reasons."""
        order = self._sell(until="invoiced")
        defective = {"reason": self.env.ref("returns_governance.reason_defective")}
        line = order.order_line
        return self._create_return(order, [(line, 1.0), (line, 2.0, defective)])

    # --- another line -----------------------------------------------------------------
    def test_a_receipt_moves_to_another_line_in_one_step(self):
        back = self._two_reasons()
        first, second = back.line_ids
        self._receive(back, {first: 1.0})
        receipt = back.receipt_ids
        self._receive_step()._reassign(
            receipt.with_user(self.users["warehouse_lead"]), second, "Wrong label"
        )
        self.assertEqual((first.quantity_received, second.quantity_received), (0, 1))
        self.assertEqual(back.receipt_ids.mapped("quantity"), [1.0, -1.0, 1.0])
        event = back.event_ids.filtered(lambda e: e.what == "corrected")
        self.assertEqual(event.why, "Wrong label")
        self.assertFalse(self.env["returns.event.scan"]._findings(back))

    def test_it_moves_to_another_return_too(self):
        one = self._create_return(until="received")
        other = self._create_return(self._sell())
        receipt = one.receipt_ids.with_user(self.users["warehouse_lead"])
        self._receive_step()._reassign(receipt, other.line_ids, "Other parcel")
        self.assertEqual(one.goods_state, "announced")
        self.assertEqual(other.line_ids.quantity_received, 3.0)

    def test_a_line_of_another_product_is_refused(self):
        back = self._create_return(
            self._sell([(self.shirt, 1.0), (self.belt, 1.0)]), until="received"
        )
        shirt, belt = back.line_ids
        rows = shirt.receipt_ids.with_user(self.users["warehouse_lead"])
        for wrong in (belt, shirt):
            with self.assertRaisesRegex(UserError, "LINE_UNKNOWN"):
                self._receive_step()._reassign(rows, wrong, "Wrong")
        self.assertEqual(len(back.receipt_ids), 2)

    def test_the_dialog_books_it_on_the_chosen_line(self):
        back = self._two_reasons()
        first, second = back.line_ids
        self._receive(back, {first: 1.0})
        dialog = (
            self.env["returns.reason.wizard"]
            .with_user(self.users["warehouse_lead"])
            .with_context(
                active_model="returns.receipt", active_ids=back.receipt_ids.ids
            )
            .create({"kind": "correct", "reason": "Wrong label", "line_id": second.id})
        )
        self.assertEqual(dialog.product_ids, self.shirt)
        dialog.action_confirm()
        self.assertEqual(second.quantity_received, 1.0)

    # --- two lines on one sold line ---------------------------------------------------
    def test_the_number_of_the_line_tells_two_reasons_apart(self):
        back = self._two_reasons()
        snapshot = self._call("get", [{"name": back.name}])[0]
        first, second = (line["line"] for line in snapshot["lines"])
        receipt = self._receipt(snapshot)
        with self.assertRefused("LINE_AMBIGUOUS"):
            self._call("receive", receipt)
        receipt["lines"] = [{"line": second, "quantity": 2}]
        snapshot = self._call("receive", receipt)
        received = [line["quantity"]["received"] for line in snapshot["lines"]]
        self.assertEqual(received, [0.0, 2.0])
        snapshot = self._call(
            "inspect",
            {
                "inspection_ref": "INS-LINE",
                "return": back.name,
                "results": [{"line": second, "quantity": 2, "condition": "A"}],
            },
        )
        self.assertEqual(snapshot["lines"][1]["conditions"], {"A": 2.0})
        snapshot = self._call(
            "cancel",
            {
                "cancel_ref": "CAN-LINE",
                "return": back.name,
                "reason": "Kept",
                "lines": [{"line": first, "quantity": 1}],
            },
        )
        self.assertEqual(snapshot["case_state"], "closed")
        with self.assertRefused("LINE_UNKNOWN"):
            self._call(
                "receive",
                {**receipt, "receipt_ref": "X", "lines": [{"line": 9, "quantity": 1}]},
            )

    # --- a wrong match ----------------------------------------------------------------
    def _kept(self, reference="DOCK-1"):
        receipt = {
            "receipt_ref": reference,
            "warehouse": self.warehouse.code,
            "scan": "NO-SUCH-NUMBER",
            "lines": [{"sku": "SHIRT", "quantity": 1}],
        }
        answer = self._call("receive", receipt)
        self.assertEqual(answer, {"unmatched": True, "receipt_ref": reference})
        return receipt

    def _unmatch(self, reference="DOCK-1", user="warehouse_lead"):
        kept = self.env["returns.exception"].search([("receipt_ref", "=", reference)])
        return self._step("receive", user)._unmatch(
            kept.sorted("id")[-1:].with_user(self.users[user]), "Another customer's"
        )

    def test_a_wrong_match_is_taken_back_and_made_right(self):
        wrong = self._create_return()
        right = self._create_return(self._sell())
        receipt = self._kept()
        match = {"match_ref": "M-1", "receipt_ref": "DOCK-1", "return": wrong.name}
        self._call("match", match)
        self.assertEqual(wrong.line_ids.quantity_received, 1.0)
        kept = self._unmatch()
        self.assertEqual((kept.state, kept.payload["scan"]), ("open", "NO-SUCH-NUMBER"))
        self.assertEqual(wrong.line_ids.quantity_received, 0.0)
        self.assertEqual(wrong.case_state, "authorised")
        self.assertEqual(
            self._call("receive", receipt),
            {"unmatched": True, "receipt_ref": "DOCK-1"},
            "whoever repeats the receipt hears that it waits again",
        )
        self._call("match", {**match, "match_ref": "M-2", "return": right.name})
        self.assertEqual(right.line_ids.quantity_received, 1.0)
        self.assertFalse(kept.filtered(lambda row: row.state == "open"))

    def test_a_return_that_was_made_for_the_parcel_goes_with_it(self):
        order = self._sell()
        self._kept()
        made = self._call(
            "match",
            {"match_ref": "M-1", "receipt_ref": "DOCK-1", "order_ref": order.name},
        )
        self._unmatch()
        back = self.env["returns.order"].search([("name", "=", made["name"])])
        self.assertEqual(back.case_state, "cancelled")
        self.assertEqual(back.line_ids.quantity_claimed, 0.0)

    def test_what_is_not_matched_is_not_taken_back_and_not_by_everybody(self):
        self._kept()
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            self._unmatch()
        self._call(
            "match",
            {
                "match_ref": "M-1",
                "receipt_ref": "DOCK-1",
                "return": self._create_return().name,
            },
        )
        with self.assertRaises(AccessError):
            self._unmatch(user="agent")
        self._unmatch()


@tagged("post_install", "-at_install")
class TestReopen(ApiCase):
    """A closed return is opened again, and closed once nothing is left."""

    def _closed(self):
        back = self._create_return(self._sell(until="invoiced"), until="inspected")
        self.assertEqual(back.case_state, "closed")
        return back

    def _reopen(self, back, reason="The customer sends a second parcel", user="agent"):
        step = self._step("reopen", user)
        return step._run(back.with_user(self.users[user]), {back.id: reason})

    def test_it_opens_and_closes(self):
        back = self._closed()
        self._reopen(back)
        self.assertEqual(back.case_state, "authorised")
        event = back.event_ids.filtered(lambda e: e.what == "reopened")
        self.assertEqual(event.why, "The customer sends a second parcel")
        back.with_user(self.users["agent"]).action_close()
        self.assertEqual(back.case_state, "closed")

    def test_it_needs_a_reason_and_a_closed_return(self):
        back = self._closed()
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*reason"):
            self._reopen(back, " ")
        with self.assertRaises(AccessError):
            self._reopen(back, user="auditor")
        self._reopen(back)
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            self._reopen(back)

    def test_what_is_not_done_is_not_closed(self):
        back = self._create_return()
        with self.assertRaisesRegex(UserError, "RETURN_STATE.*cannot be closed"):
            back.with_user(self.users["agent"]).action_close()


@tagged("post_install", "-at_install")
class TestAskAgain(ApiCase):
    """What people refused can be asked once more, by a person who says why."""

    def test_a_refused_second_approval_is_asked_again(self):
        order = self._sell([(self.shirt, 10.0)], until="invoiced")
        back = self._create_return(order)
        self.assertEqual(back.case_state, "to_approve")
        manager = self.users["manager"]
        back.approval_ids.with_user(manager).action_approve("Fine")
        # The limit was decided for less than is owed now.
        back._machine_write({"approved_amount": 100.0})
        self._receive(back)
        self._inspect(back)
        second = back.approval_ids.filtered(lambda row: row.state == "open")
        second.with_user(manager).action_refuse("Too much")
        self.assertEqual(back.money_state, "held")
        self.assertTrue(back.can_ask_again)
        agent = self.users["agent"]
        step = self._step("authorise")
        with self.assertRaisesRegex(UserError, "BAD_REQUEST"):
            step._ask_by_hand(back.with_user(agent), "")
        step._ask_by_hand(back.with_user(agent), "The invoice was wrong")
        self.assertFalse(back.can_ask_again)
        again = back.approval_ids.filtered(lambda row: row.state == "open")
        again.with_user(manager).action_approve("Now I see")
        self.assertEqual(back.money_state, "settled")
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            step._ask_by_hand(back.with_user(agent), "Once more")


@tagged("post_install", "-at_install")
class TestUnits(ApiCase):
    """An order line in dozens, received in thirds, comes to nothing."""

    def test_a_dozen_in_thirds_leaves_nothing_to_bill_or_return(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell(
            [(self.belt, 1.0, {"product_uom_id": dozen.id})], until="invoiced"
        )
        back = self._submitted(order, (order.order_line, 1))
        for number in range(3):
            self._call(
                "receive",
                self._receipt(back, ("BELT", 4.0), reference=f"THIRD-{number}"),
            )
            back = self._call(
                "inspect",
                self._findings(back, ("BELT", 4.0, "A"), reference=f"INS-{number}"),
            )
        line = order.order_line
        self.assertEqual(back["exceptions"], [])
        self.assertEqual(back["case_state"], "closed")
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (0.0, 0.0))
        self.assertEqual(back["lines"][0]["quantity"]["refunded"], 1.0)
        self.assertEqual(back["money"]["settled"], order.amount_total)
        offer = self._call("returnable", {"channel": "web", "order_ref": order.name})
        self.assertEqual(offer["lines"][0]["returnable"], 0.0)
