"""The audit trail: what is logged, what tampering is found, what may be erased."""

from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.governance import chain
from .governance_common import GovernanceCommon


class AuditCommon(GovernanceCommon):
    def _log(self, *rows):
        return self.env["returns.event"]._log(list(rows))

    def _story(self, order, length=5):
        """``length`` events on one return, the third with a person's words."""
        for number in range(1, length + 1):
            self._log(
                {
                    "order": order,
                    "what": "received",
                    "data": {"number": number},
                    "why": "Mrs Schmidt called" if number == 3 else None,
                }
            )

    def _sql(self, query, *params):
        self.env.flush_all()
        self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def _findings(self, orders=None):
        return [
            (finding["kind"], finding["return"], finding["number"])
            for finding in self.env["returns.event"]._check_chain(orders)
        ]


@tagged("post_install", "-at_install")
class TestAuditLog(AuditCommon):
    def test_events_are_numbered_and_chained_per_return(self):
        one, two = self._bare(2)
        events = self._log(
            {"order": one, "what": "requested"},
            {"order": two, "what": "requested"},
            {"order": one, "what": "authorised", "data": {"due": 12.5}},
        )
        self.assertEqual(events.mapped("number"), [1, 1, 2])
        self.assertEqual(events[2].previous_hash, events[0].hash)
        self.assertFalse(events[1].previous_hash)
        self.assertEqual((one.event_count, one.event_head), (2, events[2].hash))
        self.assertEqual((two.event_count, two.event_head), (1, events[1].hash))
        self.assertEqual(one.event_ids, events[0] | events[2])
        self.assertFalse(self._findings(one | two))

    def test_revision_grows_once_per_call_and_the_time_of_change_is_kept(self):
        order = self._bare()
        self._log({"order": order, "what": "requested"})
        self.assertEqual(order.revision, 1)
        self._log(*[{"order": order, "what": "received"}] * 3)
        self.assertEqual(order.revision, 2)
        self.assertTrue(order.changed_at)
        before = (order.revision, order.changed_at, order.event_head)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((order.revision, order.changed_at, order.event_head), before)

    def test_an_event_tells_who_what_when_and_why(self):
        order = self._bare()
        at = datetime(2026, 3, 1, 9, 30, 12, 999)
        event = (
            self.env["returns.event"]
            .with_user(self.users["inspector"])
            ._log(
                [{"order": order, "what": "received", "at": at, "why": "Box was wet"}]
            )
        )
        self.assertEqual(event.user_id, self.users["inspector"])
        self.assertEqual(event.at, datetime(2026, 3, 1, 9, 30, 12))
        self.assertEqual((event.what, event.why), ("received", "Box was wet"))
        self.assertEqual(event.company_id, order.company_id)

    def test_figures_read_back_from_the_database_keep_the_chain_whole(self):
        order = self._bare()
        self._log(
            {
                "order": order,
                "what": "due",
                "data": {
                    "a": 1.0, "b": 0.1 + 0.2, "c": [1e22, -0.0, 1e-7], 4: None,
                    "d": {"z": True, "ä": "ß'\"\\"}, "e": datetime(2026, 1, 1),
                },
                "why": "line one\nline two 'quoted' %s",
            }
        )  # fmt: skip
        self.env.invalidate_all()
        self.assertFalse(self._findings(order))

    def test_a_batch_of_any_size_takes_three_queries(self):
        for size in (1, 50, 300):
            with self.subTest(size=size):
                orders = self._bare(size)
                self.env.flush_all()
                rows = [
                    {"order": order, "what": what}
                    for order in orders
                    for what in ("requested", "authorised")
                ]
                with self.assertQueryCount(3):
                    self._log(*rows)

    def test_nothing_to_log_costs_nothing(self):
        with self.assertQueryCount(0):
            self.assertFalse(self._log())

    def test_the_transaction_that_wrote_it_stands_on_each_event(self):
        order = self._bare()
        event = self._log({"order": order, "what": "requested"})
        self.env.cr.execute(
            "SELECT xid = pg_current_xact_id() FROM returns_event WHERE id = %s",
            [event.id],
        )
        self.assertEqual(self.env.cr.fetchone(), (True,))

    def test_the_feed_shows_nothing_of_transactions_that_are_still_open(self):
        order = self._bare()
        self._log({"order": order, "what": "requested"})
        feed = self.env["returns.event"]._read_feed(
            0, 0, 1000, [("order_id", "=", order.id)]
        )
        self.assertEqual(feed, [])

    def test_the_feed_pages_in_order_and_narrows_to_the_user(self):
        order, other = self._bare(2)
        hidden = self._bare(
            channel_id=self.env.ref("returns_governance.channel_b2b").id
        )
        events = self._log(
            *[{"order": o, "what": "requested"} for o in (order, other, hidden)],
            {"order": order, "what": "authorised"},
        )
        # As if an earlier transaction had written them.
        self._sql("UPDATE returns_event SET xid = '7' WHERE id = ANY(%s)", events.ids)
        user = self.users["integration"]
        user.returns_channel_ids = self.web
        Event = self.env["returns.event"].with_user(user)
        mine = [("id", "in", events.ids)]
        first = Event._read_feed(0, 0, 2, mine)
        self.assertEqual([row["return"] for row in first], [order.name, other.name])
        self.assertEqual(first[0]["who"], self.env.user.name)
        rest = Event._read_feed(first[-1]["xid"], first[-1]["id"], 2, mine)
        self.assertEqual(
            [(row["return"], row["what"]) for row in rest], [(order.name, "authorised")]
        )
        self.assertFalse(Event._read_feed(rest[-1]["xid"], rest[-1]["id"], 2, mine))

    def test_events_of_another_cluster_are_put_below_the_new_ones(self):
        order = self._bare()
        events = self._log(*[{"order": order, "what": "received"}] * 2)
        self._sql(
            "UPDATE returns_event SET xid = '18446744073709551000' WHERE id = ANY(%s)",
            events.ids,
        )
        self.env["returns.event"]._rebase_feed()
        feed = self.env["returns.event"]._read_feed(
            0, 0, 10, [("order_id", "=", order.id)]
        )
        self.assertEqual([row["id"] for row in feed], events.ids)
        self.assertFalse(self._findings(order))


