"""The audit trail and its feed under writers with connections of their own."""

import uuid
from contextlib import ExitStack

from psycopg2 import errors

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestAuditConcurrency(TransactionCase):
    """Commits for real, and takes away what it wrote."""

    def setUp(self):
        super().setUp()
        stack = ExitStack()
        self.addCleanup(stack.close)
        connection = db_connect(self.env.cr.dbname)
        self.one, self.two, self.reader = (
            api.Environment(stack.enter_context(connection.cursor()), SUPERUSER_ID, {})
            for _number in range(3)
        )
        self.ids = self._orders(2).ids
        self.one.cr.commit()
        self.addCleanup(self._clean)

    def _orders(self, count):
        warehouse = self.one["stock.warehouse"].search([], limit=1)
        channel = self.one.ref("returns_governance.channel_web")
        return (
            self.one["returns.order"]
            .with_context(tracking_disable=True, mail_create_nolog=True)
            ._machine_create(
                [
                    {
                        "name": f"RET/{uuid.uuid4()}",
                        "company_id": warehouse.company_id.id,
                        "channel_id": channel.id,
                        "partner_id": warehouse.company_id.partner_id.id,
                        "warehouse_id": warehouse.id,
                    }
                    for _number in range(count)
                ]
            )
        )

    def _clean(self):
        for env in (self.two, self.reader):
            env.cr.rollback()
        cr = self.one.cr
        cr.rollback()
        cr.execute("DELETE FROM returns_event WHERE order_id = ANY(%s)", [self.ids])
        cr.execute("DELETE FROM returns_order WHERE id = ANY(%s)", [self.ids])
        # pylint: disable-next=invalid-commit  # a connection of the test's own
        cr.commit()

    def _log(self, env, order_id, what="received"):
        order = env["returns.order"].browse(order_id)
        return env["returns.event"]._log([{"order": order, "what": what}])

    def _commit(self, env):
        env.cr.commit()
        env.invalidate_all()

    def _feed(self, after=(0, 0)):
        self.reader.cr.rollback()  # a new snapshot
        self.reader.invalidate_all()
        return self.reader["returns.event"]._read_feed(
            *after, 100, [("order_id", "in", self.ids)]
        )

    def test_two_writers_on_one_return_do_not_fork_its_chain(self):
        self.two.cr.execute("SELECT 1")  # its snapshot begins before the other commits
        self._log(self.one, self.ids[0], "requested")
        self._commit(self.one)
        with self.assertRaises(errors.SerializationFailure):
            self._log(self.two, self.ids[0], "authorised")
        self.two.cr.rollback()
        self.two.invalidate_all()
        again = self._log(self.two, self.ids[0], "authorised")
        self._commit(self.two)
        self.assertEqual(again.number, 2)
        self.reader.cr.rollback()
        order = self.reader["returns.order"].browse(self.ids[0])
        self.assertEqual(order.event_ids.mapped("what"), ["requested", "authorised"])
        self.assertFalse(self.reader["returns.event"]._check_chain(order))

    def test_the_feed_waits_for_the_older_transaction_and_loses_nothing(self):
        slow = self._log(self.one, self.ids[0])
        fast = self._log(self.two, self.ids[1])
        self._commit(self.two)
        self.assertEqual(self._feed(), [], "an older transaction may still commit")
        self._commit(self.one)
        feed = self._feed()
        self.assertEqual([row["id"] for row in feed], [slow.id, fast.id])
        self.assertLess(feed[0]["xid"], feed[1]["xid"])
        first = (feed[0]["xid"], feed[0]["id"])
        self.assertEqual([row["id"] for row in self._feed(first)], [fast.id])

    def test_an_event_with_a_lower_id_that_commits_later_is_not_lost(self):
        """By id alone a poller that has read the second would never see the first."""
        self.two.cr.execute("SELECT pg_current_xact_id()")  # the older transaction
        newer = self._log(self.one, self.ids[0])
        self._commit(self.one)
        self.assertEqual(self._feed(), [])
        older = self._log(self.two, self.ids[1])
        self._commit(self.two)
        self.assertGreater(older.id, newer.id)
        self.assertEqual([row["id"] for row in self._feed()], [older.id, newer.id])

    def test_a_transaction_that_is_rolled_back_leaves_nothing(self):
        self._log(self.one, self.ids[0])
        self.one.cr.rollback()
        self.one.invalidate_all()
        kept = self._log(self.one, self.ids[0])
        self._commit(self.one)
        self.assertEqual(kept.number, 1)
        self.assertEqual([row["id"] for row in self._feed()], [kept.id])
        order = self.one["returns.order"].browse(self.ids[0])
        self.assertFalse(self.one["returns.event"]._check_chain(order))
