"""The legal guarantee of a sold line, and its one extension by a repair."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..engine.law import guarantee_end
from .law_common import LawCommon

CHOICE = "You may have it repaired or replaced. I choose the repair."


@tagged("post_install", "-at_install")
class TestLegalGuarantee(LawCommon):
    def _sold(self, days=0):
        order = self._sell([(self.shirt, 1.0)])
        if days:
            self._delivered(order, days)
        rows = self.env["returns.sold.line"]._for_sale_lines(order.order_line)
        return order, rows

    def test_the_guarantee_runs_two_years_from_delivery(self):
        _order, sold = self._sold()
        today = fields.Date.to_date(
            fields.Datetime.context_timestamp(
                sold.with_context(tz="Europe/Berlin"), fields.Datetime.now()
            )
        )
        self.assertEqual(sold.guarantee_until, guarantee_end(today))
        self.assertEqual(guarantee_end(date(2026, 8, 1)), date(2028, 8, 1))

    def test_choosing_a_repair_adds_twelve_months_once_and_keeps_the_words(self):
        order, sold = self._sold()
        back = self._create_return(order)
        first = sold.guarantee_until
        until = sold._choose_repair(CHOICE, back.line_ids)
        self.assertEqual(until, first.replace(year=first.year + 1))
        self.assertEqual(sold.repair_choice, CHOICE)
        event = back.event_ids.filtered(lambda e: e.what == "repair_chosen")
        self.assertEqual(event.why, CHOICE)
        self.assertIn("runs until", event.sentence)
        self.assertEqual(sold._choose_repair("Once more"), until)
        self.assertEqual(sold.repair_choice, CHOICE)

    def test_the_choice_needs_its_words_and_a_guarantee_that_runs(self):
        _order, sold = self._sold()
        with self._refused("BAD_REQUEST"):
            sold._choose_repair(" ")
        _order, late = self._sold(days=800)
        with self._refused("BAD_REQUEST"):
            late._choose_repair(CHOICE)

    def test_contracts_before_the_law_get_no_extension(self):
        order, sold = self._sold()
        order.date_order = "2026-07-01 10:00:00"
        with self._refused("BAD_REQUEST"):
            sold._choose_repair(CHOICE)

    def test_nobody_types_the_choice(self):
        _order, sold = self._sold()
        with self._refused("GUARDED_FIELD"):
            sold.repair_chosen_at = fields.Datetime.now()

    def test_a_defect_is_heard_in_the_third_year_only_after_a_repair(self):
        self._publish({"code": "final", "eligible": "no"})
        reason = {"reason": self._reason("defective")}
        for repaired, state in ((False, "rejected"), (True, "authorised")):
            with self.subTest(repaired=repaired):
                order, sold = self._sold()
                if repaired:
                    sold._choose_repair(CHOICE)
                later = fields.Datetime.now() + timedelta(days=900)
                with freeze_time(later):
                    back = self._create_return(order, [(order.order_line, 1.0, reason)])
                self.assertEqual(back.case_state, state)
                facts = back.line_ids.decision_id.trace[0]["facts"]
                until = fields.Date.to_date(facts["guarantee_until"])
                self.assertEqual(until, sold.guarantee_until)
