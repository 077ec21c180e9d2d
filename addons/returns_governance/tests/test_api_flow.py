from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..engine.facts import local_date as calendar_day
from .api_common import PIXEL, ApiCase


@tagged("post_install", "-at_install")
class TestApiFlow(ApiCase):
    """The whole way of a return, told by machines."""

    # --- request ---------------------------------------------------------------------
    def test_a_return_goes_from_request_to_refund(self):
        order = self._sell([(self.shirt, 3.0)])
        snapshot = self._submitted(order)
        self.assertEqual(snapshot["case_state"], "authorised")
        self.assertEqual(snapshot["goods_state"], "announced")
        self.assertEqual(snapshot["money_state"], "held")
        self.assertEqual(snapshot["money"]["held_because"], ["awaiting_inspection"])
        self.assertEqual(snapshot["money"]["due"], 180.0)
        snapshot = self._call("receive", self._receipt(snapshot))
        self.assertEqual(snapshot["goods_state"], "received")
        self.assertEqual(snapshot["lines"][0]["states"], {"inspection": 3.0})
        self.assertEqual(snapshot["next"]["step"], "inspect")
        snapshot = self._call(
            "inspect", self._findings(snapshot, ("SHIRT", 2, "A"), ("SHIRT", 1, "C"))
        )
        self.assertEqual(snapshot["goods_state"], "disposed")
        line = snapshot["lines"][0]
        self.assertEqual(line["states"], {"sellable": 2.0, "refurbish": 1.0})
        self.assertEqual(line["conditions"], {"A": 2.0, "C": 1.0})
        self.assertEqual(line["dispositions"], {"restock": 2.0, "refurbish": 1.0})
        self.assertEqual(snapshot["money"]["settled"], 180.0)
        self.assertEqual(snapshot["settlements"][0]["kind"], "credit_note")
        self.assertIn("credit_note", [d["kind"] for d in snapshot["documents"]])
        self.assertEqual(self._call("get", [{"name": snapshot["name"]}]), [snapshot])

    def test_returnable_says_what_can_still_come_back(self):
        order = self._sell([(self.shirt, 3.0), (self.belt, 1.0)])
        self._submitted(order, ("SHIRT", 2))
        answer = self._call(
            "returnable",
            {
                "channel": "web",
                "order_ref": order.name,
                "customer_email": "Anna@Example.com",
            },
        )
        self.assertEqual(answer["customer"], "Anna Schmidt")
        shirt, belt = answer["lines"]
        self.assertEqual(
            (shirt["sku"], shirt["sold"], shirt["delivered"], shirt["returnable"]),
            ("SHIRT", 3.0, 3.0, 1.0),
        )
        self.assertEqual(belt["returnable"], 1.0)
        self.assertEqual(shirt["uom"], "Units")
        self.assertIn("defective", shirt["reasons"])
        offered = shirt["resolutions"]
        self.assertEqual(offered[:3], ["refund", "exchange", "replacement"])
        delivered = calendar_day(order.picking_ids.date_done, "Europe/Berlin")
        self.assertEqual(
            shirt["until"], fields.Date.to_string(delivered + timedelta(days=30))
        )

    def test_a_request_that_policy_refuses_is_kept_as_rejected(self):
        order = self._sell([(self.shirt, 1.0)])
        order.picking_ids.date_done = fields.Datetime.now() - timedelta(days=40)
        snapshot = self._submitted(order)
        self.assertEqual(snapshot["case_state"], "rejected")
        decision = snapshot["lines"][0]["decision"]
        self.assertEqual(decision["codes"], ["RETURN_NOT_ELIGIBLE", "WINDOW_PASSED"])
        self.assertFalse(decision["eligible"])
        self.assertEqual(snapshot["lines"][0]["quantity"]["authorised"], 0.0)
        again = self._call("returnable", {"channel": "web", "order_ref": order.name})
        self.assertEqual(again["lines"][0]["resolutions"], [])

    def test_evidence_is_kept_at_its_line(self):
        order = self._sell([(self.shirt, 1.0)])
        ask = self._ask(order)
        ask["lines"][0]["evidence"] = [{"name": "box.png", "content_base64": PIXEL}]
        name = self._call("submit", ask)["return"]["name"]
        back = self.env["returns.order"].search([("name", "=", name)])
        self.assertEqual(back.line_ids.evidence_ids.mapped("mimetype"), ["image/png"])

    def test_lines_of_several_orders_share_one_return(self):
        one, two = self._sell([(self.shirt, 1.0)]), self._sell([(self.belt, 1.0)])
        ask = self._ask(one, ("SHIRT", 1))
        ask["lines"].append({**ask["lines"][0], "sku": "BELT", "order_ref": two.name})
        snapshot = self._call("submit", ask)["return"]
        self.assertEqual(
            [line["order_ref"] for line in snapshot["lines"]], [one.name, two.name]
        )

    def test_a_quantity_may_come_in_another_unit(self):
        order = self._sell([(self.shirt, 24.0)])
        ask = self._ask(order, ("SHIRT", 2))
        ask["lines"][0]["uom"] = "Pack of 6"
        snapshot = self._call("submit", ask)["return"]
        self.assertEqual(snapshot["lines"][0]["quantity"]["requested"], 12.0)

    def test_a_trusted_channel_may_say_when_the_customer_asked(self):
        order = self._sell([(self.shirt, 1.0)])
        asked = fields.Datetime.now() - timedelta(days=2)
        snapshot = self._submitted(order, requested_at=f"{asked.isoformat()}Z")
        back = self.env["returns.order"].search([("name", "=", snapshot["name"])])
        self.assertEqual(back.requested_at, asked)
        with self.assertRefused("TIME_INVALID"):
            self._submitted(
                self._sell(), channel="b2b", requested_at=f"{asked.isoformat()}Z"
            )
        later = fields.Datetime.now() + timedelta(hours=1)
        with self.assertRefused("TIME_INVALID"):
            self._submitted(self._sell(), requested_at=f"{later.isoformat()}Z")

    def test_a_withdrawal_needs_no_reason(self):
        ask = self._ask(self._sell([(self.shirt, 1.0)]), withdrawal=True)
        del ask["lines"][0]["reason"]
        snapshot = self._call("submit", ask)["return"]
        self.assertFalse(snapshot["lines"][0]["reason"])
        self.assertTrue(snapshot["money"]["due_date"])

    # --- idempotency -----------------------------------------------------------------
    def test_a_repeated_reference_has_no_second_effect(self):
        ask = self._ask(self._sell())
        first = self._call("submit", ask)
        again = self._call(
            "submit",
            {
                **ask,
                "lines": [
                    {**ask["lines"][0], "quantity": int(ask["lines"][0]["quantity"])}
                ],
            },
        )
        self.assertTrue(first["created"])
        self.assertFalse(again["created"])
        self.assertEqual(first["return"], again["return"])
        receipt = self._receipt(first["return"])
        self._call("receive", receipt)
        got = self._call("receive", receipt)
        self.assertEqual(got["lines"][0]["quantity"]["received"], 3.0)
        # Recognised before anything else is checked, though nothing is left to return.
        self.assertEqual(self._call("submit", ask)["return"], got)

    def test_other_content_under_a_reference_is_a_conflict(self):
        ask = self._ask(self._sell())
        self._call("submit", ask)
        with self.assertRefused("REFERENCE_CONFLICT"):
            self._call("submit", {**ask, "order_ref": "no such order"})
        with self.assertRefused("REFERENCE_CONFLICT"):
            self._call("submit", {**ask, "withdrawal": True})

    def test_a_refused_call_leaves_its_reference_free(self):
        order = self._sell()
        ask = self._ask(order, ("SHIRT", 99))
        with self.assertRefused("QUANTITY_EXCEEDS_RETURNABLE"):
            self._call("submit", ask)
        ask["lines"][0]["quantity"] = 1
        self.assertTrue(self._call("submit", ask)["created"])

    def test_a_reference_of_a_return_that_others_made_is_a_conflict(self):
        self._create_return(external_ref="BACK-OFFICE")
        with self.assertRefused("REFERENCE_CONFLICT"):
            self._call("submit", self._ask(self._sell(), reference="BACK-OFFICE"))

    # --- decide, cancel --------------------------------------------------------------
    def test_an_approval_needs_a_second_person_with_the_role(self):
        expensive = self._make_product("Watch", 900.0, 300.0)
        order = self._sell([(expensive, 1.0)])
        manager = self.users["manager"]
        both = self.env.ref("returns_governance.group_integration")
        manager.group_ids |= both
        mine = self._call("submit", self._ask(order), user=manager)["return"]
        self.assertEqual(mine["case_state"], "to_approve")
        self.assertEqual(mine["money"]["held_because"], ["awaiting_approval"])
        decision = {
            "decision_ref": "D1",
            "return": mine["name"],
            "approve": True,
            "reason": "fine",
        }
        with self.assertRefused("SELF_APPROVAL"):
            self._call("decide", decision, user=manager)
        with self.assertRefused("ACCESS_DENIED"):
            self._call("decide", {**decision, "decision_ref": "D2"})
        theirs = self._submitted(self._sell([(expensive, 1.0)]))
        decision = {**decision, "decision_ref": "D3", "return": theirs["name"]}
        answer = self._call("decide", decision, user=manager)
        self.assertEqual(answer["case_state"], "authorised")
        self.assertEqual(
            self._call("decide", decision, user=manager)["revision"], answer["revision"]
        )
        with self.assertRefused("RETURN_STATE"):
            self._call("decide", {**decision, "decision_ref": "D4"}, user=manager)

    def test_a_refused_approval_rejects(self):
        expensive = self._make_product("Watch", 900.0, 300.0)
        mine = self._submitted(self._sell([(expensive, 1.0)]))
        answer = self._call(
            "decide",
            {
                "decision_ref": "D1",
                "return": mine["name"],
                "approve": False,
                "reason": "no longer wanted",
            },
        )
        self.assertEqual(answer["case_state"], "rejected")

    def test_what_has_not_arrived_can_be_cancelled(self):
        snapshot = self._submitted(self._sell([(self.shirt, 3.0)]))
        cancel = {"cancel_ref": "C1", "return": snapshot["name"], "reason": "kept one"}
        some = self._call(
            "cancel", {**cancel, "lines": [{"sku": "SHIRT", "quantity": 1}]}
        )
        self.assertEqual(some["case_state"], "authorised")
        with self.assertRefused("QUANTITY_INVALID"):
            self._call(
                "cancel",
                {
                    **cancel,
                    "cancel_ref": "C2",
                    "lines": [{"sku": "SHIRT", "quantity": 2.5}],
                },
            )
        rest = self._call("cancel", {**cancel, "cancel_ref": "C3"})
        self.assertEqual(rest["case_state"], "cancelled")
        with self.assertRefused("RETURN_STATE"):
            self._call("cancel", {**cancel, "cancel_ref": "C4"})
