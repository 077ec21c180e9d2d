"""The queue: causes that are checked, who works on what, and what can wait."""

import threading
from datetime import timedelta

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged

from .test_exceptions import ExceptionCommon

CALLERS = 20


@tagged("post_install", "-at_install")
class TestCauses(ExceptionCommon):
    """Each closes itself when its cause is gone, and never before."""

    def _short(self):
        back = self._create_return(self._sell([(self.shirt, 3.0)]))
        self._receive(back, {back.line_ids: 2.0})
        return back, self._open("short_receipt", order_id=back.id)

    def test_what_stands_stays_open_and_what_is_gone_closes_and_says_so(self):
        back = self._create_return(self._sell([(self.shirt, 2.0)]))
        self._receive(back, {back.line_ids: 3.0})
        over = self._open("over_receipt", order_id=back.id)
        self.Exceptions._find_overdue()
        self.assertEqual(over.state, "open")
        # Three are authorised since: nothing is too much any more.
        back.line_ids._machine_write({"quantity_authorised": 3.0})
        self.Exceptions._find_overdue()
        self.assertEqual((over.state, over.ended), ("closed", "gone"))
        self.assertEqual(over.closed_because, "The cause is gone")
        self.assertEqual(back.event_ids[-1].what, "exception_cleared")

    def test_the_step_that_ends_a_cause_closes_it_at_once(self):
        back = self._create_return()
        step = self._step("label")
        scan = {"status": "lost", "occurred_at": fields.Datetime.now()}
        step._scan(back.parcel_ids.with_user(self.users["agent"]), scan)
        lost = self._open("parcel_lost", order_id=back.id)
        self.assertTrue(lost)
        self.Exceptions._sweep()
        self.assertEqual(lost.state, "open")
        self._receive(back, parcel=back.parcel_ids)
        self.assertEqual((lost.state, lost.ended), ("closed", "gone"))

    def test_a_receipt_that_was_booked_elsewhere_closes_what_it_raised(self):
        back = self._create_return()
        self._step("receive", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids.browse(),
                        "product": self.belt,
                        "quantity": 1.0,
                        "lot_name": False,
                        "warehouse": back.warehouse_id,
                        "unexpected": True,
                    }
                ]
            },
        )
        wrong = self._open("wrong_item", order_id=back.id)
        self.Exceptions._sweep()
        self.assertEqual(wrong.state, "open")
        self._step("receive", "warehouse_lead")._reverse(
            back.receipt_ids.with_user(self.users["warehouse_lead"]), "Wrong scan"
        )
        self.assertEqual(wrong.state, "closed")

    def test_a_cause_that_cannot_be_told_stands(self):
        raised = self.Exceptions._raise(
            [
                self._row("gate_breached", cause="telephone"),
                self._row("wrong_item", cause="somebody said so"),
                self._row("payout_failed", cause="payout of yesterday"),
                self._row("unexplained_credit", cause="letter"),
                self._row("parcel_lost", cause="parcel"),
            ]
        )
        self.Exceptions._find_overdue()
        self.assertEqual(set(raised.mapped("state")), {"open"})

    def test_every_check_answers_for_many_in_few_queries(self):
        codes = self.env["returns.exception.type"].search([]).mapped("code")
        for code in codes:
            counts = []
            for size in (1, 30):
                orders = self._bare(size)
                raised = self.Exceptions._raise(
                    [self._row(code, order_id=o.id, cause=f"x {o.id}") for o in orders]
                )
                self.env.flush_all()
                self.env.invalidate_all()
                raised._still()  # what is read once
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                raised._still()
                counts.append(self.env.cr.sql_log_count - start)
            with self.subTest(code):
                self.assertLessEqual(counts[1], counts[0] + 1, counts)

    def test_a_failed_posting_is_gone_when_it_is_posted(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        refund = back.settlement_ids
        self.env["returns.posting"]._raise_failed({refund: "Closed period"})
        failed = self._open("posting_failed", order_id=back.id)
        self.Exceptions._sweep()
        self.assertEqual(failed.state, "open")
        refund.move_id.action_post()
        self.assertEqual(failed.state, "closed")

    def test_a_payout_that_finance_pays_by_hand_is_no_exception_any_more(self):
        back = self._create_return(until="inspected")
        refund = back.settlement_ids
        row = self.env["returns.outbox"]._machine_create(
            [
                {
                    "order_id": back.id,
                    "settlement_id": refund.id,
                    "kind": "payout",
                    "state": "failed",
                }
            ]
        )
        raised = self.Exceptions._raise(
            [self._row("payout_failed", order_id=back.id, cause=f"payout {row.id}")]
        )
        self.Exceptions._sweep()
        self.assertEqual(raised.state, "open")
        self._pay(refund.move_id)
        self.assertEqual(refund.state, "paid")
        self.assertEqual((raised.state, raised.ended), ("closed", "gone"))

    # --- by hand --------------------------------------------------------------------
    def test_what_is_cleared_though_it_stands_is_marked(self):
        _back, short = self._short()
        short.with_user(self.users["agent"]).action_close("Keeps one")
        self.assertEqual(short.ended, "accepted")
        raised = self.Exceptions._raise([self._row(cause="receipt 0")])
        raised.with_user(self.users["warehouse_lead"]).action_close("Sent back")
        self.assertEqual(raised.ended, "by_hand", "the receipt is not there")

    def test_what_was_accepted_is_asked_again_only_when_it_changes(self):
        back, short = self._short()
        short.with_user(self.users["agent"]).action_close("Keeps one")
        self.env["returns.step.advance"]._after(back)
        self.assertFalse(self._open("short_receipt", order_id=back.id))
        # One of the units that had come is taken back: more is missing now.
        self._step("receive", "warehouse_lead")._reverse(
            back.receipt_ids.with_user(self.users["warehouse_lead"]), "Miscounted"
        )
        self._receive(back, {back.line_ids: 1.0})
        self.assertTrue(self._open("short_receipt", order_id=back.id))

    def _late_refund(self):
        back = self._create_return(until="received")
        back._machine_write(
            {"refund_due_date": fields.Date.today() - timedelta(days=1)}
        )
        self.Exceptions._find_overdue()
        return back, self._open("refund_overdue", order_id=back.id)

    def test_an_accepted_breach_of_the_law_is_asked_about_every_week(self):
        back, late = self._late_refund()
        late.with_user(self.users["finance"]).action_close("Customer agrees")
        self.assertEqual(late.ended, "accepted")
        self.Exceptions._find_overdue()
        self.assertFalse(self._open("refund_overdue", order_id=back.id))
        late._machine_write({"closed_at": fields.Datetime.now() - timedelta(days=7)})
        self.Exceptions._find_overdue()
        self.assertTrue(self._open("refund_overdue", order_id=back.id))

    def test_what_a_step_finds_anew_is_raised_whatever_was_accepted(self):
        row = self._row("payout_failed", cause="payout 0")
        first = self.Exceptions._raise([row])
        first._close("Known", "accepted")
        self.assertTrue(self.Exceptions._raise([row]))


@tagged("post_install", "-at_install")
class TestQueue(ExceptionCommon):
    def setUp(self):
        super().setUp()
        self.raised = self.Exceptions._raise([self._row("wrong_item", cause="told")])
        self.mine = self.raised.with_user(self.users["agent"])
        self.tomorrow = fields.Datetime.now() + timedelta(days=1)

    def _pass(self, **delta):
        """Let time pass for the exception."""
        moments = ("due_at", "snoozed_until")
        self.raised._machine_write(
            {
                name: self.raised[name] - timedelta(**delta)
                for name in moments
                if self.raised[name]
            }
        )

    def _found(self, name, who="agent", **domain):
        model = self.Exceptions.with_user(self.users[who])
        found = model.search([(name, "=", True), ("id", "=", self.raised.id)])
        self.assertEqual(bool(found), model.browse(self.raised.id)[name])
        return bool(found)

    # --- put off --------------------------------------------------------------------
    def test_what_is_put_off_is_not_to_do_until_its_end(self):
        self.mine._snooze(self.tomorrow, "Carrier answers tomorrow")
        self.assertEqual(self.raised.state, "open")
        self.assertTrue(self._found("is_snoozed"))
        self._pass(days=400)
        self.assertFalse(self._found("is_snoozed"), "it wakes by itself")
        self.assertTrue(self._found("is_breached"))
        self.Exceptions._find_overdue()
        self.assertFalse(self.raised.snoozed_until)
        history = "".join(self.raised.message_ids.mapped("body"))
        self.assertIn("Carrier answers tomorrow", history)
        self.assertIn("To be done again", history)
        told = self.order.event_ids.filtered(lambda e: e.what == "exception_snoozed")
        self.assertEqual(told[0].why, "Carrier answers tomorrow")
        self.assertIn("Put off until", told[0].sentence)

    def test_asleep_it_is_not_breached_unless_the_law_set_its_day(self):
        self.mine._snooze(self.tomorrow, "Waits")
        self.raised._machine_write(
            {"due_at": fields.Datetime.now() - timedelta(hours=1)}
        )
        self.assertFalse(self._found("is_breached"))
        self.raised._machine_write({"by_law": True})
        self.assertTrue(self._found("is_breached"))

    def test_to_put_off_needs_a_reason_an_end_and_the_role(self):
        now = fields.Datetime.now()
        for until, reason, code in (
            (self.tomorrow, " ", "BAD_REQUEST"),
            (False, "Waits", "TIME_INVALID"),
            (now - timedelta(hours=1), "Waits", "TIME_INVALID"),
            (now + timedelta(days=91), "Waits", "TIME_INVALID"),
        ):
            with self.subTest(until=until), self.assertRaisesRegex(UserError, code):
                self.mine._snooze(until, reason)
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            self.raised.with_user(self.users["finance"])._snooze(self.tomorrow, "Mine")
        self.raised._close("Done")
        with self.assertRaisesRegex(UserError, "cleared already"):
            self.mine._snooze(self.tomorrow, "Waits")

    def test_it_can_be_taken_up_before_its_end(self):
        self.mine._snooze(self.tomorrow, "Waits")
        self.mine.action_wake()
        self.assertFalse(self.raised.is_snoozed)

    def test_asleep_it_is_raised_no_second_time_and_holds_what_it_holds(self):
        self.mine._snooze(self.tomorrow, "Waits")
        again = self._row("wrong_item", cause="told")
        self.assertFalse(self.Exceptions._raise([again]))

    # --- too late -------------------------------------------------------------------
    def test_a_breach_is_noted_once_and_goes_up(self):
        self.mine.action_take()
        self._pass(days=400)
        self.Exceptions._find_overdue()
        manager = self.env.ref("returns_governance.group_manager")
        self.assertEqual(self.raised.escalated_to_id, manager)
        history = "".join(self.raised.message_ids.mapped("body"))
        self.assertIn("Not done in time", history)
        self.assertEqual(self.raised.activity_ids.user_id, self.users["agent"])
        noted = self.raised.breached_at
        self.Exceptions._find_overdue()
        self.assertEqual(self.raised.breached_at, noted)
        told = self.order.event_ids.filtered(lambda e: e.what == "exception_breached")
        self.assertEqual(len(told), 1)
        self.assertEqual(len(self.raised.activity_ids), 1)

    def test_a_role_that_it_went_up_to_may_work_on_it(self):
        kind = self.env.ref("returns_governance.exception_type_wrong_item")
        kind.escalation_group_id = self.env.ref("returns_governance.group_finance")
        finance = self.raised.with_user(self.users["finance"])
        with self.assertRaises(AccessError):
            finance.action_close("Mine")
        self._pass(days=400)
        self.Exceptions._find_overdue()
        finance.action_close("Paid back")
        self.assertEqual(self.raised.state, "closed")

    # --- whose ----------------------------------------------------------------------
    def test_take_and_give(self):
        self.assertTrue(self._found("for_me"))
        self.assertFalse(self._found("for_me", "finance"))
        self.mine.action_take()
        self.assertEqual(self.raised.user_id, self.users["agent"])
        self.assertTrue(self._found("for_me"))
        self.assertFalse(self._found("for_me", "manager"), "somebody has it")
        with self.assertRaisesRegex(UserError, "cannot work on"):
            self.mine._give(self.users["finance"])
        with self.assertRaises(AccessError):
            self.raised.with_user(self.users["finance"]).action_take()
        self.mine._give(self.users["manager"])
        self.assertEqual(self.raised.user_id, self.users["manager"])
        self.mine._give(self.env["res.users"])
        self.assertFalse(self.raised.user_id)
        self.assertIn("whole role again", self.raised.message_ids[0].body)

    # --- board ----------------------------------------------------------------------
    def test_the_figures_count_what_their_filters_show(self):
        board = {f["key"]: f["count"] for f in self.mine.retrieve_board()}
        self.mine.action_take()
        self._pass(days=400)
        then = {f["key"]: f["count"] for f in self.mine.retrieve_board()}
        self.assertEqual(then["mine"], board["mine"] + 1)
        self.assertEqual(then["free"], board["free"] - 1)
        self.assertEqual(then["breached"], board["breached"] + 1)
        self.assertIn("was due", self.raised.due_words)

    def test_every_role_reads_the_board_and_its_columns(self):
        for role in ("agent", "inspector", "warehouse_lead", "finance", "auditor"):
            with self.subTest(role):
                model = self.Exceptions.with_user(self.users[role])
                self.assertEqual(len(model.retrieve_board()), 5)
                model = model.with_context(read_group_expand=True)
                read = model.web_read_group(
                    [("state", "=", "open")],
                    ["owner_group_id"],
                    aggregates=["__count"],
                    auto_unfold=True,
                    unfold_read_specification={"display_name": {}, "due_words": {}},
                )
                names = {group["owner_group_id"][1] for group in read["groups"]}
                self.assertIn("Returns / Finance controller", names, "also when empty")

    def test_the_overview_counts_them(self):
        figures = {f["key"]: f for f in self.order.retrieve_overview()["figures"]}
        self.assertIn("breached", figures["exceptions"]["trend"])
        self.assertGreaterEqual(int(figures["exceptions"]["value"]), 1)

    # --- what clears it --------------------------------------------------------------
    def _press(self, exception, key, role):
        return exception.with_user(self.users[role]).action_clear_by(key)

    def test_the_buttons_open_the_steps_own_dialogs(self):
        back = self._create_return(until="received")
        late = self.Exceptions._raise(
            [self._row("inspection_overdue", order_id=back.id, cause="x")]
        )
        self.assertEqual([a["key"] for a in late.actions], ["inspect"])
        action = self._press(late, "inspect", "warehouse_lead")
        self.assertEqual(action["res_model"], "returns.inspect.wizard")
        with self.assertRaisesRegex(UserError, "not cleared in this way"):
            self._press(late, "release", "manager")
        late._close("Done")
        self.assertFalse(late.actions)
        with self.assertRaisesRegex(UserError, "cleared already"):
            self._press(late, "inspect", "warehouse_lead")

    def test_a_question_that_waits_is_decided_from_its_exception(self):
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        approval = back.approval_ids
        approval._machine_write(
            {"due_at": fields.Datetime.now() - timedelta(minutes=1)}
        )
        self.Exceptions._find_overdue()
        late = self._open("approval_overdue", order_id=back.id)
        action = self._press(late, "decide", "manager")
        dialog = (
            self.env["returns.reason.wizard"]
            .with_user(self.users["manager"])
            .with_context(**action["context"])
            .create({"reason": "Known"})
        )
        dialog.action_confirm()
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(late.state, "closed")

    def test_only_finance_tries_a_payout_again(self):
        back = self._create_return(until="inspected")
        row = self.env["returns.outbox"]._machine_create(
            [{"order_id": back.id, "kind": "payout", "state": "failed"}]
        )
        raised = self.Exceptions._raise(
            [self._row("payout_failed", order_id=back.id, cause=f"payout {row.id}")]
        )
        with self.assertRaisesRegex(AccessError, "finance"):
            self._press(raised, "retry", "agent")
        self._press(raised, "retry", "finance")
        self.assertEqual(row.state, "waiting")
        self.assertEqual(raised.state, "open", "until the provider has answered")


@tagged("post_install", "-at_install")
class TestExceptionRace(ExceptionCommon):
    def test_twenty_at_once_open_one(self):
        """Each on a connection of its own, run again where it meets another."""
        row = {
            "code": "unmatched_parcel",
            "cause": "test_twenty_at_once",
            "company_id": self.company.id,
        }
        connection = db_connect(self.env.cr.dbname)
        start, opened, failed = threading.Barrier(CALLERS), [], []

        def call():
            try:
                with connection.cursor() as cr:
                    start.wait(30)
                    for _run in range(50):
                        env = api.Environment(cr, SUPERUSER_ID, {})
                        try:
                            opened.extend(env["returns.exception"]._raise([row]).ids)
                            # pylint: disable-next=invalid-commit  # its own
                            cr.commit()
                            return
                        except errors.SerializationFailure:
                            cr.rollback()
                            env.invalidate_all()
            except Exception as error:  # told by the main thread
                failed.append(error)

        threads = [threading.Thread(target=call) for _number in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        with connection.cursor() as cr:
            cr.execute(
                "DELETE FROM returns_exception WHERE cause = %s RETURNING id, state",
                [row["cause"]],
            )
            left = cr.fetchall()
            cr.commit()  # pylint: disable=invalid-commit
        self.assertFalse(failed)
        self.assertEqual([state for _id, state in left], ["open"])
        self.assertEqual(opened, [left[0][0]], "one of them opened it")
