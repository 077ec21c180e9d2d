"""Exceptions: each cause once, with an owner, a due time and an end."""

from datetime import timedelta

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..const import EXCEPTION_CODES
from ..models.governance.returns_exception import OWNERS
from .governance_common import GovernanceCommon


class ExceptionCommon(GovernanceCommon):
    def setUp(self):
        super().setUp()
        self.Exceptions = self.env["returns.exception"]
        self.order = self._bare()

    def _row(self, code="over_receipt", **values):
        return {
            "code": code,
            "order_id": self.order.id,
            "cause": f"receipt {self.order.id}",
            "note": "Two shirts more than authorised",
            **values,
        }

    def _refused(self):
        return self.assertRaisesRegex(UserError, r"^\[APPEND_ONLY\]")

    def _open(self, code, **values):
        return self.Exceptions.search(
            [("code", "=", code), ("state", "=", "open")]
            + [(name, "=", value) for name, value in values.items()]
        )


@tagged("post_install", "-at_install")
class TestExceptionsRaised(ExceptionCommon):
    def test_every_code_has_an_owner_and_a_time(self):
        self.assertEqual(set(OWNERS), {code for code, _name in EXCEPTION_CODES})
        for group, hours in OWNERS.values():
            self.assertTrue(self.env.ref(group))
            self.assertGreater(hours, 0)

    def test_an_exception_has_owner_due_time_company_and_node(self):
        before = fields.Datetime.now()
        raised = self.Exceptions._raise([self._row()])
        self.assertEqual(
            raised.owner_group_id,
            self.env.ref("returns_governance.group_warehouse_lead"),
        )
        self.assertGreaterEqual(raised.due_at, before + timedelta(hours=8))
        self.assertEqual(raised.severity, "low")
        self.assertEqual(raised.company_id, self.order.company_id)
        self.assertEqual(raised.warehouse_id, self.order.warehouse_id)
        self.assertEqual(raised.state, "open")
        self.assertEqual(self.order.exception_ids, raised)

    def test_one_cause_is_open_once(self):
        first = self.Exceptions._raise([self._row(), self._row()])
        self.assertEqual(len(first), 1)
        self.assertFalse(self.Exceptions._raise([self._row()]))
        self.assertTrue(self.Exceptions._raise([self._row(cause="another")]))

    def test_a_cleared_cause_can_come_back(self):
        first = self.Exceptions._raise([self._row()])
        self.Exceptions._clear("over_receipt", [first.cause], "Sent back")
        self.assertEqual((first.state, first.closed_because), ("closed", "Sent back"))
        again = self.Exceptions._raise([self._row()])
        self.assertTrue(again)
        self.assertNotEqual(again, first)

    def test_raising_and_clearing_stand_in_the_timeline(self):
        raised = self.Exceptions._raise([self._row()])
        self.Exceptions._clear("over_receipt", [raised.cause], "Sent back")
        self.assertEqual(
            [(e.what, e.data["code"]) for e in self.order.event_ids],
            [
                ("exception_raised", "over_receipt"),
                ("exception_cleared", "over_receipt"),
            ],
        )
        self.assertFalse(self.env["returns.event"]._check_chain(self.order))

    def test_what_has_no_return_is_raised_too(self):
        raised = self.Exceptions._raise(
            [
                {
                    "code": "unmatched_parcel",
                    "cause": "receipt X1",
                    "company_id": self.company.id,
                    "warehouse_id": self.warehouse.id,
                    "receipt_ref": "X1",
                    "payload": {"scan": "???", "lines": [{"sku": "A", "quantity": 1}]},
                }
            ]
        )
        self.assertFalse(raised.order_id)
        self.assertEqual(raised.payload["lines"][0]["sku"], "A")

    def test_a_batch_costs_as_many_queries_as_one(self):
        self.env["returns.exception"]._raise([self._row(cause="warm")])
        counts = []
        for size in (1, 50):
            orders = self._bare(size)
            rows = [self._row(order_id=order.id, cause=f"o {order.id}")
                    for order in orders]  # fmt: skip
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.Exceptions._raise(rows)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)
        self.assertLessEqual(max(counts), 6)

    def test_two_at_once_open_one(self):
        """With two connections of their own, as two web workers have."""
        row = {
            "code": "unmatched_parcel",
            "cause": "test_two_at_once_open_one",
            "company_id": self.company.id,
        }
        connection = db_connect(self.env.cr.dbname)
        with connection.cursor() as one, connection.cursor() as two:
            first = api.Environment(one, SUPERUSER_ID, {})["returns.exception"]
            second = api.Environment(two, SUPERUSER_ID, {})["returns.exception"]
            try:
                two.execute("SELECT 1")  # its snapshot begins before the other commits
                self.assertTrue(first._raise([row]))
                one.commit()
                with self.assertRaises(errors.SerializationFailure):
                    second._raise([row])
                two.rollback()
                second.env.invalidate_all()
                self.assertFalse(second._raise([row]), "run again, it is open already")
            finally:
                two.rollback()
                one.execute(
                    "DELETE FROM returns_exception WHERE cause = %s", [row["cause"]]
                )
                one.commit()


