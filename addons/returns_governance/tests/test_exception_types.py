"""Types of exceptions: text, cause, owner, and a day in working hours."""

import re
from datetime import datetime
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..const import EXCEPTION_CODES
from ..models.governance.returns_exception_actions import ACTIONS
from .test_exceptions import ExceptionCommon

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "operating.md"
FRIDAY_NOON = datetime(2026, 11, 27, 12, 0)  # UTC


@tagged("post_install", "-at_install")
class TestExceptionTypes(ExceptionCommon):
    def setUp(self):
        super().setUp()
        self.kinds = self.env["returns.exception.type"].search([])

    def test_every_code_has_a_type_with_text_and_a_check(self):
        """A new code needs a row of data and a method; nothing else."""
        codes = [code for code, _name in EXCEPTION_CODES]
        self.assertEqual(sorted(self.kinds.mapped("code")), sorted(codes))
        for kind in self.kinds:
            with self.subTest(kind.code):
                self.assertTrue(kind.cause and kind.advice and kind.owner_group_id)
                self.assertGreater(kind.hours, 0)
                self.assertTrue(hasattr(self.Exceptions, f"_still_{kind.code}"))
                self.assertTrue(kind._action_keys(), "no button clears it")

    def test_every_button_has_a_name_and_a_way(self):
        self.assertEqual(set(self.Exceptions._action_labels()), set(ACTIONS))
        for key in ACTIONS:
            self.assertTrue(hasattr(self.Exceptions, f"_clear_by_{key}"), key)

    def test_the_guide_tells_what_the_types_say(self):
        """docs/operating.md has the table of the types as they are installed."""
        text = GUIDE.read_text(encoding="utf-8")
        rows = dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", text, re.M))
        labels = dict(EXCEPTION_CODES)
        for kind in self.kinds:
            with self.subTest(kind.code):
                self.assertEqual(
                    rows.get(labels[kind.code]),
                    f"{kind.cause} | {kind.advice} | {kind.owner_group_id.name}"
                    f" | {kind.hours:g}",
                )

    def test_the_manager_sets_role_and_hours_and_not_what_is_checked(self):
        kind = self.kinds.filtered(lambda k: k.code == "over_receipt")
        mine = kind.with_user(self.users["manager"])
        finance = self.env.ref("returns_governance.group_finance")
        mine.write({"owner_group_id": finance.id, "hours": 2, "severity": "critical"})
        raised = self.Exceptions._raise([self._row()])
        self.assertEqual(raised.owner_group_id, finance)
        self.assertEqual(raised.severity, "critical")
        for name in ("cause", "advice", "code", "actions", "by_law"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                mine.write({name: "payout_failed" if name == "code" else "x"})
        for role in ("warehouse_lead", "finance", "auditor", "planner"):
            with self.subTest(role), self.assertRaises(AccessError):
                kind.with_user(self.users[role]).write({"hours": 99})
        with self.assertRaises(AccessError):
            mine.unlink()

    def test_an_update_brings_our_words_and_keeps_the_companys_choice(self):
        kind = self.kinds.filtered(lambda k: k.code == "over_receipt")
        kind.hours = 3
        kind._load_records(
            [
                {
                    "xml_id": "returns_governance.exception_type_over_receipt",
                    "values": {"code": "over_receipt", "advice": "New words"},
                }
            ],
            update=True,
        )
        self.assertEqual((kind.advice, kind.hours), ("New words", 3))

    def test_a_button_that_there_is_not_cannot_be_named(self):
        with self.assertRaisesRegex(UserError, "no buttons fly"):
            self.kinds[0].actions = "inspect,fly"


@tagged("post_install", "-at_install")
class TestWorkingHours(ExceptionCommon):
    """Monday to Friday, 9 to 17 in Berlin (UTC+1 in November)."""

    def setUp(self):
        super().setUp()
        self.berlin = self._calendar("Europe/Berlin")
        self.company.resource_calendar_id = self.berlin
        self.kind = self.env.ref("returns_governance.exception_type_over_receipt")
        self.kind.hours = 8

    def _calendar(self, zone, days=range(5)):
        return self.env["resource.calendar"].create(
            {
                "name": zone,
                "tz": zone,
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    )
                    for day in days
                ],
            }
        )

    def _due(self, when=FRIDAY_NOON):
        with freeze_time(when):
            raised = self.Exceptions._raise([self._row(cause=f"try {self._next()}")])
        return raised.due_at

    def test_the_night_and_the_weekend_do_not_count(self):
        # Friday 13:00 in Berlin: four hours left, and four on Monday from 9:00.
        self.assertEqual(self._due(), datetime(2026, 11, 30, 12, 0))

    def test_a_public_holiday_does_not_count(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.berlin.id,
                "date_from": datetime(2026, 11, 29, 23, 0),
                "date_to": datetime(2026, 11, 30, 22, 59),
            }
        )
        self.assertEqual(self._due(), datetime(2026, 12, 1, 12, 0))

    def test_other_hours_count_from_then_on(self):
        self._due()  # the month is known to the process now
        self.berlin.attendance_ids.filtered(lambda a: a.dayofweek == "0").unlink()
        self.assertEqual(self._due(), datetime(2026, 12, 1, 12, 0))

    def test_the_node_has_its_own_hours_and_zone(self):
        self.warehouse.returns_calendar_id = self._calendar("America/New_York")
        # Friday 7:00 in New York: the whole day is before us, until 17:00.
        self.assertEqual(self._due(), datetime(2026, 11, 27, 22, 0))

    def test_without_a_calendar_every_hour_counts(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self._due(), datetime(2026, 11, 27, 20, 0))

    def test_a_calendar_without_an_hour_stops_nobody(self):
        self.berlin.attendance_ids.unlink()
        self.assertEqual(self._due(), datetime(2026, 11, 27, 20, 0))

    def test_many_cost_as_many_queries_as_one(self):
        self._due()
        counts = []
        for size in (1, 50):
            orders = self._bare(size)
            rows = [self._row(order_id=o.id, cause=f"o {o.id}") for o in orders]
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.Exceptions._raise(rows)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)

    # --- inspection -----------------------------------------------------------------
    def _late(self, back):
        with freeze_time(datetime(2026, 11, 30, 12, 0)):
            # the clock of the database is its own
            return [
                row
                for row in self.Exceptions._past_working_time(
                    [
                        (
                            back.id,
                            back.company_id.id,
                            back.warehouse_id.id,
                            FRIDAY_NOON,
                            back.receipt_ids[:1].id,
                        )
                    ]
                )
            ]

    def test_goods_may_wait_for_the_hours_of_their_node(self):
        back = self._create_return(until="received")
        self.company.returns_inspection_hours = 9
        self.assertFalse(self._late(back), "eight working hours have passed")
        self.warehouse.returns_inspection_hours = 7
        self.assertTrue(self._late(back))
        self.warehouse.returns_inspection_hours = 0
        self.company.returns_inspection_hours = 7
        self.assertTrue(self._late(back))

    def test_the_return_says_by_when_in_working_hours(self):
        self.warehouse.returns_inspection_hours = 8
        back = self._create_return()
        self._receive(back, occurred_at=datetime(2026, 11, 27, 12, 0))
        self.assertEqual(back.next_step, "inspect")
        self.assertEqual(back.next_by, datetime(2026, 11, 30, 12, 0))
        self.warehouse.returns_inspection_hours = 4
        self.assertEqual(back.next_by, datetime(2026, 11, 27, 16, 0))
