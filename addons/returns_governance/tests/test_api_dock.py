from odoo import Command
from odoo.tests import tagged

from .api_common import PIXEL, ApiCase


@tagged("post_install", "-at_install")
class TestApiDock(ApiCase):
    """Carriers, receipts, scans and findings."""

    def _codes(self, snapshot):
        return [row["code"] for row in snapshot["exceptions"]]

    # --- carrier ---------------------------------------------------------------------
    def test_a_scan_moves_every_return_in_the_parcel(self):
        parcels = [{"tracking_ref": "1Z-77", "carrier": "ups"}]
        one = self._submitted(parcels=parcels)
        two = self._submitted(parcels=parcels)
        event = {
            "event_ref": "E1",
            "tracking_ref": "1Z-77",
            "status": "accepted",
            "occurred_at": "2026-01-01T10:00:00Z",
        }
        answer = self._call("carrier_event", event)
        self.assertEqual(answer["name"], one["name"])
        self.assertEqual(answer["goods_state"], "in_transit")
        both = self._call("get", [{"name": two["name"]}, {"name": one["name"]}])
        self.assertEqual({r["goods_state"] for r in both}, {"in_transit"})
        self.assertEqual(both[0]["parcels"][0]["status"], "accepted")
        revision = answer["revision"]
        self.assertEqual(self._call("carrier_event", event)["revision"], revision)

    def test_late_scans_come_in_any_order(self):
        snapshot = self._submitted(parcels=[{"tracking_ref": "T1", "carrier": "dhl"}])
        for number, (status, hour) in enumerate(
            (("delivered", 12), ("in_transit", 10), ("accepted", 9))
        ):
            snapshot = self._call(
                "carrier_event",
                {
                    "event_ref": f"E{number}",
                    "tracking_ref": "T1",
                    "status": status,
                    "occurred_at": f"2026-01-01T{hour:02}:00:00Z",
                },
            )
        self.assertEqual(snapshot["parcels"][0]["status"], "delivered")

    def test_the_own_number_stands_for_a_parcel_without_a_carrier(self):
        snapshot = self._submitted()
        self.assertEqual(snapshot["parcels"][0]["tracking_ref"], snapshot["name"])
        answer = self._call(
            "carrier_event",
            {
                "event_ref": "E1",
                "return": snapshot["name"],
                "status": "lost",
                "occurred_at": "2026-01-01T10:00:00Z",
            },
        )
        self.assertEqual(self._codes(answer), ["parcel_lost"])

    # --- receive ---------------------------------------------------------------------
    def test_over_wrong_and_short_are_received_and_raise_exceptions(self):
        snapshot = self._submitted(self._sell([(self.shirt, 2.0), (self.belt, 1.0)]))
        hat = self._make_product("Hat", 10.0, 4.0)
        answer = self._call(
            "receive", self._receipt(snapshot, ("SHIRT", 3), (hat.default_code, 1))
        )
        self.assertEqual(
            sorted(self._codes(answer)), ["over_receipt", "short_receipt", "wrong_item"]
        )
        answer = self._call(
            "inspect", self._findings(answer, ("SHIRT", 2, "A"), ("HAT", 1, "D"))
        )
        self.assertEqual(answer["lines"][0]["quantity"]["inspected"], 2.0)

    def test_a_parcel_is_received_by_its_number(self):
        snapshot = self._submitted(
            parcels=[
                {"tracking_ref": "P1", "carrier": "dhl"},
                {"tracking_ref": "P2", "carrier": "dhl"},
            ]
        )
        receipt = self._receipt(snapshot, ("SHIRT", 2), tracking_ref="P1")
        del receipt["return"]
        answer = self._call("receive", receipt)
        self.assertEqual(answer["goods_state"], "partly_received")
        self.assertEqual(self._codes(answer), [])
        receipt = {
            **receipt,
            "receipt_ref": "R2",
            "tracking_ref": "P2",
            "lines": [{"line_ref": snapshot["lines"][0]["line_ref"], "quantity": 1}],
        }
        self.assertEqual(self._call("receive", receipt)["goods_state"], "received")

    def test_goods_of_a_cancelled_return_are_not_authorised(self):
        snapshot = self._submitted()
        self._call(
            "cancel", {"cancel_ref": "C1", "return": snapshot["name"], "reason": "kept"}
        )
        answer = self._call("receive", self._receipt(snapshot, ("SHIRT", 1)))
        self.assertEqual(self._codes(answer), ["not_authorised"])
        self.assertEqual(answer["case_state"], "cancelled")

    def test_an_ambiguous_sku_is_refused_and_never_guessed(self):
        order = self._sell([(self.shirt, 1.0), (self.shirt, 1.0)])
        with self.assertRefused("LINE_AMBIGUOUS"):
            self._call("submit", self._ask(order, ("SHIRT", 1)))
        snapshot = self._submitted(order)
        with self.assertRefused("LINE_AMBIGUOUS"):
            self._call("receive", self._receipt(snapshot, ("SHIRT", 2)))
        answer = self._call(
            "receive",
            {
                **self._receipt(snapshot),
                "lines": [
                    {"line_ref": line["line_ref"], "quantity": 1}
                    for line in snapshot["lines"]
                ],
            },
        )
        self.assertEqual(answer["goods_state"], "received")

    def test_serials_are_one_unit_each_and_must_have_left_with_the_order(self):
        phone = self._make_product("Phone", 100.0, 50.0, tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": phone.id} for name in ("S1", "S2")]
        )
        for lot in lots:
            self._stock(phone, 1.0, lot)
        order = self._sell([(phone, 2.0)], until="confirmed")
        move = order.picking_ids.move_ids
        move.move_line_ids = [Command.clear()] + [
            Command.create(
                {
                    "product_id": phone.id,
                    "lot_id": lot.id,
                    "quantity": 1.0,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picked": True,
                }
            )
            for lot in lots
        ]
        order.picking_ids._action_done()
        self._pay(self._invoice(order))
        snapshot = self._submitted(order)
        receipt = self._receipt(snapshot)
        with self.assertRefused("QUANTITY_INVALID"):
            self._call(
                "receive",
                {**receipt, "lines": [{"sku": "PHONE", "quantity": 2, "lot": "S1"}]},
            )
        answer = self._call(
            "receive",
            {
                **receipt,
                "lines": [
                    {"sku": "PHONE", "quantity": 1, "lot": "S1"},
                    {"sku": "PHONE", "quantity": 1, "lot": "FOREIGN"},
                ],
            },
        )
        self.assertEqual(self._codes(answer), ["serial_mismatch"])
        self.assertEqual(answer["lines"][0]["lots"], ["FOREIGN", "S1"])
        with self.assertRefused("LOT_UNKNOWN"):
            self._call(
                "inspect",
                {
                    **self._findings(answer),
                    "results": [
                        {"sku": "PHONE", "quantity": 1, "lot": "S9", "condition": "A"}
                    ],
                },
            )

    # --- scans -----------------------------------------------------------------------
    def _scan(self, text, reference, *lines):
        return self._call(
            "receive",
            {
                "receipt_ref": reference,
                "warehouse": self.warehouse.code,
                "scan": text,
                "lines": [
                    {"sku": sku, "quantity": quantity} for sku, quantity in lines
                ],
            },
        )

    def test_a_scan_finds_its_return_by_whatever_is_on_the_parcel(self):
        self.belt.barcode = "4006381333931"
        order = self._sell([(self.belt, 5.0)], client_order_ref="PO-4711")
        snapshot = self._submitted(
            order, parcels=[{"tracking_ref": "TRACK-9", "carrier": "dhl"}]
        )
        for text in (
            "TRACK-9",
            snapshot["name"],
            order.name,
            "PO-4711",
            "4006381333931",
        ):
            answer = self._scan(text, f"scan {text}", ("BELT", 1))
            self.assertEqual(answer["name"], snapshot["name"], text)
        self.assertEqual(answer["goods_state"], "received")

    def test_a_scan_that_names_several_returns_is_refused_with_their_names(self):
        self.belt.barcode = "4006381333931"
        one = self._submitted(self._sell([(self.belt, 1.0)]))
        self._submitted(self._sell([(self.belt, 1.0)]))
        with self.assertRaisesRegex(Exception, one["name"]):
            self._scan("4006381333931", "R1", ("BELT", 1))

    def test_an_unknown_scan_is_kept_and_finds_its_return_later(self):
        answer = self._scan("???", "R1", ("SHIRT", 2))
        self.assertEqual(answer, {"unmatched": True, "receipt_ref": "R1"})
        self.assertEqual(self._scan("???", "R1", ("SHIRT", 2)), answer)
        snapshot = self._submitted()
        match = {"match_ref": "M1", "receipt_ref": "R1", "return": snapshot["name"]}
        matched = self._call("match", match)
        self.assertEqual(matched["name"], snapshot["name"])
        self.assertEqual(matched["lines"][0]["quantity"]["received"], 2.0)
        self.assertIn("matched", [event["what"] for event in matched["timeline"]])
        self.assertEqual(self._call("match", match)["revision"], matched["revision"])
        # Who repeats the scan hears what became of it.
        self.assertEqual(self._scan("???", "R1", ("SHIRT", 2))["name"], matched["name"])
        with self.assertRefused("RETURN_STATE"):
            self._call("match", {**match, "match_ref": "M2"})

    def test_an_unknown_scan_can_make_a_return_on_its_order(self):
        order = self._sell([(self.shirt, 3.0), (self.belt, 1.0)])
        self._scan("no label", "R1", ("SHIRT", 2))
        matched = self._call(
            "match", {"match_ref": "M1", "receipt_ref": "R1", "order_ref": order.name}
        )
        self.assertEqual(matched["case_state"], "authorised")
        self.assertEqual(matched["goods_state"], "received")
        self.assertEqual(len(matched["lines"]), 1)
        self.assertEqual(matched["lines"][0]["quantity"]["received"], 2.0)
        back = self.env["returns.order"].search([("name", "=", matched["name"])])
        self.assertEqual(back.source, "receipt")

    # --- inspect ---------------------------------------------------------------------
    def test_findings_are_held_against_what_was_received(self):
        snapshot = self._submitted()
        with self.assertRefused("RETURN_STATE"):
            self._call("inspect", self._findings(snapshot, ("SHIRT", 1, "A")))
        self._call("receive", self._receipt(snapshot, ("SHIRT", 2)))
        with self.assertRefused("QUANTITY_EXCEEDS_RECEIVED"):
            self._call("inspect", self._findings(snapshot, ("SHIRT", 3, "A")))
        with self.assertRefused("CONDITION_UNKNOWN"):
            self._call("inspect", self._findings(snapshot, ("SHIRT", 1, "Z")))

    def test_another_disposition_needs_its_own_role(self):
        snapshot = self._submitted()
        self._call("receive", self._receipt(snapshot))
        findings = self._findings(snapshot, ("SHIRT", 1, "A"))
        findings["results"][0].update(
            disposition="quarantine",
            note="smells of smoke",
            checklist={"seal": False, "count": 3},
            photos=[{"name": "a.png", "content_base64": PIXEL}],
        )
        with self.assertRefused("ACCESS_DENIED"):
            self._call("inspect", findings)
        with self.assertRefused("DISPOSITION_UNKNOWN"):
            self._call(
                "inspect",
                {
                    **findings,
                    "results": [{**findings["results"][0], "disposition": "eat"}],
                },
            )
        self.caller.group_ids |= self.env.ref("returns_governance.group_warehouse_lead")
        answer = self._call("inspect", findings)
        self.assertEqual(answer["lines"][0]["dispositions"], {"quarantine": 1.0})
        back = self.env["returns.order"].search([("name", "=", snapshot["name"])])
        self.assertEqual(back.inspection_ids.checklist, {"seal": False, "count": 3})
        self.assertEqual(len(back.inspection_ids.photo_ids), 1)
