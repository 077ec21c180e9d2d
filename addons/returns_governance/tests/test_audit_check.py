"""The check in the background, its findings, who sees them; ways round the guard."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..models.governance import returns_event_check, returns_event_scan
from .test_audit import AuditCommon

LOGGER = "odoo.addons.returns_governance.models.governance.returns_event_check"


@tagged("post_install", "-at_install")
class TestAuditInBackground(AuditCommon):
    def setUp(self):
        super().setUp()
        self.order, self.other = self._bare(2)
        self._story(self.order)
        self._story(self.other)
        self.Check = self.env["returns.event.check"]
        self.cron = self.env.ref("returns_governance.ir_cron_check_events")

    def _press(self, role="auditor"):
        """The button, by somebody of this role."""
        seal = self.env["returns.event.seal"].with_user(self.users[role])
        return self.Check.browse(seal.action_check()["res_id"])

    def _spoil(self, order=None, number=2):
        self._sql(
            "UPDATE returns_event SET what = 'closed' WHERE order_id = %s"
            " AND number = %s",
            (order or self.order).id,
            number,
        )

    def test_a_long_trail_is_checked_in_the_background_and_shows_how_far_it_is(self):
        self._spoil()
        with patch.object(returns_event_check, "SHORT", 0):
            check = self._press()
        self.assertEqual((check.state, check.event_count), ("running", 0))
        self.assertGreaterEqual(check.event_total, 10)
        with patch.object(returns_event_scan, "RETURNS", 1):
            while not check.event_count:
                check._work(0.0001)
            self.assertEqual(check.state, "running")
            self.assertGreater(check.progress, 0.0)
            self.assertLess(check.progress, 100.0)
            with self.enter_registry_test_mode():
                self.cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((check.state, check.progress), ("done", 100.0))
        self.assertEqual(check.event_count, check.event_total)
        self.assertEqual(
            [(f.order_id, f.number, f.kind) for f in check.finding_ids],
            [(self.order, 2, "changed")],
        )

    def test_a_check_that_was_broken_off_goes_on_and_finds_the_same(self):
        self.env["returns.event.seal"]._seal()
        self._spoil()
        self._sql("DELETE FROM returns_event WHERE order_id = %s", self.other.id)
        self._sql(
            "UPDATE returns_order SET event_count = 0, event_head = NULL WHERE id = %s",
            self.other.id,
        )
        whole = self._press()
        with patch.object(returns_event_scan, "RETURNS", 1):
            pieces = self.Check._begin()
            with mute_logger(LOGGER):
                while pieces.state == "running":
                    pieces._work(0.0001)
                    self.env.invalidate_all()

        def found(check):
            return [(f.subject, f.number, f.kind) for f in check.finding_ids]

        self.assertEqual(found(pieces), found(whole))
        self.assertEqual(
            found(whole),
            [(self.order.name, 2, "changed"), (self.other.name, 1, "cut_off")],
        )

    def test_a_finding_names_its_event_and_opens_its_return(self):
        self._spoil()
        finding = self._press().finding_ids.with_user(self.users["auditor"])
        self.assertEqual(finding.subject, self.order.name)
        self.assertEqual(finding.event_id, self.order.event_ids[1])
        self.assertRegex(finding.sentence, r"^Closed: .*0\.00 refunded in all$")
        action = finding.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("returns.order", self.order.id)
        )

    def test_the_button_looks_at_the_companies_that_are_switched_on(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self._sql(
            "UPDATE returns_order SET company_id = %s WHERE id = %s",
            elsewhere.id,
            self.other.id,
        )
        self._spoil(self.other)
        self.assertTrue(self._press().whole)
        nightly = self.Check._begin()
        with mute_logger(LOGGER):
            nightly._work(None)
        self.assertFalse(nightly.whole)
        self.env.invalidate_all()
        seen = nightly.with_user(self.users["auditor"])
        self.assertFalse(seen.finding_ids, "of a company that is not theirs")
        self.assertEqual(seen.hidden_count, seen.finding_count)

    def test_events_in_another_order_are_found_and_named(self):
        self._sql("DROP INDEX returns_event_position_uniq")
        self._sql(
            "UPDATE returns_event SET number = 5 - number WHERE order_id = %s"
            " AND number IN (2, 3)",
            self.order.id,
        )
        self.assertEqual(
            self._findings(),
            [("reordered", self.order.name, 2), ("reordered", self.order.name, 3)],
        )

    def test_events_whose_return_vanished_are_found_without_a_seal(self):
        order_id = self.order.id
        self._sql(f"ALTER TABLE returns_event DROP CONSTRAINT {self._foreign_key()}")
        self._sql("DELETE FROM returns_order WHERE id = %s", order_id)
        found = self.env["returns.event"]._check_chain()
        self.assertEqual(
            [(f["kind"], f["order_id"]) for f in found], [("removed", order_id)]
        )

    def _foreign_key(self):
        self.env.cr.execute(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND"
            " conrelid = 'returns_event'::regclass"
            " AND confrelid = 'returns_order'::regclass"
        )
        return self.env.cr.fetchone()[0]

    def test_a_published_policy_changed_by_sql_is_found_by_name(self):
        version = self.env.ref("returns_governance.policy_standard_v1")
        self.assertTrue(self._press().whole)
        self._sql(
            "UPDATE returns_policy_rule SET window_days = 999 WHERE version_id = %s",
            version.id,
        )
        finding = self._press().finding_ids
        self.assertEqual(
            (finding.kind, finding.subject),
            ("changed", f"{version.display_name}, rules standard"),
        )
        action = finding.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (version._name, version.id)
        )

    def test_a_trail_that_is_wrong_throughout_does_not_fill_the_memory(self):
        with patch.object(returns_event_check, "MOST_KEPT", 3):
            self._sql("UPDATE returns_event SET hash = 'x'")
            check = self._press()
        self.assertEqual(len(check.finding_ids), 3)
        self.assertGreater(check.finding_count, 3)
        self.assertIn(f"and {check.finding_count - 3} more", check.result)


@tagged("post_install", "-at_install")
class TestAuditNoWayRound(AuditCommon):
    """Server code and the superuser included: nothing of the ORM writes the trail."""

    def setUp(self):
        super().setUp()
        self.order = self._bare()
        self.event = self._log({"order": self.order, "what": "requested"})
        self.seal = self.env["returns.event.seal"]._seal()

    def _refused(self):
        return self.assertRaisesRegex(UserError, r"^\[APPEND_ONLY\]")

    def test_the_flag_of_an_uninstall_deletes_neither_events_nor_seals(self):
        for record in (self.event, self.seal):
            with self.subTest(model=record._name), self._refused():
                record.sudo().with_context(_force_unlink=True).unlink()

    def test_the_lower_floors_of_the_orm_do_not_write_either(self):
        for record in (self.event, self.seal):
            with self.subTest(model=record._name), self._refused():
                record.sudo()._write({"hash": "x"})
            with self.subTest(model=record._name), self._refused():
                record.sudo()._write_multi([{"hash": "x"}])

    def test_a_copy_and_a_merge_are_refused(self):
        for record in (self.event, self.seal):
            with self.subTest(model=record._name), self._refused():
                record.sudo().copy()

    def test_two_seals_do_not_follow_the_same_one(self):
        self._log({"order": self.order, "what": "received"})
        vals = self.seal.read(
            ["sealed_at", "return_count", "event_count", "heads", "watermark"]
        )[0]
        vals.pop("id")
        vals["previous_hash"] = self.seal.previous_hash
        vals["hash"] = "another"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(Exception, "previous_uniq"),
        ):
            self.seal._machine_create([vals])


@tagged("post_install", "-at_install")
class TestAuditTour(AuditCommon, HttpCase):
    def test_an_auditor_finds_a_changed_row_and_opens_its_return(self):
        back = self._create_return(until="inspected")
        event = back.event_ids.filtered(lambda row: row.what == "inspected")
        self._sql(
            "UPDATE returns_event SET data = jsonb_set(data, '{rows,0,quantity}', '9')"
            " WHERE id = %s",
            event.id,
        )
        self.start_tour("/odoo/returns", "returns_tour_audit", login="test_auditor")
        check = self.env["returns.event.check"].search([], limit=1)
        self.assertEqual(check.user_id, self.users["auditor"])
        self.assertEqual(check.finding_ids.event_id, event)
