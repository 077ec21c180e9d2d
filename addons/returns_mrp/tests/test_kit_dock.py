from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.returns_governance.tests.api_common import ApiCase

from .common import KitCommon


@tagged("post_install", "-at_install")
class TestKitDock(KitCommon, ApiCase):
    """What people and other systems meet where kits arrive."""

    assertRefused = KitCommon.assertRefused

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls._make_product("Body", 60.0, 30.0)
        cls.cable = cls._make_product("Cable", 20.0, 5.0, barcode="4006381333931")
        cls.kit = cls._make_kit("Camera kit", 90.0, [(cls.body, 1), (cls.cable, 2)])

    def _phone_kit(self):
        """A kit with a phone that has a serial number, and a charger of a lot."""
        phone = self._make_product("Phone", 90.0, 50.0, tracking="serial")
        charger = self._make_product("Charger", 10.0, 4.0, tracking="lot")
        lots = self.env["stock.lot"].create(
            [
                {"name": name, "product_id": product.id}
                for product, name in (
                    (phone, "SN-1"),
                    (phone, "SN-2"),
                    (charger, "LOT-1"),
                )
            ]
        )
        for lot in lots:
            self._stock(lot.product_id, 1.0 if lot.product_id == phone else 9.0, lot)
        return (
            phone,
            charger,
            self._make_kit("Phone kit", 95.0, [(phone, 1), (charger, 1)]),
        )

    # --- the API ----------------------------------------------------------------------
    def test_a_part_is_named_by_its_reference_or_barcode(self):
        order = self._sell([(self.kit, 2.0), (self.cable, 1.0)], "invoiced")
        back = self._submitted(order)
        received = self._call(
            "receive",
            self._receipt(back, ("BODY", 2), ("4006381333931", 4), reference="R1"),
        )
        kit, cable = received["lines"]
        self.assertEqual(kit["quantity"]["received"], 2.0)
        self.assertEqual([p["sku"] for p in kit["parts"]], ["BODY", "CABLE"])
        self.assertEqual([p["quantity"]["received"] for p in kit["parts"]], [2, 4])
        self.assertEqual((cable["parts"], cable["quantity"]["received"]), ([], 0.0))
        # The fifth is the one that was sold alone, the sixth was never sold.
        received = self._call(
            "receive", self._receipt(back, ("CABLE", 2), reference="R2")
        )
        self.assertEqual([e["code"] for e in received["exceptions"]], ["over_receipt"])
        name = {"name": back["name"]}
        told = self._call(
            "inspect", self._findings(back, ("BODY", 2, "A"), ("CABLE", 5, "A"))
        )
        kit, cable = told["lines"]
        self.assertEqual((kit["refund"]["settled"], kit["conditions"]), (216.0, {}))
        self.assertEqual([p["conditions"] for p in kit["parts"]], [{"A": 2}, {"A": 4}])
        self.assertEqual([p["dispositions"] for p in kit["parts"]][0], {"restock": 2})
        self.assertEqual(self._call("get", [name])[0]["lines"], told["lines"])

    def test_the_kit_itself_means_all_its_parts(self):
        order = self._sell([(self.kit, 2.0)], "invoiced")
        back = self._submitted(order)
        told = self._call("receive", self._receipt(back, ("CAMERA-KIT", 1)))
        parts = told["lines"][0]["parts"]
        self.assertEqual([p["quantity"]["received"] for p in parts], [1.0, 2.0])
        told = self._call("inspect", self._findings(back, ("CAMERA-KIT", 1, "A")))
        self.assertEqual(told["money"]["settled"], 108.0)
        record = self.env["returns.order"].search([("name", "=", back["name"])])
        self.assertEqual(record.line_ids.quantity_inspected, 1.0)
        # A hat is no part, and too many kits are too many of each part.
        told = self._call(
            "receive",
            self._receipt(back, ("SHIRT", 1), ("CAMERA-KIT", 2), reference="R2"),
        )
        codes = sorted({row["code"] for row in told["exceptions"]})
        self.assertEqual(codes, ["over_receipt", "wrong_item"])
        # A kit that nobody sold here says what to do.
        other = self._make_kit("Other kit", 9.0, [(self.belt, 1)])
        said = self.assertRefused(
            "BAD_REQUEST",
            lambda: self._call(
                "receive", self._receipt(back, (other.default_code, 1), reference="R3")
            ),
        )
        self.assertIn("Receive the parts", said)

    def test_a_parcel_without_a_return_may_hold_parts_of_kits(self):
        order = self._sell([(self.kit, 3.0)], "invoiced")
        lines = [{"sku": "BODY", "quantity": 1}, {"sku": "CABLE", "quantity": 3}]
        kept = self._call(
            "receive",
            {
                "receipt_ref": "R-LOST",
                "warehouse": self.warehouse.code,
                "scan": "no label",
                "lines": lines,
            },
        )
        self.assertTrue(kept["unmatched"])
        told = self._call(
            "match",
            {"match_ref": "M1", "receipt_ref": "R-LOST", "order_ref": order.name},
        )
        line = told["lines"][0]
        self.assertEqual(line["quantity"]["authorised"], 2.0)
        self.assertEqual([p["quantity"]["missing"] for p in line["parts"]], [1.0, 1.0])

    # --- numbers ----------------------------------------------------------------------
    def test_parts_with_numbers_are_scanned_one_by_one(self):
        phone, charger, kit = self._phone_kit()
        order = self._sell([(kit, 1.0)], "invoiced")
        out = order.picking_ids.move_ids.move_line_ids.lot_id
        serial = out.filtered(lambda lot: lot.product_id == phone).name
        back = self._submitted(order)
        said = self.assertRefused(
            "BAD_REQUEST",
            lambda: self._call("receive", self._receipt(back, ("PHONE-KIT", 1))),
        )
        self.assertIn("[PHONE] Phone, [CHARGER] Charger", said)
        record = self.env["returns.order"].search([("name", "=", back["name"])])
        form = self._dialog(record)
        rows = [
            (row["product_id"], row["difference"], row["expected"], row["lot_name"])
            for row in form.line_ids._records
        ]
        self.assertEqual(
            rows,
            [
                (phone.id, "Part of Phone kit", 1.0, serial),
                (charger.id, "Part of Phone kit", 1.0, "LOT-1"),
            ],
        )
        # A phone with a foreign number is taken in, and holds the money.
        with form.line_ids.edit(0) as row:
            row.lot_name = "SN-STRANGE"
        form.save().action_confirm()
        self.assertEqual(self._open(record), ["serial_mismatch"])
        lots = {row.product_id: row.lot_id.name for row in record.receipt_ids}
        self.assertEqual(lots, {phone: "SN-STRANGE", charger: "LOT-1"})
        self._all_a(record)
        self.assertEqual(self._credits(record), [])

    def _dialog(self, back):
        return Form(
            self.env(
                user=self.users["inspector"],
                context={"active_model": back._name, "active_ids": back.ids},
            )["returns.receive.wizard"]
        )

    # --- what is refused --------------------------------------------------------------
    def test_kits_are_not_exchanged_and_not_returned_by_odoos_own_button(self):
        self._rule()
        order = self._sell([(self.kit, 2.0)], "invoiced")
        sold = order.order_line
        for way in ("exchange", "replacement"):
            said = self.assertRefused(
                "RESOLUTION_NOT_ALLOWED",
                lambda w=way: self._create_return(
                    order, [(sold, 1, {"resolution": w})]
                ),
            )
            self.assertIn("is a kit", said)
        offered = self._call(
            "returnable", {"channel": self.web.code, "order_ref": order.name}
        )["lines"][0]
        self.assertEqual(
            (offered["returnable"], offered["resolutions"]), (2, ["refund"])
        )
        self.assertRefused(
            "QUANTITY_INVALID", lambda: self._create_return(order, [(sold, 0.5)])
        )
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        wizard.product_return_moves.quantity = 1.0
        said = self.assertRefused("BAD_REQUEST", wizard.action_create_returns)
        self.assertIn("press Return on the order", said)

    def test_who_sees_the_return_sees_its_parts_and_nobody_types_them(self):
        back = self._create_return(self._sell([(self.kit, 1.0)]))
        part = back.line_ids.kit_part_ids[0]
        for role, user in self.users.items():
            own = part.with_user(user)
            self.assertEqual(own.share, 60.0, role)
            self.assertRefused("GUARDED_FIELD", lambda p=own: p.write({"share": 1.0}))
            with self.assertRaises(AccessError, msg=role):
                own.unlink()
        other = self.env["res.company"].create({"name": "Other"})
        agent = self.users["agent"]
        agent.write({"company_ids": [(4, other.id)]})
        seen = part.with_user(agent).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search([("id", "=", part.id)]))
        agent.returns_channel_ids = self.env.ref("returns_governance.channel_store")
        self.assertFalse(part.with_user(agent).search([("id", "=", part.id)]))
