"""Another policy on past returns: who wins, who loses, and that nothing is written."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models.policy import returns_policy_replay
from .common import ReturnsCommon

# Tables that a replay writes: its own.
OWN = ("returns_policy_replay", "returns_policy_replay_line")


class ReplayCommon(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["returns.policy"].create({"code": "new", "name": "New"})
        cls.Replay = cls.env["returns.policy.replay"].with_user(cls.users["planner"])

    def _draft(self, *rules):
        return self.env["returns.policy.version"].create(
            {
                "policy_id": self.policy.id,
                "rule_ids": [Command.create(rule) for rule in rules],
            }
        )

    def _start(self, *rules, **values):
        replay = self.Replay.create({"version_id": self._draft(*rules).id, **values})
        replay.action_start()
        return replay

    def _replay(self, *rules, **values):
        """A replay that has run to its end."""
        replay = self._start(*rules, **values)
        self._work(replay)
        return replay

    def _work(self, replay):
        while replay.state == "running":
            replay.sudo()._work()
            self.env.invalidate_all()

    def _line(self, replay, order):
        return replay.line_ids.filtered(lambda line: line.order_id == order)

    def _everything(self):
        """{table: rows}, {sequence: last value} of the whole database."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        rows = {}
        for (table,) in self.env.cr.fetchall():
            if not table.startswith(OWN):
                self.env.cr.execute(f'SELECT COUNT(*) FROM "{table}"')
                rows[table] = self.env.cr.fetchone()[0]
        self.env.cr.execute(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = 'public' ORDER BY 1"
        )
        return rows, {
            name: last for name, last in self.env.cr.fetchall()
            if not name.startswith(OWN)
        }  # fmt: skip


