from odoo.tests import new_test_user, tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestApiContract(ApiCase):
    """What a program elsewhere counts on, sentence by sentence of docs/api.md."""

    def _codes(self, snapshot):
        return sorted(row["code"] for row in snapshot["exceptions"])

    def _settled(self, snapshot, amount, reference="SET-1", **values):
        return self._call(
            "settled",
            {
                "settlement_ref": reference,
                "return": snapshot["name"],
                "amount": amount,
                "currency": snapshot["currency"],
                "tender": "card",
                "occurred_at": "2026-01-01T10:00:00Z",
                **values,
            },
        )

    def _bound(self, **bounds):
        user = new_test_user(
            self.env,
            login="test_contract_bound",
            groups="base.group_user,returns_governance.group_integration",
        )
        user.write(bounds)
        return user

    # --- references -------------------------------------------------------------------
    def test_a_repeat_shows_nothing_of_a_channel_that_is_not_the_callers(self):
        store = self.env.ref("returns_governance.channel_store")
        order = self._sell(returns_channel_id=store.id)
        ask = self._ask(order, channel="store")
        theirs = self._call("submit", ask)["return"]
        receipt = self._receipt(theirs)
        self._call("receive", receipt)
        bound = self._bound(returns_channel_ids=[self.web.id])
        with self.assertRefused("CHANNEL_UNKNOWN"):
            self._call("submit", ask, user=bound)
        with self.assertRefused("RETURN_UNKNOWN"):
            self._call("receive", receipt, user=bound)
        [answer] = self._call(
            "batch", [{"method": "api_receive", "argument": receipt}], user=bound
        )
        self.assertEqual(answer["error"]["code"], "RETURN_UNKNOWN")

    def test_a_used_reference_is_recognised_before_anything_else_is_checked(self):
        ask = self._ask(self._sell())
        self._call("submit", ask)
        for spoilt in (
            {**ask, "lines": []},
            {**ask, "note": "unknown key"},
            {**ask, "lines": [{**ask["lines"][0], "quantity": -1}]},
            {**ask, "order_ref": "S-none"},
        ):
            with self.subTest(spoilt), self.assertRefused("REFERENCE_CONFLICT"):
                self._call("submit", spoilt)
        with self.assertRefused("BAD_REQUEST"):
            self._call("submit", {**ask, "external_ref": "NEW", "lines": []})
        with self.assertRefused("BAD_REQUEST"):
            self._call("submit", {**ask, "external_ref": "N\x00UL"})

    # --- reading ----------------------------------------------------------------------
    def test_a_filter_is_an_object(self):
        self._submitted()
        for wrong in ([], "", 0, "web", ["web"]):
            with self.subTest(wrong), self.assertRefused("BAD_REQUEST"):
                self._call("search", wrong)
        self.assertEqual(len(self._call("search", False)["returns"]), 1)

    def test_search_reads_an_address_as_the_other_methods_do(self):
        name = self._submitted()["name"]
        found = self._call("search", {"customer_email": "Anna <ANNA@example.com>"})
        self.assertEqual([r["name"] for r in found["returns"]], [name])

    def test_a_trace_holds_plain_facts(self):
        preview = self._call("preview", self._ask(self._sell()))
        [facts] = [
            row["facts"]
            for row in preview["lines"][0]["decision"]["trace"]
            if row["step"] == "facts"
        ]
        self.assertEqual(facts["country"], "DE")
        self.assertNotIn("country_state", facts)

    # --- the dock ---------------------------------------------------------------------
    def test_stray_units_of_an_expected_product_can_be_inspected_too(self):
        snapshot = self._submitted(self._sell([(self.shirt, 2.0)]), ("SHIRT", 1))
        receipt = self._receipt(snapshot, ("SHIRT", 1))
        receipt["lines"].append({"sku": "SHIRT", "quantity": 1, "unexpected": True})
        self._call("receive", receipt)
        answer = self._call(
            "inspect", self._findings(snapshot, ("SHIRT", 1, "A"), ("SHIRT", 1, "D"))
        )
        self.assertEqual(answer["lines"][0]["conditions"], {"A": 1.0})
        self.assertEqual(answer["case_state"], "authorised")
        self.assertEqual(answer["money"]["settled"], answer["money"]["due"])
        rows = self.env["returns.order"].search([("name", "=", snapshot["name"])])
        waiting = [row._quantity_to_inspect() for row in rows.receipt_ids]
        self.assertEqual(waiting, [0.0, 0.0])

    def test_nothing_is_left_to_cancel_of_what_has_arrived(self):
        snapshot = self._submitted(self._sell([(self.shirt, 1.0)]))
        snapshot = self._call("receive", self._receipt(snapshot))
        with self.assertRefused("RETURN_STATE"):
            self._call(
                "cancel",
                {"cancel_ref": "C-1", "return": snapshot["name"], "reason": "late"},
            )
        [again] = self._call("get", [{"name": snapshot["name"]}])
        self.assertEqual(again["revision"], snapshot["revision"])

    def test_goods_that_came_before_the_approval_are_authorised_by_it(self):
        dear = self._make_product("Watch", 900.0, 400.0)
        snapshot = self._submitted(self._sell([(dear, 1.0)]))
        answer = self._call("receive", self._receipt(snapshot))
        self.assertEqual(answer["case_state"], "to_approve")
        self.assertEqual(self._codes(answer), ["not_authorised"])
        approval = self.env["returns.approval"].search(
            [("order_id.name", "=", snapshot["name"])]
        )
        approval.with_user(self.users["manager"]).action_approve("A known fault")
        [answer] = self._call("get", [{"name": snapshot["name"]}])
        self.assertEqual(answer["case_state"], "authorised")
        self.assertEqual(self._codes(answer), [])

    # --- money ------------------------------------------------------------------------
    def test_a_part_that_the_channel_paid_leaves_the_rest_to_the_cent(self):
        free = self._make_product("Free of tax", 10.0, 4.0, taxes_id=[])
        for product, paid, amount in (
            (self.shirt, 60.0, 0.20),
            (self.shirt, 60.0, 50.0),
            (self.shirt, 60.0, 59.99),
            (free, 10.0, 3.33),
            (free, 10.0, 0.01),
        ):
            with self.subTest(f"{amount} of {paid}"):
                sku = product.default_code
                snapshot = self._submitted(self._sell([(product, 4.0)]), (sku, 1))
                self.assertEqual(snapshot["money"]["due"], paid)
                answer = self._settled(snapshot, amount, f"P-{product.id}-{amount}")
                self.assertEqual(answer["money"]["due"], paid)
                self._call("receive", self._receipt(snapshot))
                answer = self._call("inspect", self._findings(snapshot, (sku, 1, "A")))
                self.assertEqual(answer["money"]["due"], paid)
                self.assertEqual(answer["money"]["settled"], paid)
                self.assertEqual(answer["lines"][0]["quantity"]["refunded"], 1.0)
                back = self.env["returns.order"].search([("name", "=", answer["name"])])
                booked = back.settlement_ids.move_id.mapped("amount_total")
                self.assertAlmostEqual(sum(booked), paid, places=2)

    def test_a_channel_pays_the_credit_note_that_waits_for_its_payout(self):
        snapshot = self._submitted(self._sell([(self.shirt, 2.0)]), ("SHIRT", 1))
        self._call("receive", self._receipt(snapshot))
        answer = self._call("inspect", self._findings(snapshot, ("SHIRT", 1, "A")))
        self.assertEqual(answer["settlements"][0]["state"], "to_pay")
        self.assertEqual(answer["money_state"], "due")
        answer = self._settled(snapshot, 25.0)
        self.assertEqual(answer["money_state"], "due")
        answer = self._settled(snapshot, 35.0, "SET-2")
        self.assertEqual(answer["money_state"], "settled")
        self.assertEqual(answer["case_state"], "closed")
        self.assertEqual(answer["money"]["settled"], 60.0)
        self.assertEqual(self._codes(answer), [])
        answer = self._settled(snapshot, 5.0, "SET-3")
        self.assertEqual(self._codes(answer), ["overpaid_by_channel"])
        self.assertEqual(answer["money"]["settled"], 65.0)

    def test_a_channel_pays_the_credit_note_that_is_not_posted_yet(self):
        self.company.returns_posting = "draft"
        snapshot = self._submitted(self._sell([(self.shirt, 2.0)]), ("SHIRT", 1))
        self._call("receive", self._receipt(snapshot))
        answer = self._call("inspect", self._findings(snapshot, ("SHIRT", 1, "A")))
        self.assertEqual(answer["settlements"][0]["state"], "to_post")
        answer = self._settled(snapshot, 60.0)
        self.assertEqual(self._codes(answer), [])
        back = self.env["returns.order"].search([("name", "=", snapshot["name"])])
        back.settlement_ids.move_id.action_post()
        [answer] = self._call("get", [{"name": snapshot["name"]}])
        self.assertEqual(answer["case_state"], "closed")
        self.assertEqual(answer["money"]["settled"], 60.0)

    def test_a_channel_that_pays_what_was_never_paid_is_told(self):
        order = self._sell([(self.shirt, 2.0)], until="invoiced")
        snapshot = self._submitted(order, ("SHIRT", 1))
        self._call("receive", self._receipt(snapshot))
        self._call("inspect", self._findings(snapshot, ("SHIRT", 1, "A")))
        answer = self._settled(snapshot, 60.0)
        self.assertEqual(self._codes(answer), ["overpaid_by_channel"])

    def test_a_withdrawal_owes_the_delivery_once(self):
        product = self.env["product.product"].create(
            {
                "name": "Delivery",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": self.tax.ids,
            }
        )
        carrier = self.env["delivery.carrier"].create(
            {"name": "Post", "fixed_price": 10.0, "product_id": product.id}
        )
        for posting in ("queue", "draft", "call"):
            self.company.returns_posting = posting
            order = self._sell([(self.shirt, 1.0)], until="confirmed")
            order.set_delivery_line(carrier, 10.0)
            self._deliver(order)
            self._invoice(order)
            snapshot = self._submitted(
                order, ("SHIRT", 1), withdrawal=True, reference=f"W-{posting}"
            )
            self.assertEqual(snapshot["money"]["due"], 72.0)
            answer = self._call(
                "carrier_event",
                {
                    "event_ref": f"W-{posting}",
                    "tracking_ref": snapshot["name"],
                    "status": "accepted",
                    "occurred_at": "2026-01-01T10:00:00Z",
                },
            )
            with self.subTest(posting):
                self.assertEqual(answer["settlements"][0]["amount"], 72.0)
                self.assertEqual(answer["money"]["due"], 72.0)
                self.assertEqual(answer["money"]["paid"], 72.0)

    def test_a_price_with_the_tax_inside_comes_back_whole(self):
        self.tax.price_include_override = "tax_included"
        odd = self._make_product("Odd", 9.99, 4.0)
        order = self._sell([(odd, 4.0)])
        for number in range(4):
            snapshot = self._submitted(order, ("ODD", 1), reference=f"ODD-{number}")
            self.assertEqual(snapshot["money"]["due"], 9.99)