@tagged("post_install", "-at_install")
class TestExceptionsClosedByHand(ExceptionCommon):
    def test_the_owner_closes_with_a_reason(self):
        raised = self.Exceptions._raise([self._row()])
        lead = self.users["warehouse_lead"]
        self.assertTrue(raised.with_user(lead).can_close)
        self.assertIs(raised.with_user(lead).action_close("Counted again"), True)
        self.assertEqual(raised.state, "closed")
        self.assertEqual(raised.closed_by_id, lead)
        self.assertEqual(raised.closed_because, "Counted again")
        event = self.order.event_ids[-1]
        self.assertEqual(
            (event.what, event.user_id, event.why),
            ("exception_cleared", lead, "Counted again"),
        )

    def test_the_reason_may_come_from_a_dialog(self):
        raised = self.Exceptions._raise([self._row()])
        raised.with_user(self.users["warehouse_lead"]).with_context(
            returns_reason="Counted again"
        ).action_close()
        self.assertEqual(raised.closed_because, "Counted again")

    def test_without_a_reason_it_stays_open(self):
        raised = self.Exceptions._raise([self._row()])
        for reason in (None, "", "  "):
            with self.assertRaisesRegex(UserError, r"^\[BAD_REQUEST\]"):
                raised.with_user(self.users["warehouse_lead"]).action_close(reason)
        self.assertEqual(raised.state, "open")

    def test_who_is_not_the_owner_is_denied(self):
        raised = self.Exceptions._raise([self._row()])
        for role in (
            "agent", "inspector", "finance", "planner", "auditor", "integration",
        ):  # fmt: skip
            with self.subTest(role=role):
                self.assertFalse(raised.with_user(self.users[role]).can_close)
                with self.assertRaisesRegex(AccessError, r"^\[ACCESS_DENIED\]"):
                    raised.with_user(self.users[role]).action_close("Mine")
        self.assertEqual(raised.state, "open")

    def test_the_manager_closes_what_is_finances(self):
        raised = self.Exceptions._raise([self._row("posting_failed")])
        raised.with_user(self.users["manager"]).action_close("Period is open again")
        self.assertEqual(raised.state, "closed")

    def test_closing_twice_changes_nothing(self):
        raised = self.Exceptions._raise([self._row()])
        lead = raised.with_user(self.users["warehouse_lead"])
        lead.action_close("First")
        lead.action_close("Second")
        self.assertEqual(raised.closed_because, "First")

    def test_nobody_writes_or_makes_one_past_the_steps(self):
        raised = self.Exceptions._raise([self._row()])
        with self._refused():
            raised.with_user(self.users["manager"]).write({"state": "closed"})
        with self._refused():
            raised.sudo().write({"state": "closed"})
        with self._refused():
            raised.sudo().unlink()
        with self._refused():
            self.Exceptions.sudo().create({"code": "wrong_item", "cause": "x"})

    def test_everybody_may_leave_a_note(self):
        raised = self.Exceptions._raise([self._row()])
        message = raised.with_user(self.users["inspector"]).message_post(body="Seen")
        self.assertIn("Seen", message.body)


@tagged("post_install", "-at_install")
class TestExceptionsFoundByTime(ExceptionCommon):
    def setUp(self):
        super().setUp()
        self.company.resource_calendar_id = False  # every hour of every day counts

    def test_goods_that_wait_too_long_are_found_and_cleared_when_inspected(self):
        back = self._create_return(until="received")
        self.Exceptions._find_overdue()
        self.assertFalse(self._open("inspection_overdue", order_id=back.id))
        back.receipt_ids._machine_write(
            {"occurred_at": fields.Datetime.now() - timedelta(hours=49)}
        )
        self.Exceptions._find_overdue()
        late = self._open("inspection_overdue", order_id=back.id)
        self.assertEqual(late.company_id, back.company_id)
        self.Exceptions._find_overdue()
        self.assertEqual(self._open("inspection_overdue", order_id=back.id), late)
        self._inspect(back)
        self.assertEqual(late.state, "closed")
        self.Exceptions._find_overdue()
        self.assertFalse(self._open("inspection_overdue", order_id=back.id))

    def test_the_company_says_how_long_goods_may_wait(self):
        back = self._create_return(until="received")
        self.company.returns_inspection_hours = 100
        back.receipt_ids._machine_write(
            {"occurred_at": fields.Datetime.now() - timedelta(hours=49)}
        )
        self.Exceptions._find_overdue()
        self.assertFalse(self._open("inspection_overdue", order_id=back.id))

    def test_a_refund_past_its_day_is_found_until_it_is_settled(self):
        back = self._create_return(until="received")
        self.assertEqual(back.money_state, "held")
        back._machine_write(
            {"refund_due_date": fields.Date.today() - timedelta(days=1)}
        )
        self.Exceptions._find_overdue()
        late = self._open("refund_overdue", order_id=back.id)
        self.assertEqual(
            late.owner_group_id, self.env.ref("returns_governance.group_finance")
        )
        back._machine_write({"refund_due_date": fields.Date.today()})
        self.Exceptions._find_overdue()
        self.assertEqual((late.state, late.closed_because), ("closed", "Settled"))

    def test_an_approval_that_nobody_answers_is_found(self):
        approval = self.env["returns.approval"]._ask(
            [{"order": self.order, "kind": "refund", "amount": 600, "limit": 500}]
        )
        self.Exceptions._find_overdue()
        self.assertFalse(self._open("approval_overdue"))
        approval._machine_write(
            {"due_at": fields.Datetime.now() - timedelta(minutes=1)}
        )
        self.Exceptions._find_overdue()
        late = self._open("approval_overdue", cause=f"approval {approval.id}")
        self.assertEqual(late.order_id, self.order)
        self.env["returns.approval"]._withdraw(self.order)
        self.assertEqual(late.state, "closed")
