from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .test_policy_versions import PolicyCommon


class AuthoringCommon(PolicyCommon):
    """Two managers, and drafts that one of them wrote."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = new_test_user(
            cls.env,
            login="policy_second",
            groups="base.group_user,returns_governance.group_manager",
        )
        cls.changed_mind = cls.env.ref("returns_governance.reason_changed_mind")
        cls.grade_a = cls.env.ref("returns_governance.condition_a")
        cls.restock = cls.env.ref("returns_governance.disposition_restock")
        cls.donate = cls.env.ref("returns_governance.disposition_donate")

    def _draft_of(self, user, *rules, cases=(), **values):
        """A draft that this user wrote, with test cases."""
        rules = rules or ({"code": "all", "window": "days", "window_days": 10},)
        Version = self.env["returns.policy.version"].with_user(user)
        return Version.create(
            {
                "policy_id": self.policy.id,
                "rule_ids": [Command.create(rule) for rule in rules],
                "test_ids": [Command.create(case) for case in cases],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestPolicyCases(AuthoringCommon):
    """Test cases say what must come out, and publishing listens to them."""

    def _case(self, rules=(), **values):
        version = self._draft(*rules)
        return self.env["returns.policy.test"].create(
            {"version_id": version.id, "name": "A case", **values}
        )

    def test_each_expectation_is_green_and_red_with_what_came(self):
        rule = {
            "code": "all",
            "eligible": "yes",
            "window": "days",
            "window_days": 10,
            "release": "receipt",
            "approval": "above",
            "approval_above": 100,
            "evidence": "images",
            "evidence_images": 2,
            "refund_shipping": "always",
            "route_by_human": "no",
            "fee": "charged",
            "fee_ids": [
                Command.create({"kind": "restocking", "mode": "percent", "amount": 10})
            ],
            "deduction_ids": [
                Command.create({"condition_id": self.grade_a.id, "percent": 20})
            ],
            "label_mode": "qr",
            "returnless": "yes",
            "returnless_limit": 60,
            "disposition_ids": [
                Command.create(
                    {
                        "condition_id": self.grade_a.id,
                        "disposition_id": self.restock.id,
                    }
                )
            ],
        }
        given = {"days": 3, "value": 50, "condition_id": self.grade_a.id}
        for green, red, words in (
            ({"expect": "accepted"}, {"expect": "refused"}, "May come back"),
            ({"expect": "accepted"}, {"expect": "approval"}, "Waits for approval"),
            ({"expect_rule": "all"}, {"expect_rule": "other"}, "came all"),
            (
                {"expect_window": "days", "expect_window_days": 10},
                {"expect_window": "days", "expect_window_days": 14},
                "Window: expected 14 days, came 10 days",
            ),
            (
                {"expect_window": "days", "expect_window_days": 10},
                {"expect_window": "unlimited"},
                "expected no limit",
            ),
            (
                {"expect_release": "receipt"},
                {"expect_release": "request"},
                "On receipt",
            ),
            ({"expect_shipping": "always"}, {"expect_shipping": "never"}, "Always"),
            (
                {"expect_evidence": "images", "expect_images": 2},
                {"expect_evidence": "none"},
                "came 2 photos",
            ),
            ({"expect_route": "no"}, {"expect_route": "yes"}, "The policy"),
            ({"expect_fee": "charged"}, {"expect_fee": "none"}, "came Restocking 10"),
            (
                {
                    "expect_fee": "charged",
                    "expect_fee_kind": "restocking",
                    "expect_fee_amount": 10,
                },
                {
                    "expect_fee": "charged",
                    "expect_fee_kind": "restocking",
                    "expect_fee_amount": 15,
                },
                "expected Restocking 15, came Restocking 10",
            ),
            (
                {"expect_deduction": "percent", "expect_deduction_percent": 20},
                {"expect_deduction": "none"},
                "expected 0 %, came 20 %",
            ),
            ({"expect_label": "qr"}, {"expect_label": "none"}, "A code to show"),
            ({"expect_returnless": "yes"}, {"expect_returnless": "no"}, "came Yes"),
            (
                {"expect_disposition_id": self.restock.id},
                {"expect_disposition_id": self.donate.id},
                "expected Donate, came Restock",
            ),
        ):
            with self.subTest(red=red):
                self.assertEqual(self._case([rule], **given, **green).result, "green")
                case = self._case([rule], **given, **red)
                self.assertEqual(case.result, "red")
                self.assertIn(words, case.result_words)

    def test_every_fact_reaches_the_rules(self):
        """Of each fact: a rule that asks for it is met by the case, else it is not."""
        country = self.env.ref("base.de")
        state = self.env.ref("base.state_us_5")
        above = self.env["product.category"].create({"name": "Above"})
        below = self.env["product.category"].create(
            {"name": "Below", "parent_id": above.id}
        )
        tag = self.env["product.tag"].create({"name": "A tag"})
        product = self.env["product.product"].create(
            {"name": "P", "categ_id": below.id, "product_tag_ids": tag.ids}
        )
        segment = self.env["res.partner.category"].create({"name": "S"})
        node = self.env["stock.warehouse"].search([], limit=1)

        def link(record):
            return [Command.set(record.ids)]

        for rule, given in (
            ({"channel_ids": link(self.web)}, {"channel_id": self.web.id}),
            (
                {"company_ids": link(self.env.company)},
                {"company_id": self.env.company.id},
            ),
            ({"country_ids": link(country)}, {"country_id": country.id}),
            ({"country_state_ids": link(state)}, {"country_state_id": state.id}),
            ({"product_ids": link(product)}, {"product_id": product.id}),
            ({"category_ids": link(above)}, {"category_id": below.id}),
            ({"category_ids": link(above)}, {"product_id": product.id}),
            ({"tag_ids": link(tag)}, {"tag_ids": tag.ids}),
            ({"tag_ids": link(tag)}, {"product_id": product.id}),
            ({"segment_ids": link(segment)}, {"segment_ids": segment.ids}),
            ({"node_ids": link(node)}, {"node_id": node.id}),
            (
                {"reason_ids": link(self.changed_mind)},
                {"reason_id": self.changed_mind.id},
            ),
            (
                {"reason_class": "customer_behaviour"},
                {"reason_id": self.changed_mind.id},
            ),
            ({"resolution": "exchange"}, {"resolution": "exchange"}),
            ({"withdrawal": "yes"}, {"withdrawal": True}),
            ({"on_sale": "yes"}, {"on_sale": "yes"}),
            ({"sealed": "no"}, {"sealed": "no"}),
            ({"stock_age_min": 90}, {"stock_age": 90}),
            ({"value_min": 10}, {"value": 10}),
            ({"order_value_min": 10}, {"order_value": 11}),
            ({"cost_min": 10}, {"cost": 12}),
            ({"days_min": 7}, {"days": 7}),
            ({"order_date_from": "2026-01-02"}, {"order_date": "2026-01-02"}),
            ({"delivery_date_from": "2026-01-02"}, {"delivered_date": "2026-01-03"}),
            (
                {"days_min": 7},
                {"delivered_date": "2026-01-03", "requested_date": "2026-01-10"},
            ),
            ({"condition_ids": link(self.grade_a)}, {"condition_id": self.grade_a.id}),
        ):
            with self.subTest(rule=rule, given=given):
                rules = [{"code": "asks", "release": "manual", **rule}]
                case = self._case(rules, expect_release="manual", **given)
                self.assertEqual(case.result, "green", case.result_words)
                other = self._case(rules, expect_release="manual")
                self.assertEqual(other.result, "red")

    def test_a_case_without_channel_and_company_is_of_its_policy(self):
        self.policy.channel_ids = self.web
        rules = [
            {
                "code": "web",
                "release": "manual",
                "channel_ids": [Command.set(self.web.ids)],
            }
        ]
        self.assertEqual(self._case(rules, expect_release="manual").result, "green")

    def test_the_law_is_applied_as_it_is_to_a_return(self):
        rules = [{"code": "never", "eligible": "no"}]
        germany = self.env.ref("base.de").id
        withdrawn = {"withdrawal": True, "days": 10}
        inside = self._case(rules, expect="accepted", country_id=germany, **withdrawn)
        self.assertEqual(inside.result, "green")
        # nothing protects a customer of the seller's own country, the United States
        outside = self._case(rules, expect="refused", **withdrawn)
        self.assertEqual(outside.result, "green")
        self.assertEqual(self._case(rules, expect="refused", days=10).result, "green")

    def test_who_expects_where_goods_go_says_how_they_are_found(self):
        with self.assertRaisesRegex(ValidationError, "condition they are found"):
            self._case(expect_disposition_id=self.restock.id)

    def test_the_button_says_which_case_fails_and_what_came(self):
        version = self._draft_of(
            self.planner,
            cases=[
                {"name": "On day 10", "days": 10, "expect": "accepted"},
                {"name": "On day 11", "days": 11, "expect": "accepted"},
            ],
        )
        said = version.action_run_tests()["params"]
        self.assertEqual(said["type"], "danger")
        self.assertIn("On day 11", said["message"])
        self.assertNotIn("On day 10", said["message"])
        self.assertIn("the window of 10 days has passed", said["message"])
        version.test_ids[1].expect = "refused"
        said = version.action_run_tests()["params"]
        self.assertEqual((said["type"], version.test_failed_count), ("success", 0))

    def test_a_rule_that_changes_turns_the_case_at_once(self):
        version = self._draft_of(
            self.planner,
            cases=[{"name": "On day 10", "days": 10, "expect": "accepted"}],
        )
        self.assertEqual(version.test_ids.result, "green")
        version.rule_ids.window_days = 9
        version.action_run_tests()
        self.assertEqual(version.test_ids.result, "red")

    def test_publishing_is_refused_while_a_case_fails_and_names_it(self):
        version = self._draft_of(
            self.planner,
            cases=[{"name": "On day 11", "days": 11, "expect": "accepted"}],
        ).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*fails.*\n.*On day 11"):
            version.action_publish()
        with self.assertRaisesRegex(UserError, "On day 11"):
            version.with_user(self.planner).action_propose()
        self.assertEqual(version.state, "draft")
        version.test_ids.with_user(self.planner).expect = "refused"
        version.action_publish()
        self.assertEqual(version.state, "published")

    def test_cases_are_copied_with_a_new_version_and_fixed_with_the_old(self):
        version = self._draft_of(
            self.planner, cases=[{"name": "On day 10", "expect": "accepted"}]
        )
        version.with_user(self.manager).action_publish()
        action = version.action_new_version()
        draft = version.browse(action["res_id"])
        self.assertEqual(draft.test_ids.name, "On day 10")
        draft.test_ids.expect = "refused"
        case = version.test_ids
        for what, call in {
            "write": lambda: case.write({"expect": "refused"}),
            "superuser": lambda: case.sudo().write({"expect": "refused"}),
            "tags": lambda: case.write({"tag_ids": [Command.clear()]}),
            "delete": case.unlink,
            "copy": case.copy,
            "add": lambda: case.create({"version_id": version.id, "name": "More"}),
            "move in": lambda: draft.test_ids.write({"version_id": version.id}),
            "by the version": lambda: version.write(
                {"test_ids": [Command.update(case.id, {"expect": "refused"})]}
            ),
        }.items():
            with (
                self.subTest(what),
                self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"),
                self.env.cr.savepoint(),
            ):
                call()
                self.env.flush_all()
        result = case.load([".id", "expect"], [[str(case.id), "Is refused"]])
        self.assertIn("POLICY_IMMUTABLE", result["messages"][0]["message"])
        self.assertEqual(case.expect, "accepted")

    def test_a_version_without_cases_keeps_the_fingerprint_of_its_rules(self):
        version = self._publish()
        self.assertNotIn("tests", version._content_parts())
        self.assertFalse(version._changed_behind_our_back())

    def test_the_worked_example_of_the_guide(self):
        """docs/policies.md: what its reader types, and what the reader is told."""
        ref = self.env.ref
        defective = ref("returns_governance.reason_defective")
        wrong = ref("returns_governance.reason_wrong_item")
        size = ref("returns_governance.reason_size_fit")
        tag = self.env["product.tag"].create({"name": "Clearance"})
        fault = [Command.set((defective | wrong).ids)]
        draft = self.standard.with_user(self.planner).copy()
        draft.write(
            {
                "rule_ids": [
                    Command.create(rule)
                    for rule in (
                        {
                            "code": "our_fault",
                            "reason_ids": fault,
                            "window": "days",
                            "window_days": 60,
                            "release": "receipt",
                            "refund_shipping": "always",
                        },
                        {
                            "code": "size",
                            "reason_ids": [Command.set(size.ids)],
                            "value_max": 100,
                            "release": "carrier_scan",
                        },
                        {
                            "code": "clearance",
                            "tag_ids": [Command.set(tag.ids)],
                            "eligible": "no",
                        },
                    )
                ],
                "test_ids": [
                    Command.create({"name": str(number), **case})
                    for number, case in enumerate(
                        (
                            {
                                "reason_id": size.id,
                                "value": 80,
                                "days": 10,
                                "expect": "accepted",
                                "expect_release": "carrier_scan",
                                "expect_window": "days",
                                "expect_window_days": 30,
                            },
                            {
                                "reason_id": size.id,
                                "value": 80,
                                "days": 31,
                                "expect": "refused",
                            },
                            {
                                "reason_id": defective.id,
                                "days": 45,
                                "expect": "accepted",
                                "expect_shipping": "always",
                            },
                            {
                                "tag_ids": tag.ids,
                                "reason_id": size.id,
                                "expect": "refused",
                            },
                            {
                                "tag_ids": tag.ids,
                                "reason_id": defective.id,
                                "expect": "accepted",
                            },
                        )
                    )
                ],
            }
        )
        sentences = draft.rule_ids.mapped("sentence")
        for sentence in (
            "Defective or Wrong item: 60 days, refund on receipt, delivery refunded",
            "Tagged Clearance: may not come back",
        ):
            self.assertIn(sentence, sentences)
        failed = draft.test_ids.filtered(lambda case: case.result != "green")
        self.assertEqual(failed.name, "4")
        self.assertEqual(
            failed.result_words,
            "The return: expected May come back, came Is refused (refused by rule "
            "clearance: excluded from return)",
        )
        draft.rule_ids.create(
            {
                "version_id": draft.id,
                "code": "clearance_fault",
                "tag_ids": [Command.set(tag.ids)],
                "reason_ids": fault,
                "eligible": "yes",
            }
        )
        self.assertEqual(draft.action_run_tests()["params"]["type"], "success")


@tagged("post_install", "-at_install")
class TestPolicyFourEyes(AuthoringCommon):
    """Who wrote a version does not publish it alone."""

    def test_who_wrote_it_cannot_publish_it_and_another_manager_can(self):
        version = self._draft_of(self.manager)
        self.assertEqual(version.author_ids, self.manager)
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED.*another manager"):
            version.with_user(self.manager).action_publish()
        version.with_user(self.second).action_publish()
        self.assertEqual(version.published_by, self.second)

    def test_every_kind_of_edit_makes_an_author(self):
        case = {"name": "A case", "expect": "accepted"}
        rows = {"condition_id": self.grade_a.id, "disposition_id": self.donate.id}
        for what, edit in {
            "the note": lambda v: v.write({"note": "New"}),
            "a rule": lambda v: v.rule_ids.write({"window_days": 9}),
            "a new rule": lambda v: v.rule_ids.create(
                {"version_id": v.id, "code": "more", "release": "manual"}
            ),
            "a rule removed": lambda v: v.rule_ids.filtered(
                lambda r: r.code == "two"
            ).unlink(),
            "a disposition": lambda v: v.env["returns.policy.rule.disposition"].create(
                {"rule_id": v.rule_ids[0].id, **rows}
            ),
            "a case": lambda v: v.write({"test_ids": [Command.create(case)]}),
            "with the rights of the server": lambda v: v.sudo().write({"note": "X"}),
        }.items():
            with self.subTest(what):
                version = self._draft(
                    {"code": "all", "window": "days", "window_days": 10},
                    {"code": "two", "release": "manual"},
                )
                self.assertFalse(version.author_ids)
                edit(version.with_user(self.manager))
                self.assertEqual(version.author_ids, self.manager)
                with self.assertRaisesRegex(AccessError, "another manager"):
                    version.with_user(self.manager).action_publish()

    def test_the_refusal_names_who_can_publish(self):
        version = self._draft_of(self.manager)
        with self.assertRaisesRegex(AccessError, "publish it: .*policy_second"):
            version.with_user(self.manager).action_publish()

    def test_nobody_types_an_author_away(self):
        version = self._draft_of(self.manager)
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            version.with_user(self.manager).write({"author_ids": [Command.clear()]})
        copied = version.with_user(self.manager).copy()
        self.assertEqual(copied.author_ids, self.manager)

    def test_a_company_with_one_manager_switches_it_off_and_leaves_a_trace(self):
        version = self._draft_of(self.manager)
        self.env["res.company"].search([]).returns_policy_four_eyes = False
        said = self.policy.message_ids.mapped("body")
        self.assertTrue(any("without four eyes" in body for body in said), said)
        version.with_user(self.manager).action_publish()
        self.assertEqual(version.published_by, self.manager)

    def test_of_a_policy_for_all_any_company_can_ask(self):
        self.env["res.company"].search([]).returns_policy_four_eyes = False
        other = self.env["res.company"].create({"name": "Other"})
        self.assertTrue(other.returns_policy_four_eyes)
        version = self._draft_of(self.manager)
        with self.assertRaisesRegex(AccessError, "another manager"):
            version.with_user(self.manager).action_publish()
        self.policy.company_id = self.env.company
        version.with_user(self.manager).action_publish()
        self.assertEqual(version.state, "published")

    def test_a_planner_proposes_and_the_managers_are_asked(self):
        version = self._draft_of(self.planner)
        version.action_propose()
        self.assertEqual(version.proposed_by, self.planner)
        asked = version.activity_ids.user_id
        self.assertIn(self.manager, asked)
        self.assertNotIn(self.planner, asked)
        version.with_user(self.manager).action_publish()
        self.assertFalse(version.activity_ids)
        told = " ".join(version.message_ids.mapped("body"))
        for word in (
            f"Written by: {self.planner.name}",
            f"Proposed by: {self.planner.name}",
            version.content_digest,
        ):
            self.assertIn(word, told)

    def test_an_agent_proposes_nothing(self):
        version = self._draft_of(self.planner)
        with self.assertRaises(AccessError):
            version.with_user(self.agent).action_propose()


@tagged("post_install", "-at_install")
class TestPolicyTampering(AuthoringCommon):
    """What is published stays, on every path; what is done past Odoo is found."""

    def test_an_administrator_finds_no_path_either(self):
        admin = self.env.ref("base.user_admin")
        version = self._publish().with_user(admin)
        rule, draft = version.rule_ids, self._draft().with_user(admin)
        row = {"version_id": version.id, "code": "more", "release": "manual"}
        load = rule.load
        for what, call in {
            "import by external id": lambda: load(
                ["id", "version_id/.id", "code"],
                [["__import__.more", str(version.id), "more"]],
            ),
            "import into the version": lambda: version.load(
                [".id", "rule_ids/code", "rule_ids/release"],
                [[str(version.id), "more", "By hand"]],
            ),
            "import of the policy": lambda: version.policy_id.load(
                [".id", "version_ids/.id", "version_ids/note"],
                [[str(version.policy_id.id), str(version.id), "other"]],
            ),
        }.items():
            with self.subTest(what):
                messages = call()["messages"]
                self.assertIn("POLICY_IMMUTABLE", str(messages))
        for what, call in {
            "name create": lambda: rule.with_context(
                default_version_id=version.id, default_code="more"
            ).name_create("more"),
            "copied in": lambda: draft.rule_ids.copy({"version_id": version.id}),
            "saved by a form": lambda: rule.web_save(row, {}),
            "many saved at once": lambda: rule.web_save_multi([{"window_days": 1}], {}),
            "moved with its list": lambda: version.write(
                {"rule_ids": [Command.set(draft.rule_ids.ids)]}
            ),
            "new rule by onchange of a form": lambda: version.web_save(
                {"rule_ids": [Command.create({"code": "more"})]}, {}
            ),
            "by the policy": lambda: version.policy_id.write(
                {"version_ids": [Command.delete(version.id)]}
            ),
        }.items():
            with (
                self.subTest(what),
                self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"),
                self.env.cr.savepoint(),
            ):
                call()
                self.env.flush_all()
        self.assertFalse(version._changed_behind_our_back())

    def test_a_list_cannot_be_emptied_from_the_other_side(self):
        """No field leads back from what a rule names; nothing else may write it."""
        names = {
            field.comodel_name
            for model in ("returns.policy.rule", "returns.policy.test")
            for field in self.env[model]._fields.values()
            if field.type == "many2many"
        }
        for name in names:
            with self.subTest(name):
                backwards = [
                    field.name
                    for field in self.env[name]._fields.values()
                    if field.type == "many2many"
                    and field.comodel_name
                    in ("returns.policy.rule", "returns.policy.test")
                ]
                self.assertEqual(backwards, [])

    def test_a_change_by_sql_is_named_by_version_and_rule(self):
        version = self._publish(
            {"code": "all", "window": "days", "window_days": 10},
            {
                "code": "web",
                "channel_ids": [Command.set(self.web.ids)],
                "release": "manual",
            },
        )
        Version = self.env["returns.policy.version"]
        before = [f["res_id"] for f in Version._audit_findings()]
        self.assertNotIn(version.id, before)
        rule = version.rule_ids.filtered(lambda r: r.code == "web")
        for what, query in {
            "a value": "UPDATE returns_policy_rule SET release = 'request' "
            "WHERE id = %s",
            "a list": "DELETE FROM returns_rule_channel_rel "
            "WHERE returns_policy_rule_id = %s",
            "the rule": "DELETE FROM returns_policy_rule WHERE id = %s",
        }.items():
            with self.subTest(what), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(query, [rule.id])
                self.env.invalidate_all()
                found = [
                    f for f in Version._audit_findings() if f["res_id"] == version.id
                ]
                self.assertEqual(len(found), 1)
                self.assertEqual(found[0]["rules"], ["web"])
                self.assertIn("Test, version 1", found[0]["words"])
                self.assertIn("web", found[0]["words"])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_the_table_of_state_changes_follows_four_eyes_and_the_check(self):
        stock = self.env.ref("stock.group_stock_manager")
        (self.manager | self.second).group_ids |= stock
        Table = self.env["inventory.state.table"]
        draft = Table.with_user(self.manager)._make_draft()
        with self.assertRaisesRegex(AccessError, "somebody else"):
            draft.action_publish()
        draft.with_user(self.second).action_publish()
        Version = self.env["returns.policy.version"]
        before = [finding["model"] for finding in Version._audit_findings()]
        self.assertNotIn("inventory.state.table", before)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE inventory_state_table_line SET needs_reason = NOT needs_reason"
            " WHERE id = %s",
            [draft.line_ids[0].id],
        )
        self.env.invalidate_all()
        found = Version._audit_findings()
        self.assertIn(
            ("inventory.state.table", draft.id),
            [(finding["model"], finding["res_id"]) for finding in found],
        )

    def test_a_case_that_was_changed_by_sql_is_found_too(self):
        version = self._draft_of(
            self.planner, cases=[{"name": "On day 10", "expect": "accepted"}]
        )
        version.with_user(self.manager).action_publish()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE returns_policy_test SET name = 'Other' WHERE id = %s",
            [version.test_ids.id],
        )
        self.env.invalidate_all()
        self.assertEqual(version._changed_behind_our_back(), version)