@tagged("post_install", "-at_install")
class TestAuditAppendOnly(AuditCommon):
    def setUp(self):
        super().setUp()
        self.order = self._bare()
        self.event = self._log({"order": self.order, "what": "requested"})

    def _refused(self):
        return self.assertRaisesRegex(UserError, r"^\[APPEND_ONLY\]")

    def test_nobody_writes_an_event_superuser_and_server_code_included(self):
        for event in (
            self.event,
            self.event.sudo(),
            self.event.with_user(self.env.ref("base.user_admin")).sudo(),
        ):
            with self._refused():
                event.write({"what": "closed"})
            with self._refused():
                event.what = "closed"
        with self._refused():
            self.event._machine_write({"what": "closed"})

    def test_nobody_deletes_an_event(self):
        with self._refused():
            self.event.unlink()
        with self._refused():
            self.event.sudo().unlink()

    def test_nobody_creates_an_event_but_the_log(self):
        vals = {
            "order_id": self.order.id,
            "company_id": self.company.id,
            "number": 2,
            "what": "closed",
            "at": "2026-01-01",
            "user_id": self.env.uid,
            "hash": "x",
        }
        Event = self.env["returns.event"]
        with self._refused():
            Event.create(vals)
        with self._refused():
            Event._machine_create([vals])
        with self._refused():
            Event.with_context(
                **{f"default_{key}": value for key, value in vals.items()}
            ).create({})
        result = Event.load(
            ["order_id/.id", "company_id/.id", "number", "what", "at", "hash"],
            [[self.order.id, self.company.id, 2, "Closed", "2026-01-01", "x"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("[APPEND_ONLY]", result["messages"][0]["message"])
        self.assertEqual(self.order.event_count, 1)

    def test_users_of_all_roles_are_refused_by_their_rights_already(self):
        for role, user in self.users.items():
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.event.with_user(user).check_access("write")

    def test_a_return_with_events_is_not_deleted(self):
        with self._refused():
            self.order.sudo().unlink()

    def test_head_count_and_revision_are_not_typed(self):
        user = self.users["manager"]
        for name, value in (
            ("event_head", "x"), ("event_count", 0), ("revision", 9),
            ("changed_at", "2026-01-01"), ("editor_ids", [(5,)]),
        ):  # fmt: skip
            with self.subTest(field=name):
                with self.assertRaisesRegex(UserError, r"^\[GUARDED_FIELD\]"):
                    self.order.with_user(user).write({name: value})
                with self.assertRaisesRegex(UserError, r"^\[GUARDED_FIELD\]"):
                    self.order.sudo().write({name: value})


@tagged("post_install", "-at_install")
class TestAuditCheck(AuditCommon):
    def setUp(self):
        super().setUp()
        self.order, self.other = self._bare(2)
        self._story(self.order)
        self._story(self.other)
        self.name = self.order.name

    def _event(self, number, order=None):
        return (order or self.order).event_ids.filtered(lambda e: e.number == number)

    def _rehash(self, event):
        """What a clever hand does after changing a row: make its hash fit again."""
        row = self.env["returns.event.scan"]._chain_rows(event.order_id.ids)
        row = next(r for r in row[event.order_id.id] if r.id == event.id)
        self._sql(
            "UPDATE returns_event SET hash = %s WHERE id = %s",
            chain.digest(row),
            event.id,
        )

    def test_an_untouched_trail_is_whole(self):
        self.assertEqual(self._findings(), [])

    def test_a_changed_event_is_found_and_located(self):
        for column, value in (
            ("what", "closed"),
            ("data", '{"number": 99}'),
            ("at", "2020-01-01"),
            ("user_id", self.users["agent"].id),
            ("company_id", self._company_b().id),
            ("previous_hash", "0"),
            ("hash", "0"),
            ("why", "Mr Schmidt called"),
            ("why_digest", "0"),
            ("salt", "0"),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self._sql(
                    f"UPDATE returns_event SET {column} = %s WHERE id = %s",
                    value,
                    self._event(3).id,
                )
                self.assertEqual(
                    self._findings(self.order | self.other), [("changed", self.name, 3)]
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def _company_b(self):
        return self.env["res.company"].create({"name": "Another company"})

    def test_a_changed_event_whose_hash_was_made_to_fit_is_found(self):
        self._sql(
            "UPDATE returns_event SET what = 'closed' WHERE id = %s", self._event(2).id
        )
        self._rehash(self._event(2))
        self.assertEqual(self._findings(), [("changed", self.name, 2)])

    def test_a_removed_event_is_found(self):
        self._sql("DELETE FROM returns_event WHERE id = %s", self._event(2).id)
        self.assertEqual(self._findings(), [("removed", self.name, 2)])

    def test_a_removed_event_is_found_after_the_rest_was_renumbered(self):
        self._sql("DELETE FROM returns_event WHERE id = %s", self._event(2).id)
        for number in (3, 4, 5):
            self._sql(
                "UPDATE returns_event SET number = %s WHERE id = %s",
                number - 1,
                self._event(number).id,
            )
        self.assertIn(("removed", self.name, 2), self._findings())

    def test_an_inserted_event_is_found(self):
        self._sql("DROP INDEX returns_event_position_uniq")
        rows = self.env["returns.event.scan"]._chain_rows(self.order.ids)
        row = rows[self.order.id][2]
        self._sql(
            "INSERT INTO returns_event (order_id, company_id, number, what, at, "
            "user_id, data, previous_hash, hash) SELECT order_id, company_id, number, "
            "'released', at, user_id, data, previous_hash, 'x' FROM returns_event "
            "WHERE id = %s RETURNING id",
            row.id,
        )
        forged = self.env["returns.event"].search([("hash", "=", "x")])
        self._rehash(forged)
        self.assertEqual(self._findings(), [("inserted", self.name, 3)])
        # With the others moved up, as far as the numbers allow.
        for number in (5, 4, 3):
            events = self._event(number) - forged
            self._sql(
                "UPDATE returns_event SET number = %s WHERE id = %s",
                number + 1,
                events.id,
            )
        self.assertEqual(self._findings(), [("inserted", self.name, 3)])

    def test_an_event_added_behind_the_head_is_found(self):
        self._sql(
            "INSERT INTO returns_event (order_id, company_id, number, what, at, "
            "user_id, data, hash) SELECT order_id, company_id, 6, what, at, user_id, "
            "data, 'x' FROM returns_event WHERE id = %s",
            self._event(5).id,
        )
        self.assertEqual(self._findings(), [("inserted", self.name, 6)])

    def test_a_cut_off_end_is_found(self):
        self._sql(
            "DELETE FROM returns_event WHERE id = ANY(%s)",
            (self._event(4) | self._event(5)).ids,
        )
        self.assertEqual(
            self._findings(), [("cut_off", self.name, 4), ("cut_off", self.name, 5)]
        )

    def test_an_end_cut_off_together_with_its_head_is_found_by_the_seal(self):
        self.assertTrue(self.env["returns.event.seal"]._seal())
        self._sql(
            "DELETE FROM returns_event WHERE id = ANY(%s)",
            (self._event(4) | self._event(5)).ids,
        )
        self._sql(
            "UPDATE returns_order SET event_count = 3, event_head = %s WHERE id = %s",
            self._event(3).hash,
            self.order.id,
        )
        self.assertEqual(self._findings(), [("cut_off", self.name, 4)])

    def test_a_chain_made_anew_is_found_by_the_seal(self):
        self.env["returns.event.seal"]._seal()
        self._sql(
            "UPDATE returns_event SET data = '{}' WHERE id = %s", self._event(1).id
        )
        previous = None
        for number in range(1, 6):
            event = self._event(number)
            self._sql(
                "UPDATE returns_event SET previous_hash = %s WHERE id = %s",
                previous,
                event.id,
            )
            self._rehash(event)
            previous = self._event(number).hash
        self._sql(
            "UPDATE returns_order SET event_head = %s WHERE id = %s",
            previous,
            self.order.id,
        )
        self.assertEqual(self._findings(), [("changed", self.name, 5)])

    def test_a_return_that_vanished_with_its_events_is_found_by_the_seal(self):
        self.env["returns.event.seal"]._seal()
        order_id = self.order.id
        self._sql("DELETE FROM returns_event WHERE order_id = %s", order_id)
        self._sql("DELETE FROM returns_order WHERE id = %s", order_id)
        found = self.env["returns.event"]._check_chain()
        self.assertEqual(
            [(f["kind"], f["order_id"], f["number"]) for f in found],
            [("cut_off", order_id, 1)],
        )

    def test_all_events_of_a_return_gone_is_found(self):
        self._sql("DELETE FROM returns_event WHERE order_id = %s", self.order.id)
        self.assertEqual(
            self._findings(), [("cut_off", self.name, n) for n in range(1, 6)]
        )

    def test_a_changed_count_or_head_of_the_return_is_found(self):
        self._sql(
            "UPDATE returns_order SET event_count = 7 WHERE id = %s", self.order.id
        )
        self.assertEqual(
            self._findings(), [("cut_off", self.name, 6), ("cut_off", self.name, 7)]
        )
        self._sql(
            "UPDATE returns_order SET event_count = 5, event_head = 'x' WHERE id = %s",
            self.order.id,
        )
        self.assertEqual(self._findings(), [("changed", self.name, 5)])
        self._sql(
            "UPDATE returns_order SET event_count = 2000000000 WHERE id = %s",
            self.order.id,
        )
        self.assertIn(("cut_off", self.name, 6), self._findings())

    def test_an_event_moved_to_another_return_is_found_in_both(self):
        self._sql(
            "UPDATE returns_event SET order_id = %s, number = 6 WHERE id = %s",
            self.other.id,
            self._event(2).id,
        )
        self.assertEqual(
            sorted(self._findings()),
            sorted([("removed", self.name, 2), ("inserted", self.other.name, 6)]),
        )

    def test_one_return_is_checked_alone(self):
        self._sql(
            "UPDATE returns_event SET what = 'closed' WHERE id = %s", self._event(2).id
        )
        self.assertEqual(self._findings(self.other), [])
        self.assertEqual(self._findings(self.order), [("changed", self.name, 2)])


@tagged("post_install", "-at_install")
class TestAuditSeals(AuditCommon):
    def setUp(self):
        super().setUp()
        self.Seal = self.env["returns.event.seal"]
        self.order = self._bare()
        self._log({"order": self.order, "what": "requested"})

    def test_a_seal_holds_heads_and_counts_and_names_the_one_before(self):
        first = self.Seal._seal()
        self.assertEqual(first.heads[str(self.order.id)], [1, self.order.event_head])
        other = self._bare()
        self._log({"order": other, "what": "requested"})
        second = self.Seal._seal()
        self.assertEqual(second.previous_hash, first.hash)
        self.assertEqual(second.heads[str(other.id)], [1, other.event_head])
        self.assertEqual(self.Seal._check_seals(), [])

    def test_a_changed_or_removed_seal_is_found(self):
        seals = self.Seal
        for _day in range(3):
            self._log({"order": self.order, "what": "received"})
            seals |= self.Seal._seal()
        with self.env.cr.savepoint() as savepoint:
            self._sql("DELETE FROM returns_event_seal WHERE id = %s", seals[1].id)
            self.assertEqual(
                [(f["kind"], f["number"]) for f in self.Seal._check_seals()],
                [("removed", seals[2].id)],
            )
            savepoint.rollback()
            self.env.invalidate_all()
        self._sql(
            "UPDATE returns_event_seal SET heads = '{}' WHERE id = %s", seals[1].id
        )
        self.assertEqual(
            [(f["kind"], f["number"]) for f in self.Seal._check_seals()],
            [("changed", seals[1].id)],
        )

    def test_seals_are_append_only(self):
        seal = self.Seal._seal()
        with self.assertRaisesRegex(UserError, r"^\[APPEND_ONLY\]"):
            seal.sudo().write({"heads": {}})
        with self.assertRaisesRegex(UserError, r"^\[APPEND_ONLY\]"):
            seal.sudo().unlink()
        with self.assertRaisesRegex(UserError, r"^\[APPEND_ONLY\]"):
            self.Seal.sudo().create({"hash": "x"})

    def test_an_auditor_checks_the_trail_and_reads_what_was_found(self):
        Seal = self.Seal.with_user(self.users["auditor"])
        check = self.env["returns.event.check"].browse(Seal.action_check()["res_id"])
        self.assertTrue(check.whole)
        self._sql(
            "UPDATE returns_event SET what = 'closed' WHERE order_id = %s",
            self.order.id,
        )
        action = Seal.action_check()
        check = self.env[action["res_model"]].browse(action["res_id"])
        self.assertFalse(check.whole)
        self.assertIn(f"{self.order.name}, event 1: changed", check.result)
        self.assertEqual(
            check.with_user(self.users["auditor"]).read(["result"])[0]["result"],
            check.result,
        )

    def test_an_agent_does_not_check_the_trail(self):
        for role in ("agent", "inspector", "finance", "planner", "integration"):
            with (
                self.subTest(role=role),
                self.assertRaisesRegex(AccessError, r"^\[ACCESS_DENIED\]"),
            ):
                self.Seal.with_user(self.users[role]).action_check()

    def test_the_nightly_check_tells_auditors_when_the_trail_is_broken(self):
        self._sql(
            "UPDATE returns_event SET what = 'closed' WHERE order_id = %s",
            self.order.id,
        )
        logger = "odoo.addons.returns_governance.models.governance.returns_event_check"
        with mute_logger(logger), self.enter_registry_test_mode():
            cron = self.env.ref("returns_governance.ir_cron_check_events")
            cron.method_direct_trigger()
        message = self.env["mail.message"].search(
            [("subject", "=", "The audit trail of returns is not whole")]
        )
        self.assertIn(self.users["auditor"].partner_id, message.notified_partner_ids)
        self.assertIn(self.order.name, message.body)


@tagged("post_install", "-at_install")
class TestAuditPersonalData(AuditCommon):
    def setUp(self):
        super().setUp()
        self.order = self._bare()
        self._story(self.order)

    def test_erasing_a_persons_words_keeps_the_chain_whole(self):
        event = self.order.event_ids[2]
        self.assertEqual(event.why, "Mrs Schmidt called")
        self.env["returns.event"]._erase_personal(self.order)
        self.assertFalse(event.why)
        self.assertFalse(event.salt)
        self.assertTrue(event.why_digest)
        erased = self.order.event_ids[-1]
        self.assertEqual((erased.what, erased.data), ("erased", {"numbers": [3]}))
        self.assertEqual(self._findings(self.order), [])

    def test_erasing_by_stealth_is_found(self):
        self._sql(
            "UPDATE returns_event SET why = NULL, salt = NULL WHERE order_id = %s",
            self.order.id,
        )
        self.assertEqual(self._findings(self.order), [("changed", self.order.name, 3)])

    def test_words_put_beside_an_event_later_are_found(self):
        self._sql(
            "UPDATE returns_event SET why = 'never said' WHERE id = %s",
            self.order.event_ids[0].id,
        )
        self.assertEqual(self._findings(self.order), [("changed", self.order.name, 1)])

    def test_erasing_again_finds_nothing_to_erase(self):
        self.env["returns.event"]._erase_personal(self.order)
        count = self.order.event_count
        self.env["returns.event"]._erase_personal(self.order)
        self.assertEqual(self.order.event_count, count)
