from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger


class PolicyCommon(TransactionCase):
    """Users who make policies, and a factory of versions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("manager")
        cls.planner = cls._user("planner")
        cls.agent = cls._user("agent")
        cls.standard = cls.env.ref("returns_governance.policy_standard_v1")
        # Channels of its own, so that no policy of the database is narrower.
        cls.web, cls.store = cls.env["returns.channel"].create(
            [{"code": "test_web", "name": "Web"}, {"code": "test_store", "name": "S"}]
        )
        cls.policy = cls.env["returns.policy"].create({"code": "test", "name": "Test"})

    @classmethod
    def _user(cls, role):
        return new_test_user(
            cls.env,
            login=f"policy_{role}",
            groups=f"base.group_user,returns_governance.group_{role}",
        )

    def _draft(self, *rules, policy=None, **values):
        """A draft with these rules (dicts), or one for everything."""
        rules = rules or ({"code": "all", "window": "days", "window_days": 10},)
        return self.env["returns.policy.version"].create(
            {
                "policy_id": (policy or self.policy).id,
                "rule_ids": [Command.create(rule) for rule in rules],
                **values,
            }
        )

    def _publish(self, *rules, **values):
        version = self._draft(*rules, **values)
        version.with_user(self.manager).action_publish()
        return version


@tagged("post_install", "-at_install")
class TestPolicyVersions(PolicyCommon):
    """Draft, published, retired; and nothing published ever changes."""

    # --- publishing -------------------------------------------------------------------
    def test_publishing_gives_number_date_publisher_and_fingerprint(self):
        version = self._publish()
        self.assertEqual((version.state, version.number), ("published", 1))
        self.assertEqual(version.published_by, self.manager)
        self.assertLessEqual(version.date_from, fields.Datetime.now())
        self.assertEqual(len(version.content_digest), 64)
        self.assertEqual(self._publish().number, 2)

    def test_only_a_manager_publishes_and_retires(self):
        version = self._draft()
        for user in (self.planner, self.agent):
            with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
                version.with_user(user).action_publish()
        self.assertEqual(version.state, "draft")
        version.with_user(self.manager).action_publish()
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            version.with_user(self.planner).action_retire()
        version.with_user(self.manager).action_retire()
        self.assertEqual(version.state, "retired")

    def test_a_version_without_rules_is_not_published(self):
        version = self.env["returns.policy.version"].create(
            {"policy_id": self.policy.id}
        )
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*no rules"):
            version.with_user(self.manager).action_publish()

    def test_a_version_is_published_once(self):
        version = self._publish()
        with self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"):
            version.with_user(self.manager).action_publish()

    def test_a_version_does_not_begin_in_the_past_nor_before_the_last(self):
        now = fields.Datetime.now()
        past = self._draft(date_from=now - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*past"):
            past.with_user(self.manager).action_publish()
        self._publish(date_from=now + timedelta(days=9))
        early = self._draft(date_from=now + timedelta(days=8))
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*before"):
            early.with_user(self.manager).action_publish()

    def test_a_new_version_is_a_draft_with_the_same_rules(self):
        version = self._publish(
            {
                "code": "web",
                "channel_ids": [Command.set(self.web.ids)],
                "disposition_ids": [
                    Command.create(
                        {
                            "condition_id": self.env.ref(
                                "returns_governance.condition_a"
                            ).id,
                            "disposition_id": self.env.ref(
                                "returns_governance.disposition_donate"
                            ).id,
                        }
                    )
                ],
            }
        )
        action = version.with_user(self.planner).action_new_version()
        draft = self.env["returns.policy.version"].browse(action["res_id"])
        self.assertEqual((draft.state, draft.number), ("draft", 0))
        self.assertFalse(draft.content_digest or draft.published_at)
        self.assertEqual(
            [rule._content() for rule in draft.rule_ids],
            [rule._content() for rule in version.rule_ids],
        )

    # --- nothing published changes ----------------------------------------------------
    def _assert_immutable(self, what, call):
        """Every user, the superuser too, is refused, with the version's name."""
        with (
            self.subTest(what),
            self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE.*Test, version 1"),
            self.env.cr.savepoint(),
        ):
            call()
            self.env.flush_all()

    def test_a_published_version_is_immutable_on_every_path(self):
        version = self._publish().with_user(self.manager)
        rule, draft = version.rule_ids, self._draft().with_user(self.manager)
        other = draft.rule_ids
        Version, Rule = version.browse(), rule.browse()
        create = {"version_id": version.id, "code": "more"}
        for what, call in {
            "write": lambda: rule.write({"window_days": 99}),
            "superuser": lambda: rule.sudo().write({"window_days": 99}),
            "a flag in the context": lambda: rule.with_context(returns_pass=True).write(
                {"window_days": 99}
            ),
            "many to many": lambda: rule.write(
                {"channel_ids": [Command.link(self.web.id)]}
            ),
            "add a rule": lambda: Rule.create(create),
            "add by default": lambda: Rule.with_context(
                default_version_id=version.id
            ).create({"code": "more"}),
            "delete a rule": rule.unlink,
            "copy a rule": rule.copy,
            "move a rule in": lambda: other.write({"version_id": version.id}),
            "move a rule out": lambda: rule.write({"version_id": draft.id}),
            "command: create": lambda: version.write(
                {"rule_ids": [Command.create({"code": "more"})]}
            ),
            "command: update": lambda: version.write(
                {"rule_ids": [Command.update(rule.id, {"window_days": 99})]}
            ),
            "command: delete": lambda: version.write(
                {"rule_ids": [Command.delete(rule.id)]}
            ),
            "command: clear": lambda: version.write({"rule_ids": [Command.clear()]}),
            "command: link": lambda: version.write(
                {"rule_ids": [Command.link(other.id)]}
            ),
            "by the policy": lambda: version.policy_id.write(
                {"version_ids": [Command.update(version.id, {"note": "other"})]}
            ),
            "note": lambda: version.write({"note": "other"}),
            "date": lambda: version.write({"date_from": fields.Datetime.now()}),
            "policy": lambda: version.write({"policy_id": self.standard.policy_id.id}),
            "delete": version.unlink,
            "delete the policy": version.policy_id.unlink,
            "disposition": lambda: self.env["returns.policy.rule.disposition"].create(
                {
                    "rule_id": rule.id,
                    "condition_id": self.env.ref("returns_governance.condition_a").id,
                    "disposition_id": self.env.ref(
                        "returns_governance.disposition_donate"
                    ).id,
                }
            ),
            "saved by a form": lambda: rule.web_save({"window_days": 99}, {}),
        }.items():
            self._assert_immutable(what, call)
        self.assertFalse(Version)

    def test_rows_of_a_published_rule_are_immutable(self):
        donate = self.env.ref("returns_governance.disposition_donate")
        row = self.standard.rule_ids.disposition_ids[:1]
        for what, call in {
            "write": lambda: row.write({"disposition_id": donate.id}),
            "delete": row.unlink,
        }.items():
            with (
                self.subTest(what),
                self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"),
                self.env.cr.savepoint(),
            ):
                call()

    def test_an_import_cannot_change_a_published_rule(self):
        version = self._publish()
        rule = version.rule_ids.with_user(self.manager)
        result = rule.load([".id", "window_days"], [[str(rule.id), "99"]])
        self.assertIn("POLICY_IMMUTABLE", result["messages"][0]["message"])
        self.assertEqual(rule.window_days, 10)

    def test_state_and_number_cannot_be_typed(self):
        draft = self._draft().with_user(self.manager)
        for values in ({"state": "published"}, {"number": 7}, {"content_digest": "x"}):
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                draft.write(values)
        version = draft.with_context(default_state="published").create(
            {"policy_id": self.policy.id}
        )
        self.assertEqual(version.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_what_a_rule_names_cannot_be_deleted_under_it(self):
        """A relation that loses its last record would ask for nothing any more."""
        country = self.env["res.country"].create({"name": "Testland", "code": "XT"})
        self._publish({"code": "xt", "country_ids": [Command.set(country.ids)]})
        with self.assertRaises(IntegrityError) as caught, self.env.cr.savepoint():
            country.unlink()
        self.assertIn("returns_rule_country_rel", str(caught.exception))
        self.assertTrue(country.exists())

    def test_an_archived_record_does_not_widen_its_rules_nor_its_policy(self):
        self.policy.channel_ids = self.store
        rule = {"code": "web", "channel_ids": [Command.set(self.web.ids)]}
        version = self._publish(rule)
        (self.web | self.store).active = False
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        asked = version._rulebook().rules[0].conditions
        self.assertEqual(asked[0].values, ("test_web",))
        self.assertFalse(version._changed_behind_our_back())
        self.assertEqual(self._for(self.web), self.standard)
        self.assertEqual(self._for(self.store), version)

    def test_who_is_bound_to_a_channel_does_not_widen_rules_for_another(self):
        """A list is cached as its first reader may see it; the rules read it anew."""
        self.policy.channel_ids = self.web
        rule = {"code": "web", "channel_ids": [Command.set(self.web.ids)]}
        version = self._publish(rule)
        self.agent.returns_channel_ids = self.store
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        for record in (version.rule_ids, self.policy):
            self.assertFalse(record.with_user(self.agent).channel_ids)
        asked = version.with_user(self.agent)._rulebook().rules[0].conditions
        self.assertEqual(asked[0].values, ("test_web",))
        self.assertFalse(version._changed_behind_our_back())
        Policy = self.env["returns.policy"].with_user(self.agent)
        company = self.env.company
        self.assertEqual(Policy._for_return(company, self.store), self.standard)
        self.assertEqual(Policy._for_return(company, self.web), version)

    def test_a_change_by_sql_is_found(self):
        version = self._publish()
        self.assertFalse(version._changed_behind_our_back())
        self.env.cr.execute(
            "UPDATE returns_policy_rule SET window_days = 99 WHERE id = %s",
            [version.rule_ids.id],
        )
        self.env.invalidate_all()
        self.assertEqual(version._changed_behind_our_back(), version)

    # --- which one decides ------------------------------------------------------------
    def _for(self, channel, company=None):
        return self.env["returns.policy"]._for_return(
            company or self.env.company, channel
        )

    def test_the_narrowest_policy_decides(self):
        store = self.store
        other = self.env["res.company"].create({"name": "Other"})
        Policy = self.env["returns.policy"]
        versions = {}
        for code, channels, company in (
            ("company", False, self.env.company),
            ("channel", self.web, False),
            ("both", self.web, self.env.company),
        ):
            policy = Policy.create(
                {
                    "code": code,
                    "name": code,
                    "company_id": company and company.id,
                    "channel_ids": [Command.set(channels.ids)] if channels else [],
                }
            )
            versions[code] = self._publish(policy=policy)
        self.assertEqual(self._for(self.web), versions["both"])
        self.assertEqual(self._for(store), versions["company"])
        self.assertEqual(self._for(self.web, other), versions["channel"])
        self.assertEqual(self._for(store, other), self.standard)

    def test_a_draft_a_retired_and_a_future_version_decide_nothing(self):
        self.policy.channel_ids = self.web
        self._draft()
        self.assertEqual(self._for(self.web), self.standard)
        first = self._publish()
        self.assertEqual(self._for(self.web), first)
        self.assertTrue(first.in_force)
        self._publish(date_from=fields.Datetime.now() + timedelta(days=2))
        self.assertEqual(self._for(self.web), first)
        first.with_user(self.manager).action_retire()
        self.assertEqual(self._for(self.web), self.standard)

    # --- the compiled rules -----------------------------------------------------------
    def test_published_rules_are_compiled_once_and_drafts_each_time(self):
        version = self._draft()
        self.assertIsNot(version._rulebook(), version._rulebook())
        version.with_user(self.manager).action_publish()
        self.assertIs(version._rulebook(), version._rulebook())

    def test_a_renamed_code_reaches_the_compiled_rules(self):
        version = self._publish(
            {"code": "web", "channel_ids": [Command.set(self.web.ids)]}
        )
        self.assertEqual(
            version._rulebook().rules[0].conditions[0].values, (self.web.code,)
        )
        self.web.code = "shop"
        self.assertEqual(version._rulebook().rules[0].conditions[0].values, ("shop",))
        self.assertFalse(version._changed_behind_our_back())
