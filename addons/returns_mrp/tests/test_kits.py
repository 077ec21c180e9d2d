from odoo import Command
from odoo.tests import tagged

from .common import KitCommon


@tagged("post_install", "-at_install")
class TestKits(KitCommon):
    """A kit is asked back whole, comes part by part, and is paid for what came."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls._make_product("Body", 60.0, 30.0)
        cls.cable = cls._make_product("Cable", 20.0, 5.0)
        cls.kit = cls._make_kit("Camera kit", 90.0, [(cls.body, 1), (cls.cable, 2)])

    # --- the whole way ----------------------------------------------------------------
    def test_a_part_that_is_missing_and_comes_later(self):
        order = self._sell([(self.kit, 1.0)], "invoiced")
        sold = order.order_line
        back = self._create_return(order)
        line = back.line_ids
        self.assertEqual(line.kit_part_ids.mapped("share"), [60.0, 40.0])
        self.assertEqual(line.amount_due, 108.0)
        self._come(back, {self.body: 1, self.cable: 1})
        self.assertEqual((line.quantity_received, sold.qty_delivered), (1.0, 0.0))
        self.assertIn("1 [CABLE] Cable of [CAMERA-KIT]", back.exception_ids.note)
        self._all_a(back)
        # Of 40 % for two cables one is missing: 90 less 20 %, and its tax.
        self.assertEqual(self._credits(back), [86.4])
        item = back.settlement_ids.move_id.invoice_line_ids
        self.assertEqual((item.quantity, item.discount), (1.0, 20.0))
        self.assertIn("Missing: 1 [CABLE] Cable (20 % of a kit)", item.name)
        self.assertEqual((sold.qty_to_invoice, sold.invoice_status), (0, "invoiced"))
        self.assertEqual(back.case_state, "authorised")
        # Its own request is refused: the kit is back.
        self.assertRefused(
            "QUANTITY_EXCEEDS_RETURNABLE", lambda: self._create_return(order)
        )
        # The other cable arrives. Until it was looked at nothing more is paid.
        self._come(back, {self.cable: 1})
        self.assertEqual(self._credits(back), [86.4])
        self.assertEqual(line.amount_due, 86.4)
        self._all_a(back)
        self.assertEqual(self._credits(back), [86.4, 21.6])
        late = back.settlement_ids.move_id[1].invoice_line_ids
        self.assertIn("parts that came later", late.name)
        self.assertEqual(line.quantity_refunded, 1.0)
        self.assertEqual((sold.qty_to_invoice, sold.qty_invoiced), (0.0, 0.0))
        self.assertEqual((back.case_state, back.goods_state), ("closed", "disposed"))
        self.assertEqual(self._open(back), [])
        # The late cable was another's: its share is taken back, and paid again.
        lead = back.with_user(self.users["warehouse_lead"])
        late = lead.inspection_ids.sorted("id")[-1]
        lead.env["returns.step.inspect"]._reverse(late, "Not this one")
        self.assertEqual((line.amount_settled, line.amount_due), (86.4, 86.4))
        self.assertEqual(line.quantity_refunded, 1.0)
        self._all_a(back)
        self.assertEqual((line.amount_settled, line.amount_due), (108.0, 108.0))
        # Taking the refund back takes both documents back, and it can be made anew.
        finance = back.with_user(self.users["finance"])
        finance.env["returns.step.settle"]._reverse(
            finance.settlement_ids[0], "Wrong customer"
        )
        self.assertAlmostEqual(sum(back.settlement_ids.mapped("amount")), 0.0)
        finance.env["returns.step.settle"]._release_by_hand(finance, "Right after all")
        self.assertEqual(line.amount_settled, 108.0)

    def test_a_part_that_comes_later_of_a_kit_that_was_billed_abroad(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        order = self._sell([(self.kit, 1.0)], "delivered")
        invoice = order._create_invoices()
        invoice.currency_id = euro
        invoice.invoice_line_ids.price_unit = 45.0
        invoice.action_post()
        back = self._create_return(order)
        line = back.line_ids
        self._come(back, {self.body: 1, self.cable: 1})
        self._all_a(back)
        self.assertEqual(self._credits(back), [43.2])
        self.assertEqual((line.amount_due, line.amount_settled), (86.4, 86.4))
        self._come(back, {self.cable: 1})
        self._all_a(back)
        self.assertEqual(self._credits(back), [43.2, 10.8])
        self.assertEqual((line.amount_due, line.amount_settled), (108.0, 108.0))
        finance = back.with_user(self.users["finance"])
        finance.env["returns.step.settle"]._reverse(
            finance.settlement_ids[0], "Wrong customer"
        )
        self.assertEqual(line.amount_settled, 0.0)
        self.assertAlmostEqual(sum(back.settlement_ids.mapped("amount_order")), 0.0)
        finance.env["returns.step.settle"]._release_by_hand(finance, "Right after all")
        self.assertEqual((line.amount_due, line.amount_settled), (108.0, 108.0))

    def test_what_came_is_where_it_belongs_and_worth_what_it_cost(self):
        order = self._sell([(self.kit, 2.0)], "invoiced")
        out = order.picking_ids.move_ids
        self.body.standard_price = 99.0
        back = self._create_return(order, [(order.order_line, 1.0)])
        line = back.line_ids
        self._come(back, {self.body: 1, self.cable: 2})
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        moves = back.receipt_ids.move_id
        for move in moves:
            origin = out.filtered(lambda m, p=move.product_id: m.product_id == p)
            self.assertEqual(move.origin_returned_move_id, origin)
            self.assertEqual(move.bom_line_id, origin.bom_line_id)
            self.assertEqual(
                move.location_dest_id.effective_state_id.code, "inspection"
            )
            each = origin.value / origin.quantity
            self.assertAlmostEqual(move.value, each * move.quantity)
        # Each part has its own grade and its own place.
        self._grade(
            back,
            {
                (self.body, self.grade_d): 1,
                (self.cable, self.grade_a): 2,
            },
        )
        given = {row.product_id: row.disposition_id.code for row in back.routing_ids}
        self.assertEqual(given, {self.body: "quarantine", self.cable: "restock"})
        self.assertEqual(line.quantity_disposed, 1.0)
        self.assertEqual(self._credits(back), [108.0])
        self.assertEqual(back.case_state, "closed")
        # A receipt that was wrong is taken back, and Odoo counts the kit again.
        other = self._create_return(order, [(order.order_line, 1.0)])
        self._come(other, {self.body: 1})
        self.assertEqual(order.order_line.qty_delivered, 0.0)
        lead = other.with_user(self.users["warehouse_lead"])
        lead.env["returns.step.receive"]._reverse(lead.receipt_ids, "Another parcel")
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        self.assertEqual(other.line_ids.quantity_received, 0.0)

    def test_grades_lower_the_share_of_their_part_only(self):
        self._rule(
            deduction_ids=[
                Command.create({"condition_id": self.grade_c.id, "percent": 30.0}),
                Command.create({"condition_id": self.grade_d.id, "percent": 50.0}),
            ]
        )
        back = self._create_return(self._sell([(self.kit, 1.0)], "invoiced"))
        self._come(back, {self.body: 1, self.cable: 2})
        self._grade(
            back,
            {
                (self.body, self.grade_a): 1,
                (self.cable, self.grade_a): 1,
                (self.cable, self.grade_d): 1,
            },
        )
        # Half of one cable: 50 % of 20 % of 108.
        self.assertEqual(self._credits(back), [97.2])
        # Who withdraws is spared what is no excess handling, and nothing that lacks.
        # 20 % lacks; 30 % off the other 80 % where it may be taken off.
        for told, due in (("yes", 60.48), ("no", 86.4)):
            self.web.withdrawal_informed = told
            order = self._sell([(self.kit, 1.0)], "invoiced")
            back = self._create_return(order, withdrawal=True)
            self._come(back, {self.body: 1, self.cable: 1})
            self._grade(
                back,
                {
                    (self.body, self.grade_c): 1,
                    (self.cable, self.grade_c): 1,
                },
            )
            self.assertEqual(self._credits(back), [due])

    def test_two_parcels_are_waited_for_and_what_never_comes_is_given_up(self):
        order = self._sell([(self.kit, 3.0)], "invoiced")
        parcels = [{"tracking_ref": f"KIT-{number}"} for number in (1, 2)]
        back = self._create_return(order, parcels=parcels)
        line = back.line_ids
        first, second = back.parcel_ids.sorted("id")
        # Two whole kits and a body are in the first: two kits are paid for.
        self._come(back, {self.body: 3, self.cable: 4}, parcel=first)
        self._all_a(back)
        self.assertEqual(self._credits(back), [216.0])
        self.assertEqual((line.quantity_received, line.amount_due), (3.0, 324.0))
        self.assertEqual(self._open(back), [])
        # The second has but one cable: the third kit is paid for less the other.
        self._come(back, {self.cable: 1}, parcel=second)
        self._all_a(back)
        self.assertEqual(self._credits(back), [216.0, 86.4])
        self.assertEqual(self._open(back), ["short_receipt"])
        # A parcel that is announced since takes nothing back.
        label = self.env["returns.step.label"]
        label._attach(back, {back.id: [{"tracking_ref": "KIT-3"}]})
        self.env["returns.step.advance"]._after(back)
        self.assertEqual(line.quantity_released, 3.0)
        self._cancel(back)
        self.assertEqual(self._open(back), [])
        self.assertEqual(line.kit_part_ids.mapped("quantity_given_up"), [0.0, 1.0])
        self.assertEqual((line.quantity_cancelled, back.case_state), (0.0, "closed"))
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        # What comes in spite of it is paid for all the same, once.
        self._come(back, {self.cable: 1}, parcel=back.parcel_ids[-1:])
        self._all_a(back)
        self.assertEqual(self._credits(back), [216.0, 86.4, 21.6])

    def _cancel(self, back):
        self._step("cancel")._run(
            back.with_user(self.users["agent"]), {back.id: {"reason": "Lost"}}
        )

    def test_kits_of_which_nothing_came_are_cancelled_and_the_others_stay(self):
        order = self._sell([(self.kit, 3.0)], "invoiced")
        back = self._create_return(order)
        self._come(back, {self.body: 1, self.cable: 2})
        self._all_a(back)
        self._cancel(back)
        line = back.line_ids
        self.assertEqual((line.quantity_cancelled, back.case_state), (2.0, "closed"))
        self.assertEqual(self._credits(back), [108.0])
        self.assertEqual(order.order_line.qty_delivered, 2.0)
        again = self._create_return(order, [(order.order_line, 2.0)])
        self._come(again, {self.body: 2, self.cable: 4})
        self._all_a(again)
        self.assertEqual(self._credits(again), [216.0])

    # --- units and kits in kits -------------------------------------------------------
    def test_dozens_of_kits_and_kits_in_kits(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        screw = self._make_product("Screw", 0.1, 0.05)
        self._stock(screw, 5000.0)
        plate = self._make_product("Plate", 3.0, 1.0)
        self._stock(plate, 500.0)
        inner = self._make_kit("Leg", 4.0, [(plate, 1), (screw, 2)])
        table = self._make_kit(
            "Table", 24.0, [(inner, 4), (screw, 1, {"product_uom_id": dozen.id})]
        )
        order = self._sell(
            [(table, 1.0, {"product_uom_id": dozen.id, "price_unit": 288.0})],
            "invoiced",
        )
        sold = order.order_line
        self.assertRefused(
            "QUANTITY_INVALID", lambda: self._create_return(order, [(sold, 0.13)])
        )
        back = self._create_return(order, [(sold, 0.42)])  # five of twelve
        line = back.line_ids
        parts = line.kit_part_ids
        self.assertEqual(line.kits_per_unit, 12.0)
        self.assertEqual(parts.mapped("per_kit"), [4.0, 8.0, 12.0])
        # By price: four legs 16, a dozen screws 1.2; a leg by plate 3, two screws 0.2.
        self.assertEqual(
            [round(s, 2) for s in parts.mapped("share")], [87.21, 5.81, 6.98]
        )
        self.assertEqual(sum(parts.mapped("share")), 100.0)
        # Four whole tables, and one without its legs' screws.
        self._come(back, {plate: 20, screw: 80 + 12})
        counted = line._kit_units(line.receipt_ids)
        self.assertEqual([counted[part] for part in parts], [20.0, 40.0, 52.0])
        self._come(back, {screw: 8})
        self.assertAlmostEqual(line.quantity_received, 5 / 12)
        self.assertEqual(sold.qty_delivered, 0.58)
        self._all_a(back)
        self.assertEqual(self._credits(back), [144.0])
        rest = self._create_return(order, [(sold, 0.58)])
        self._come(rest, {table: 7})
        self.assertEqual(
            rest.line_ids.kit_part_ids.mapped("quantity_received"), [28, 56, 84]
        )
        self._all_a(rest)
        self.assertEqual(self._credits(back) + self._credits(rest), [144.0, 201.6])
        self.assertEqual(order.invoice_ids[0].amount_total, 345.6)
        self.assertEqual((sold.qty_delivered, sold.qty_to_invoice), (0.0, 0.0))
