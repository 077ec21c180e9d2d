"""The statutory refund clock: due, held rightly, warned of, and proven kept."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestRefundClock(LawCommon):
    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()

    def _withdraw(self, days_ago=0, **values):
        order = self._sell([(self.shirt, 2.0)])
        return self._create_return(
            order,
            withdrawal=True,
            requested_at=self.now - timedelta(days=days_ago),
            **values,
        )

    def _clock(self, back):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["returns.refund.clock"].search([("order_id", "=", back.id)])

    def _pay_out(self, back):
        """Pay the credit note, as finance does."""
        for move in back.settlement_ids.move_id:
            if move.payment_state not in ("paid", "reversed"):
                self._pay(move)

    def _open(self, code, back):
        return self.env["returns.exception"].search(
            [("code", "=", code), ("state", "=", "open"), ("order_id", "=", back.id)]
        )

    def _scan(self, back, status="accepted"):
        parcel = back.parcel_ids[:1]
        parcel._machine_write(
            {"status": status, "status_at": self.now, "accepted_at": self.now}
        )
        self.env["returns.step.advance"]._after(back)

    def test_the_due_date_is_the_notice_and_fourteen_days(self):
        back = self._withdraw(days_ago=3)
        notice = back.requested_at.date()
        self.assertEqual(back.refund_due_date, notice + timedelta(days=14))
        self.assertEqual(self._clock(back).due_date, back.refund_due_date)

    def test_a_return_that_is_no_withdrawal_has_no_statutory_day(self):
        back = self._create_return()
        self.assertFalse(back.refund_due_date)
        self.assertFalse(self._clock(back))

    def test_a_carrier_acceptance_scan_ends_the_right_to_wait(self):
        back = self._withdraw()
        self.assertEqual(back.money_state, "held")
        self._scan(back)
        self.assertEqual(back.amount_released, back.amount_due)
        self.assertNotEqual(back.money_state, "held")
        self.assertEqual(self._clock(back).wait_ended, self.now.date())

    def test_the_receipt_ends_the_right_to_wait(self):
        back = self._withdraw()
        self._receive(back)
        self.assertEqual(back.amount_released, back.amount_due)

    def test_the_days_left_stand_wherever_money_is_held(self):
        back = self._withdraw()
        self.assertIn("by law until", back.money_words)
        for view, model in (
            ("returns_order_view_list", "returns.order"),
            ("returns_settlement_view_list", "returns.settlement"),
            ("returns_exception_view_list", "returns.exception"),
        ):
            ref = self.env.ref(f"returns_governance.{view}")
            arch = self.env[model].get_view(ref.id)["arch"]
            with self.subTest(view):
                self.assertIn('name="refund_due_date"', arch)

    def test_a_refund_that_is_due_soon_is_raised_before_it_is_late(self):
        soon, later = self._withdraw(days_ago=12), self._withdraw(days_ago=5)
        exceptions = self.env["returns.exception"]
        exceptions._find_overdue()
        exceptions._find_overdue()
        self.assertEqual(len(self._open("refund_due_soon", soon)), 1)
        self.assertFalse(self._open("refund_due_soon", later))
        self.assertFalse(self._open("refund_overdue", soon))
        self.company.returns_due_soon_days = 10
        exceptions._find_overdue()
        self.assertTrue(self._open("refund_due_soon", later))
        self._receive(soon)
        self._pay_out(soon)
        exceptions._find_overdue()
        self.assertFalse(self._open("refund_due_soon", soon))

    def test_the_warning_gives_way_to_the_breach(self):
        back = self._withdraw(days_ago=12)
        exceptions = self.env["returns.exception"]
        exceptions._find_overdue()
        self.env.cr.execute(
            "UPDATE returns_order SET refund_due_date = CURRENT_DATE - 1 WHERE id = %s",
            [back.id],
        )
        back.invalidate_recordset()
        exceptions._find_overdue()
        self.assertFalse(self._open("refund_due_soon", back))
        self.assertTrue(self._open("refund_overdue", back))

    def test_the_report_proves_what_was_kept_from_rows_and_entries(self):
        back = self._withdraw(days_ago=3)
        clock = self._clock(back)
        self.assertEqual((clock.state, clock.days_to_spare), ("running", 11))
        self.assertEqual(clock.amount_open, back.amount_due)
        self._receive(back)
        self._pay_out(back)
        clock = self._clock(back)
        self.assertEqual(clock.state, "kept")
        self.assertEqual(clock.breaches, 0)
        self.assertEqual(clock.amount_paid, back.amount_settled)
        self.assertEqual(
            clock.amount_paid, sum(back.settlement_ids.move_id.mapped("amount_total"))
        )
        self.assertEqual(clock.amount_open, 0.0)
        self.assertEqual(clock.days_to_spare, 11)

    def test_goods_that_were_not_sent_may_be_waited_for(self):
        back = self._withdraw(days_ago=20)
        clock = self._clock(back)
        self.assertEqual((clock.state, clock.breaches), ("waiting", 0))

    def test_unpaid_money_after_the_day_is_a_breach(self):
        self.company.returns_posting = "draft"
        back = self._withdraw(days_ago=20)
        received = self.now - timedelta(days=2)
        self._receive(back, occurred_at=received)
        clock = self._clock(back)
        self.assertEqual(clock.pay_by, received.date())
        self.assertEqual((clock.state, clock.breaches), ("breached", 1))
        self.assertEqual(clock.days_to_spare, -2)
        self.assertEqual(clock.amount_open, back.amount_due)

    def test_money_that_was_paid_late_stays_a_breach(self):
        back = self._withdraw(days_ago=20)
        self._receive(back, occurred_at=self.now - timedelta(days=2))
        self._pay_out(back)
        clock = self._clock(back)
        self.assertEqual((clock.state, clock.days_to_spare), ("breached", -2))

    def test_the_breaches_of_a_period_are_summed_and_can_be_zero(self):
        for days in (1, 5, 13):
            back = self._withdraw(days_ago=days)
            self._receive(back)
            self._pay_out(back)
        self.env.flush_all()
        clocks = self.env["returns.refund.clock"]
        mine = [("partner_id", "=", self.partner.id)]
        [(count, breaches, owed, paid)] = clocks._read_group(
            mine, [], ["__count", "breaches:sum", "amount_due:sum", "amount_paid:sum"]
        )
        self.assertEqual((count, breaches), (3, 0))
        self.assertEqual(owed, paid)
        self.assertEqual(owed, sum(clocks.search(mine).order_id.mapped("amount_due")))

    def test_a_clock_is_seen_by_who_sees_the_return(self):
        back = self._withdraw()
        clock = self._clock(back)
        agent = self.users["agent"]
        self.assertEqual(clock.with_user(agent).search([]) & clock, clock)
        agent.returns_channel_ids = self.env.ref(
            "returns_governance.channel_marketplace"
        )
        self.assertFalse(clock.with_user(agent).search([]) & clock)
        action = clock.with_user(self.users["finance"]).action_open_return()
        self.assertEqual(action["res_id"], back.id)
