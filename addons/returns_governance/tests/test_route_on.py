from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestRouteOn(ApiCase):
    """Routed goods go on: quarantine, refurbish, sellable; each hop can be undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in ("quarantine", "refurbish", "restock", "destroy"):
            disposition = cls.env.ref(f"returns_governance.disposition_{code}")
            setattr(cls, code, disposition)

    def _quarantined(self):
        """A return of three shirts found in grade X, which goes to quarantine."""
        return self._create_return(until="inspected", grade=self.grade_x)

    def _send_on(self, routing, disposition, quantity=None, reason="Lab", user=None):
        user = user or "warehouse_lead"
        order = routing.order_id.with_user(self.users[user])
        entry = {
            "routing": routing,
            "quantity": quantity or routing._quantity_here(),
            "disposition": disposition,
            "reason": reason,
        }
        self._step("route", user)._route_on(order, {order.id: [entry]})
        return routing.order_id.routing_ids.sorted("id")[-1:]

    def _in_states(self, back):
        snapshot = self.env["returns.snapshot"]._of(back)[0]
        return snapshot["lines"][0]["states"]

    def _on_shelf(self, code):
        """Units of the shirt in the places of a state of the warehouse."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.shirt.id),
                ("location_id.effective_state_id.code", "=", code),
            ]
        )
        return sum(quants.mapped("quantity"))

    def test_goods_go_from_quarantine_by_refurbishing_back_to_stock(self):
        back = self._quarantined()
        value = self.shirt.total_value
        free = self.shirt.free_qty
        first = self._send_on(back.routing_ids, self.refurbish)
        self.assertEqual(self._in_states(back), {"refurbish": 3.0})
        self.assertEqual(self._on_shelf("quarantine"), 0.0)
        self.assertEqual(self._on_shelf("refurbish"), 3.0)
        last = self._send_on(first, self.restock, reason="As new again")
        self.assertEqual(self._in_states(back), {"sellable": 3.0})
        self.assertEqual(self.shirt.free_qty, free + 3.0)
        self.assertEqual(self.shirt.total_value, value)
        line = back.line_ids
        self.assertEqual((line.quantity_inspected, line.quantity_disposed), (3.0, 3.0))
        self.assertEqual(
            [row.disposition_id.code for row in (back.routing_ids[:1], first, last)],
            ["quarantine", "refurbish", "restock"],
            "the history stays",
        )
        self.assertEqual(back.routing_ids.mapped("quantity_here"), [0, 0, 0, 0, 3])
        self.assertEqual(back.goods_state, "disposed")

    def test_each_hop_is_taken_back_from_its_end(self):
        back = self._quarantined()
        first_routing = back.routing_ids
        hop = self._send_on(first_routing, self.refurbish)
        last = self._send_on(hop, self.restock)
        step = self._step("route", "warehouse_lead")
        rows = back.routing_ids.with_user(self.users["warehouse_lead"])
        with self.assertRaisesRegex(UserError, "RETURN_STATE.*sent on"):
            step._reverse(rows[:1], "Wrong place")
        step._reverse(last.with_user(self.users["warehouse_lead"]), "Not as new")
        self.assertEqual(self._in_states(back), {"refurbish": 3.0})
        self.assertEqual(self._on_shelf("refurbish"), 3.0)
        # The row that left is as good a handle on the hop as the one that came.
        leaving = hop.from_id
        step._reverse(leaving.with_user(self.users["warehouse_lead"]), "Wrong place")
        self.assertEqual(self._in_states(back), {"quarantine": 3.0})
        self.assertEqual(first_routing.quantity_here, 3.0)
        step._reverse(first_routing.with_user(self.users["warehouse_lead"]), "Again")
        self.assertEqual(self._in_states(back), {"inspection": 3.0})
        self.assertEqual(self._on_shelf("inspection"), 3.0)

    def test_a_wrong_grade_takes_every_hop_back_with_it(self):
        back = self._quarantined()
        self._send_on(self._send_on(back.routing_ids, self.refurbish), self.restock)
        self._step("inspect", "warehouse_lead")._reverse(
            back.inspection_ids.with_user(self.users["warehouse_lead"]), "Grade B"
        )
        self.assertEqual(self._in_states(back), {"inspection": 3.0})
        self.assertEqual(self._on_shelf("inspection"), 3.0)
        self._inspect(back, self.grade_b)
        self.assertEqual(self._in_states(back), {"sellable": 3.0})

    def test_a_part_can_go_on_and_the_rest_stay(self):
        back = self._quarantined()
        self._send_on(back.routing_ids, self.refurbish, quantity=2.0)
        self.assertEqual(self._in_states(back), {"quarantine": 1.0, "refurbish": 2.0})
        self.assertEqual(back.routing_ids[:1].quantity_here, 1.0)
        with self.assertRaisesRegex(UserError, r"QUANTITY_INVALID.*1 can be sent on"):
            self._send_on(back.routing_ids[:1], self.refurbish, quantity=2.0)

    def test_it_needs_a_reason_another_place_and_the_right(self):
        back = self._quarantined()
        routing = back.routing_ids
        with self.assertRaisesRegex(UserError, "DISPOSITION_NOT_ALLOWED.*reason"):
            self._send_on(routing, self.refurbish, reason=" ")
        with self.assertRaisesRegex(UserError, "DISPOSITION_NOT_ALLOWED"):
            self._send_on(routing, self.quarantine)
        with self.assertRaises(AccessError):
            self._send_on(routing, self.refurbish, user="inspector")
        # The transition table holds on this way too: from quarantine nothing is sold.
        with self.assertRefused("STATE_TRANSITION"):
            self._send_on(routing, self.restock)
        self.assertEqual(self._in_states(back), {"quarantine": 3.0})
        self.assertEqual(len(back.routing_ids), 1)

    def test_what_was_moved_outside_the_return_is_not_sent_on(self):
        back = self._quarantined()
        place = back.routing_ids.move_id.location_dest_id
        other = self.warehouse._get_state_location("refurbish")
        move = self.env["stock.move"].create(
            {
                "product_id": self.shirt.id,
                "product_uom_qty": 3.0,
                "location_id": place.id,
                "location_dest_id": other.id,
                "state_reason": "By hand",
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.shirt.id,
                            "quantity": 3.0,
                            "location_id": place.id,
                            "location_dest_id": other.id,
                            "picked": True,
                        }
                    )
                ],
            }
        )
        move._action_done()
        with self.assertRaisesRegex(UserError, "QUANTITY_INVALID.*only 0 of it"):
            self._send_on(back.routing_ids, self.refurbish)

    def test_a_closed_return_stays_closed_when_its_goods_go_on(self):
        order = self._sell(until="invoiced")
        back = self._create_return(order, until="inspected", grade=self.grade_x)
        self.assertEqual(back.case_state, "closed")
        self._send_on(back.routing_ids, self.refurbish)
        self.assertEqual(back.case_state, "closed")
        self.assertNotIn("reopened", back.event_ids.mapped("what"))

    def test_a_disposition_that_pays_nothing_takes_the_refund_back(self):
        order = self._sell(until="invoiced")
        back = self._create_return(order, until="inspected", grade=self.grade_x)
        self.destroy.refund_effect = "none"
        self.assertEqual(back.amount_due, 180.0)
        self._send_on(back.routing_ids, self.destroy)
        self.assertEqual(back.amount_due, 0.0)
        self.assertEqual(sum(back.settlement_ids.mapped("amount")), 0.0)

    def test_the_dialog_sends_on_what_was_chosen(self):
        back = self._quarantined()
        lead = self.users["warehouse_lead"]
        dialog = (
            self.env["returns.route.wizard"]
            .with_user(lead)
            .with_context(
                active_model="returns.routing", active_ids=back.routing_ids.ids
            )
            .create({})
        )
        self.assertEqual(dialog.line_ids.mapped("quantity"), [3.0])
        dialog.line_ids.write(
            {"disposition_id": self.refurbish.id, "reason": "Can be cleaned"}
        )
        dialog.action_confirm()
        self.assertEqual(self._in_states(back), {"refurbish": 3.0})