@tagged("post_install", "-at_install")
class TestPolicyReplay(ReplayCommon):
    def test_who_wins_who_loses_and_how_much(self):
        kept, lost = (
            self._create_return(),
            self._create_return(self._sell([(self.belt, 2.0)]), until="inspected"),
        )
        replay = self._replay(
            {"code": "all"},
            {
                "code": "no-belts",
                "product_ids": [Command.link(self.belt.id)],
                "eligible": "no",
            },
        )
        self.assertEqual(replay.state, "done")
        line = self._line(replay, kept)
        self.assertEqual(
            (line.effect, line.answer_old, line.answer_new, line.difference),
            ("same", "accepted", "accepted", 0.0),
        )
        self.assertEqual(line.refund_old, kept.amount_due)
        line = self._line(replay, lost)
        self.assertEqual(
            (line.effect, line.answer_old, line.answer_new),
            ("worse", "accepted", "refused"),
        )
        self.assertEqual(line.refund_old, lost.amount_due)
        self.assertEqual((line.refund_new, line.difference), (0.0, -lost.amount_due))
        self.assertIn(lost.decision_ids[0].sentence, line.sentence_old)
        self.assertIn("refused: excluded", line.sentence_new)
        self.assertEqual((replay.refused_count, replay.worse_count), (1, 1))
        self.assertIn("71.98", replay.money)

    def test_a_refused_return_would_be_let_in(self):
        old = self._sell()
        old.picking_ids.move_ids.date -= timedelta(days=200)
        old.picking_ids.date_done -= timedelta(days=200)
        back = self._create_return(old)
        self.assertEqual(back.case_state, "rejected")
        replay = self._replay({"code": "all", "window": "unlimited"})
        line = self._line(replay, back)
        self.assertEqual(
            (line.effect, line.answer_old, line.answer_new),
            ("better", "refused", "accepted"),
        )
        self.assertEqual((line.refund_old, line.refund_new), (0.0, 180.0))
        self.assertEqual(replay.accepted_count, 1)

    def test_facts_are_those_of_the_decision_and_not_of_today(self):
        back = self._create_return()
        other = self.env["product.category"].create({"name": "Other"})
        self.shirt.categ_id = other
        rule = {"code": "other", "category_ids": [Command.link(other.id)]}
        replay = self._replay({"code": "all"}, {**rule, "eligible": "no"})
        self.assertEqual(self._line(replay, back).answer_new, "accepted")

    def test_refunds_earlier_and_later_are_told_in_days(self):
        back = self._create_return(until="inspected")
        now = fields.Datetime.now()
        self.env.cr.execute(
            "UPDATE returns_inspection SET occurred_at = %s WHERE order_id = %s",
            [now, back.id],
        )
        self.env.cr.execute(
            "UPDATE returns_receipt SET occurred_at = %s WHERE order_id = %s",
            [now - timedelta(days=3), back.id],
        )
        self.env.invalidate_all()
        line = self._line(self._replay({"code": "all", "release": "receipt"}), back)
        self.assertEqual((line.effect, line.timing), ("better", "earlier"))
        self.assertAlmostEqual(line.days, -3.0, places=1)
        line = self._line(self._replay({"code": "all", "release": "manual"}), back)
        self.assertEqual(line.timing, "unknown")

    def test_approvals_more_and_fewer_are_counted(self):
        small = self._create_return()
        large = self._create_return(self._sell([(self.shirt, 20.0)]))
        self.assertEqual(large.case_state, "to_approve")
        replay = self._replay({"code": "all", "approval": "above", "approval_above": 1})
        self.assertEqual(replay.more_approvals, 1)
        self.assertTrue(self._line(replay, small).approval_new)
        replay = self._replay({"code": "all", "approval": "never"})
        self.assertEqual(replay.fewer_approvals, 1)
        self.assertFalse(self._line(replay, large).approval_new)

    def test_the_next_return_of_a_line_gets_what_the_first_left_over(self):
        order = self._sell([(self.belt, 3.0)])
        line = order.order_line
        first = self._create_return(order, [(line, 1.0)], until="inspected")
        second = self._create_return(order, [(line, 2.0)], until="inspected")
        replay = self._replay({"code": "all"})
        for back in first | second:
            found = self._line(replay, back)
            self.assertEqual(found.refund_old, back.amount_due)
            self.assertEqual(found.refund_new, back.amount_due)

    def test_period_channel_country_and_category_choose_the_returns(self):
        back = self._create_return()
        b2b = self.env.ref("returns_governance.channel_b2b")
        today = fields.Date.today()
        clothes = self.env["product.category"].create({"name": "Clothes"})
        self.shirt.categ_id = self.env["product.category"].create(
            {"name": "Shirts", "parent_id": clothes.id}
        )
        for values, found in (
            ({}, 1),
            ({"date_from": today, "date_to": today}, 1),
            ({"date_from": today + timedelta(days=1)}, 0),
            ({"date_to": today - timedelta(days=1)}, 0),
            ({"channel_ids": [Command.link(self.web.id)]}, 1),
            ({"channel_ids": [Command.link(b2b.id)]}, 0),
            ({"country_ids": [Command.link(self.env.ref("base.de").id)]}, 1),
            ({"country_ids": [Command.link(self.env.ref("base.fr").id)]}, 0),
            ({"category_ids": [Command.link(clothes.id)]}, 1),
        ):
            with self.subTest(values=values):
                replay = self._replay({"code": "all"}, **values)
                self.assertEqual(len(self._line(replay, back)), found)

    def test_nothing_but_the_replays_own_tables_is_written(self):
        self._create_return(until="inspected")
        self._create_return(self._sell([(self.shirt, 20.0)]))
        replay = self._start(
            {"code": "all", "window": "days", "window_days": 5, "release": "receipt"},
            {"code": "belts", "product_ids": [Command.link(self.belt.id)]},
        )
        self.env["ir.cron.trigger"].search([]).unlink()
        before = self._everything()
        self._work(replay)
        self.assertEqual(self._everything(), before)
        self.assertEqual(len(replay.line_ids), replay.total)
        self.assertGreaterEqual(replay.total, 2)

    def test_it_runs_slice_by_slice_in_the_background_and_can_be_stopped(self):
        for _number in range(3):
            self._create_return()
        replay = self._start({"code": "all"})
        with patch.object(returns_policy_replay, "SLICE", 1):
            replay.sudo()._work()
            self.env.invalidate_all()
            self.assertEqual((replay.state, replay.done_count), ("running", 1))
            self.assertLess(replay.progress, 100.0)
            replay.action_stop()
            with self.enter_registry_test_mode():
                cron = self.env.ref("returns_governance.ir_cron_replay")
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual((replay.state, replay.done_count), ("stopped", 1))
            replay.action_start()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((replay.state, replay.progress), ("done", 100.0))
        self.assertEqual(replay.done_count, replay.total)

    def test_a_draft_that_is_changed_meanwhile_breaks_the_replay_off(self):
        self._create_return()
        replay = self._start({"code": "all"})
        replay.version_id.rule_ids.write({"window": "days", "window_days": 3})
        self._work(replay)
        self.assertEqual(replay.state, "failed")
        self.assertIn("changed meanwhile", replay.message)

    def test_only_who_writes_policies_replays_them(self):
        version = self._draft({"code": "all"})
        for role in ("agent", "inspector", "finance", "auditor", "integration"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.Replay.with_user(self.users[role]).create(
                    {"version_id": version.id}
                )
        replay = self._replay({"code": "all"})
        self.assertEqual(
            replay.with_user(self.users["auditor"]).line_ids, replay.line_ids
        )

    def test_results_are_not_typed(self):
        self._create_return()
        replay = self._replay({"code": "all"})
        with self.assertRaisesRegex(UserError, r"^\[GUARDED_FIELD\]"):
            replay.state = "draft"
        with self.assertRaisesRegex(UserError, r"^\[GUARDED_FIELD\]"):
            replay.line_ids.write({"effect": "better"})
        with self.assertRaises(AccessError):
            replay.line_ids.unlink()

    def test_a_planner_bound_to_a_channel_replays_that_channel_only(self):
        back = self._create_return()
        self.users["planner"].returns_channel_ids = self.env.ref(
            "returns_governance.channel_b2b"
        )
        self.assertNotIn(back, self._replay({"code": "all"}).sudo().line_ids.order_id)

    def test_a_version_without_rules_is_refused(self):
        with self.assertRaisesRegex(UserError, r"^\[BAD_REQUEST\]"):
            self._start()


@tagged("post_install", "-at_install")
class TestReplayTour(ReplayCommon, HttpCase):
    def test_a_manager_replays_a_draft_and_reads_what_would_be(self):
        self._create_return(self._sell([(self.belt, 2.0)]), until="inspected")
        version = self._draft({"code": "all", "eligible": "no"})
        self.start_tour(
            f"/odoo/return-policy-versions/{version.id}",
            "returns_tour_replay",
            login="test_manager",
        )
        replay = self.env["returns.policy.replay"].search([], limit=1)
        self.assertEqual((replay.version_id, replay.state), (version, "stopped"))
