from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestApiPages(ApiCase):
    """Reading many, and doing many at once."""

    def test_search_finds_by_what_is_known(self):
        order = self._sell(client_order_ref="PO-8")
        one = self._submitted(order, parcels=[{"tracking_ref": "T8", "carrier": "dhl"}])
        two = self._submitted(
            self._sell(
                [(self.belt, 1.0)],
                partner=self.env["res.partner"].create(
                    {"name": "Bo", "email": "bo@example.com"}
                ),
            )
        )
        self._call(
            "cancel", {"cancel_ref": "C", "return": two["name"], "reason": "kept"}
        )
        for wanted, names in (
            ({"case_state": "authorised"}, [one["name"]]),
            ({"case_state": "cancelled"}, [two["name"]]),
            ({"goods_state": "announced"}, [one["name"]]),
            ({"money_state": "held"}, [one["name"]]),
            ({"channel": "web"}, [one["name"], two["name"]]),
            ({"order_ref": order.name}, [one["name"]]),
            ({"order_ref": "PO-8"}, [one["name"]]),
            ({"customer_email": "BO@example.com"}, [two["name"]]),
            ({"tracking_ref": "T8"}, [one["name"]]),
            ({"since": "2099-01-01T00:00:00Z"}, []),
            ({"since": "2020-01-01T00:00:00Z"}, [one["name"], two["name"]]),
            ({}, [one["name"], two["name"]]),
        ):
            with self.subTest(wanted):
                found = self._call("search", wanted, False, 1000)["returns"]
                self.assertEqual([r["name"] for r in found], names)

    def test_search_pages_by_last_change_and_misses_nothing(self):
        names = [self._submitted()["name"] for _number in range(5)]
        cursor, found, sizes = False, [], []
        while True:
            page = self._call("search", {}, cursor, 2)
            self.assertIsInstance(page["cursor"], str)
            found += [r["name"] for r in page["returns"]]
            sizes.append(len(page["returns"]))
            cursor = page["cursor"]
            if len(page["returns"]) < 2:
                break
        self.assertEqual(found, names)
        self.assertEqual(sizes, [2, 2, 1])
        self.assertEqual(self._call("search", {}, cursor, 2)["returns"], [])

    def test_a_thousand_snapshots_take_few_queries(self):
        orders = self.env["returns.order"]
        for _number in range(8):
            orders |= self._create_return(
                self._sell([(self.shirt, 2.0), (self.belt, 1.0)]), until="inspected"
            )
        snapshot = self.env["returns.snapshot"].with_user(self.caller)
        counts = {}
        for size in (1, 3, 8):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            snapshot._of(orders[:size].with_user(self.caller))
            counts[size] = self.env.cr.sql_log_count - before
        self.assertLessEqual(counts[8], counts[1])
        self.assertLessEqual(counts[8], 45)

    # --- api_batch -------------------------------------------------------------------
    def _batch(self, *calls):
        return self._call(
            "batch",
            [
                {"method": f"api_{method}", "argument": argument}
                for method, argument in calls
            ],
        )

    def test_each_call_of_a_batch_has_its_own_answer(self):
        order = self._sell([(self.shirt, 3.0)])
        good = self._ask(
            order, ("SHIRT", 2), parcels=[{"tracking_ref": "T1", "carrier": "dhl"}]
        )
        bad = self._ask(order, ("SHIRT", 2))
        answers = self._batch(
            ("submit", good),
            ("submit", bad),
            ("submit", good),
            (
                "receive",
                {
                    "receipt_ref": "R1",
                    "warehouse": self.warehouse.code,
                    "tracking_ref": "T1",
                    "lines": [{"sku": "SHIRT", "quantity": 2}],
                },
            ),
            ("returnable", {"channel": "web", "order_ref": order.name}),
            ("changes", {}),
            ("fly", {}),
            ("submit", {"surprise": 1}),
        )
        self.assertEqual(
            [answer["ok"] for answer in answers],
            [True, False, True, True, True, False, False, False],
        )
        self.assertEqual(
            [answer["error"]["code"] for answer in answers if not answer["ok"]],
            ["QUANTITY_EXCEEDS_RETURNABLE"] + ["BAD_REQUEST"] * 3,
        )
        self.assertFalse(answers[1]["error"]["message"].startswith("["))
        first, again, received = (answers[n]["result"] for n in (0, 2, 3))
        self.assertTrue(first["created"])
        self.assertFalse(again["created"])
        # As it was when its own call was done, before the receipt.
        self.assertEqual(first["return"]["goods_state"], "announced")
        self.assertEqual(received["goods_state"], "received")
        self.assertEqual(received["name"], first["return"]["name"])
        self.assertEqual(answers[4]["result"]["lines"][0]["returnable"], 1.0)

    def test_a_refused_call_of_a_batch_leaves_its_reference_free(self):
        order = self._sell([(self.shirt, 1.0)])
        ask = self._ask(order, ("SHIRT", 2))
        self.assertFalse(self._batch(("submit", ask))[0]["ok"])
        self.assertFalse(
            self.env["returns.reference"].search(
                [("reference", "=", ask["external_ref"])]
            )
        )
        ask["lines"][0]["quantity"] = 1
        self.assertTrue(self._batch(("submit", ask))[0]["result"]["created"])

    def test_the_last_unit_goes_to_the_first_call_of_a_batch(self):
        order = self._sell([(self.shirt, 1.0)])
        answers = self._batch(*[("submit", self._ask(order)) for _number in range(3)])
        self.assertEqual([answer["ok"] for answer in answers], [True, False, False])

    def test_an_empty_batch_is_no_mistake(self):
        self.assertEqual(self._call("batch", []), [])
