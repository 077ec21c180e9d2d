from collections import Counter

from odoo import fields
from odoo.tests import tagged

from ..const import GAP_KINDS
from .gaps_common import GapsCommon


@tagged("post_install", "-at_install")
class TestGaps(GapsCommon):
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
        # What had been paid before a bill is told in test_prepaid.py.
        kinds_here = {kind for kind, _label in GAP_KINDS} - {"prepaid_not_paid"}
        self.assertEqual(set(kinds), kinds_here)
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
