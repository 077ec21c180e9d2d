from collections import Counter

from odoo import Command, fields
from odoo.tests import tagged

from ..const import GAP_KINDS
from .common import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestGaps(AnalyticsCommon):
    """Gaps that are there are found, and none that are not."""

    def _found(self, *backs):
        """(return, kind) of the gaps that count now."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.Gap._find_all()
        gaps = self.Gap.search(
            [
                ("counts_from", "<=", fields.Datetime.now()),
                ("order_id", "in", self.env["returns.order"].union(*backs).ids),
            ]
        )
        return sorted((gap.order_id.id, gap.kind) for gap in gaps)

    def _clean(self):
        """Returns of all ends, none with a gap; those that are inspected are paid."""
        backs = self._ask_many(22)
        paid, way, here, part, gone = (
            backs[:16],
            backs[16:18],
            backs[18:20],
            backs[20:21],
            backs[21:],
        )
        self._receive_all(paid | here)
        self._receive(part, {part.line_ids[0]: 1.0})
        step = self._step("inspect", "inspector")
        step._run(
            paid.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": line.quantity,
                        "lot_name": False,
                        "condition": self.grade_a,
                    }
                    for line in back.line_ids
                ]
                for back in paid
            },
        )
        self._step("cancel")._run(
            gone.with_user(self.users["agent"]), {gone.id: {"reason": "Kept"}}
        )
        bare = self._create_return(
            self._sell([(self.shirt, 1.0)], until="delivered"), until="inspected"
        )
        return paid, way, here, part | gone | bare

    def _ask_many(self, count):
        """Returns of as many orders, which were invoiced and not paid."""
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity})
            for product, quantity in ((self.shirt, 2.0), (self.belt, 1.0))
        ]
        values = {
            "partner_id": self.partner.id,
            "returns_channel_id": self.web.id,
            "order_line": lines,
        }
        orders = self.env["sale.order"].create([values] * count)
        orders.action_confirm()
        orders.picking_ids.move_ids.picked = True
        orders.picking_ids._action_done()
        orders._create_invoices(grouped=True).action_post()
        return self._submit(*map(self._request, orders))

    def _receive_all(self, backs):
        self._step("receive", "inspector")._run(
            backs.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": line.quantity,
                        "lot_name": False,
                        "warehouse": back.warehouse_id,
                    }
                    for line in back.line_ids
                ]
                for back in backs
            },
        )

    def _sql(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    def test_twenty_planted_gaps_are_found_and_none_is_invented(self):
        paid, way, here, rest = self._clean()
        every = paid | way | here | rest
        for back in paid:
            self.assertAlmostEqual(back.amount_settled, back.amount_due, 2)
        self.assertEqual(self._found(every), [], "a clean history has no gap")
        planted = [
            (back.id, kind)
            for kind, backs in (
                ("refunded_not_received", self._lose_receipts(paid[0:3])),
                ("received_not_refunded", self._lose_refunds(paid[3:6])),
                ("received_not_disposed", self._let_wait(here[:2])),
                ("disposed_not_received", self._book_twice(paid[6:8])),
                ("received_not_asked", self._send_strangers(way[:1])),
                ("received_not_asked", self._receive_more(paid[8:10])),
                ("asked_not_received", self._let_not_come(way[1:])),
                ("amount_differs", self._pay_otherwise(paid[10:13])),
                ("books_differ", self._change_books(paid[13:16])),
            )
            for back in backs
        ]
        self.assertEqual(len(planted), 20)
        self.assertEqual(self._found(every), sorted(planted))
        kinds = Counter(kind for _back, kind in planted)
        self.assertEqual(set(kinds), {kind for kind, _label in GAP_KINDS})
        gaps = self.Gap.search([("order_id", "in", [back for back, _k in planted])])
        self.assertTrue(all(gaps.mapped("advice")))
        self.assertTrue(all(gaps.mapped("since")))
        for gap in gaps:
            opened = gap.action_open_return()
            self.assertIn(
                (opened["res_model"], opened["res_id"]),
                {
                    ("returns.order", gap.order_id.id),
                    ("returns.settlement", gap.settlement_id.id),
                },
            )

    # --- what goes wrong, behind the back of the flow ---------------------------
    def _lose_receipts(self, backs):
        """Half of what was refunded turns out never to have come: a row goes missing,
        and with it the finding and routing that hung on it."""
        for back in backs:
            row = back.receipt_ids[0].id
            self._sql(
                "DELETE FROM returns_routing USING returns_inspection i"
                " WHERE i.id = inspection_id AND i.receipt_id = %s",
                row,
            )
            self._sql("DELETE FROM returns_inspection WHERE receipt_id = %s", row)
            self._sql("DELETE FROM returns_receipt WHERE id = %s", row)
            self._forget_release(back)
        return backs

    def _forget_release(self, back):
        """The release was of the receipt, and is no more."""
        self._sql(
            "UPDATE returns_order_line SET quantity_released = 0 WHERE order_id = %s",
            back.id,
        )

    def _lose_refunds(self, backs):
        """The refund of one line is lost, and nobody looks for days."""
        for back in backs:
            line = back.line_ids[0]
            self._sql("DELETE FROM returns_settlement_line WHERE line_id = %s", line.id)
            self._move_back("returns_routing", "occurred_at", line.routing_ids, 5)
        return backs

    def _let_wait(self, backs):
        for back in backs:
            keep = back.receipt_ids[0]
            self._move_back("returns_receipt", "occurred_at", keep, 20)
        return backs

    def _book_twice(self, backs):
        for back in backs:
            self._sql(
                "UPDATE returns_routing SET quantity = quantity + 1 WHERE id = %s",
                back.routing_ids[0].id,
            )
        return backs

    def _send_strangers(self, backs):
        for back in backs:
            back.env["returns.receipt"]._machine_create(
                [
                    {
                        "order_id": back.id,
                        "company_id": back.company_id.id,
                        "product_id": self.shirt.id,
                        "kind": "wrong_item",
                        "quantity": 1.0,
                        "warehouse_id": back.warehouse_id.id,
                    }
                ]
            )
        return backs

    def _receive_more(self, backs):
        """More came than was let in, and the surplus was not dealt with."""
        for back in backs:
            self._sql(
                "UPDATE returns_order SET case_state = 'authorised' WHERE id = %s",
                back.id,
            )
            self._sql(
                "UPDATE returns_receipt SET quantity = quantity + 1 WHERE id = %s",
                back.receipt_ids[0].id,
            )
        return backs

    def _let_not_come(self, backs):
        for back in backs:
            for column in ("authorised_at", "requested_at"):
                self._move_back("returns_order", column, back, 60)
            self._sql(
                "UPDATE returns_order_line SET quantity_cancelled = quantity_authorised"
                " WHERE order_id = %s AND id <> %s",
                back.id,
                back.line_ids[0].id,
            )
        return backs

    def _pay_otherwise(self, backs):
        for back in backs:
            self._sql(
                "UPDATE returns_settlement_line SET amount = amount + 2 WHERE id = %s",
                back.settlement_ids.line_ids[0].id,
            )
        return backs

    def _change_books(self, backs):
        for back in backs:
            self._sql(
                "UPDATE account_move SET amount_total = amount_total - 2 WHERE id = %s",
                back.settlement_ids.move_id.id,
            )
        return backs

    # --- time and figures -------------------------------------------------------
    def test_an_open_end_becomes_a_gap_when_its_time_is_over(self):
        back = self._create_return(until="received")
        self._take_in(back)
        waiting = self.Gap.search([("order_id", "=", back.id)])
        self.assertEqual(waiting.kind, "received_not_disposed")
        self.assertGreater(waiting.counts_from, fields.Datetime.now())
        self.assertEqual((waiting.expected, waiting.found), (3.0, 0.0))
        self.assertAlmostEqual(waiting.amount, back.line_ids.amount_due, 2)
        self.assertEqual(self._found(back), [])
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 8)
        self.assertEqual(self._found(back), [(back.id, "received_not_disposed")])

    def test_a_gap_goes_when_its_cause_goes(self):
        back = self._create_return(until="received")
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 8)
        self.assertEqual(self._found(back), [(back.id, "received_not_disposed")])
        self._inspect(back)
        self._take_in(back)
        self.assertFalse(self.Gap.search([("order_id", "=", back.id)]))

    def test_the_age_and_what_to_do_are_told(self):
        back = self._create_return(until="received")
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 9)
        self._found(back)
        gap = self.Gap.search([("order_id", "=", back.id)])
        self.assertEqual(gap.age, "1 week")
        self.assertIn("grade and route", gap.advice)
