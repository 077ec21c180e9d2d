import base64
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_policy_authoring import AuthoringCommon

HEAD = "format: 1\npolicy: {code: test}\n"
PACKS = Path(__file__).resolve().parents[1] / "data" / "policies"


class FilesCommon(AuthoringCommon):
    """Writing and reading of files, as a planner or a manager does it."""

    def _write(self, version):
        return (
            self.env["returns.policy.file"]
            .with_user(self.planner)
            ._text(version.with_user(self.planner))
        )

    def _read(self, text, user=None, **values):
        reader = self.env["returns.policy.reader"].with_user(user or self.manager)
        return reader._import(text, **values)

    def _import_all(self, text):
        """Import, and make what the file names and the database lacks."""
        reader = self.env["returns.policy.reader"]
        names = self.env["returns.policy.names"]
        _found, missing = reader._resolve(reader._parse(text), {})
        made = {one[:2]: names._create_named(*one[:2]) for one in missing}
        return self._read(text, answers=made)

    def _dialog(self, user=None, **values):
        Dialog = self.env["returns.policy.import.wizard"].with_user(
            user or self.manager
        )
        return Dialog.create(values)


@tagged("post_install", "-at_install")
class TestPolicyFiles(FilesCommon):
    """A version goes into a file and comes out of it as the same rules."""

    def _rich(self):
        """A version that names something of each kind."""
        category = self.env["product.category"].create(
            {
                "name": "Shirts: all",
                "parent_id": self.env["product.category"].create({"name": "NO"}).id,
            }
        )
        product = self.env["product.product"].create(
            {"name": "Shirt", "default_code": "007"}
        )
        tag = self.env["product.tag"].create({"name": "Final sale"})
        parent = self.env["res.partner.category"].create({"name": "Members"})
        segment = self.env["res.partner.category"].create(
            {"name": "Gold", "parent_id": parent.id}
        )
        return self._draft(
            {
                "code": "rich",
                "name": "Rich: 'quoted' \u00fc",
                "priority": 7,
                "channel_ids": [Command.set((self.web | self.store).ids)],
                "company_ids": [Command.set(self.env.company.ids)],
                "country_ids": [Command.set(self.env.ref("base.no").ids)],
                "country_state_ids": [Command.set(self.env.ref("base.state_us_5").ids)],
                "product_ids": [Command.set(product.ids)],
                "category_ids": [Command.set(category.ids)],
                "tag_ids": [Command.set(tag.ids)],
                "segment_ids": [Command.set(segment.ids)],
                "reason_ids": [Command.set(self.changed_mind.ids)],
                "node_ids": [
                    Command.set(self.env["stock.warehouse"].search([], limit=1).ids)
                ],
                "withdrawal": "no",
                "value_min": 12.345,
                "order_date_from": "2026-11-01",
                "window": "days",
                "window_days": 0,
                "approval": "above",
                "approval_above": 500.0,
                "disposition_ids": [
                    Command.create(
                        {
                            "condition_id": self.grade_a.id,
                            "disposition_id": self.donate.id,
                        }
                    )
                ],
            },
            test_ids=[
                Command.create(
                    {
                        "name": "On the day",
                        "days": 0,
                        "product_id": product.id,
                        "segment_ids": [Command.set(segment.ids)],
                        "expect": "refused",
                    }
                )
            ],
            note="Two\nlines: of it",
        )

    def test_what_comes_back_is_what_went_out(self):
        version = self._rich()
        text = self._write(version)
        again = self._read(text)
        self.assertEqual(again._content_parts(), version._content_parts())
        self.assertEqual(
            (again.note, again.policy_id), (version.note, version.policy_id)
        )
        self.assertEqual(self._write(again), text)

    def test_a_person_can_read_it(self):
        text = self._write(self._rich())
        for line in (
            "format: 1",
            "  code: test",
            "      country: ['NO']",
            "      country_state: [US-CA]",
            "      product: ['007']",
            "      category: ['NO / Shirts: all']",
            "      segment: [Members / Gold]",
            "      approval_above: 500",
            "      - {condition: A, disposition: donate}",
        ):
            self.assertIn(f"{line}\n", text)
        self.assertIn("  # 007", text.replace("[", "").replace("]", ""))

    def test_the_file_does_not_depend_on_who_writes_it(self):
        version = self._rich()
        text = self._write(version)
        self.env["res.lang"]._activate_lang("fr_FR")
        self.changed_mind.with_context(lang="fr_FR").name = "Avis contraire"
        french = version.with_context(lang="fr_FR").with_user(self.manager)
        self.assertEqual(french.env["returns.policy.file"]._text(french), text)

    def test_it_moves_to_a_database_with_other_ids(self):
        """The names are what is read: here the same names on other records."""
        text = self._write(self._rich())
        product = self.env["product.product"].search([("default_code", "=", "007")])
        product.default_code = "gone"
        other = product.create({"name": "Another", "default_code": "007"})
        self.assertEqual(self._read(text).rule_ids.product_ids, other)

    def test_the_browser_gets_it_as_a_file(self):
        version = self._publish()
        action = version.with_user(self.planner).action_export()
        self.assertIn("policy_file", action["url"])
        content = base64.b64decode(version.with_user(self.planner).policy_file)
        self.assertEqual(content.decode(), self._write(version))
        self.assertEqual(version.policy_file_name, "test-v1.yaml")

    def test_who_may_not_read_policies_gets_no_file(self):
        version = self._publish()
        stranger = new_test_user(self.env, login="stranger", groups="base.group_user")
        for call in ("action_export", "action_compare", "action_run_tests"):
            with self.subTest(call), self.assertRaises(AccessError):
                getattr(version.with_user(stranger), call)()
        with self.assertRaises(AccessError):
            self.env["returns.policy.file"]._text(version.with_user(stranger))

    def test_what_has_no_name_of_its_own_is_told_all_at_once(self):
        nameless = self.env["product.product"].create(
            [{"name": "First"}, {"name": "Second"}]
        )
        version = self._draft(
            {
                "code": "p",
                "product_ids": [Command.set(nameless.ids)],
                "release": "manual",
            }
        )
        with self.assertRaisesRegex(UserError, "BAD_REQUEST(.|\n)*First\nSecond"):
            self._write(version)

    def test_two_of_one_name_are_told_by_their_external_id(self):
        one, _other = self.env["product.product"].create(
            [
                {"name": "A", "default_code": "SAME"},
                {"name": "B", "default_code": "SAME"},
            ]
        )
        self.env["ir.model.data"].create(
            {"module": "shop", "name": "a", "model": one._name, "res_id": one.id}
        )
        version = self._draft(
            {"code": "p", "product_ids": [Command.set(one.ids)], "release": "manual"}
        )
        text = self._write(version)
        self.assertIn("external id shop.a", text)
        self.assertEqual(self._read(text).rule_ids.product_ids, one)

    def test_who_is_bound_to_a_channel_widens_nothing(self):
        """Neither in a file, nor in a new version, nor in a comparison."""
        version = self._publish(
            {
                "code": "web",
                "channel_ids": [Command.set(self.web.ids)],
                "release": "manual",
            }
        )
        text = self._write(version)
        self.planner.returns_channel_ids = self.store
        self.env.flush_all()
        self.env.invalidate_all()
        bound = version.with_user(self.planner)
        self.assertFalse(bound.rule_ids.channel_ids)
        self.assertEqual(self._write(version), text)
        self.env.invalidate_all()
        self.assertFalse(bound.rule_ids.channel_ids)
        draft = version.browse(bound.action_new_version()["res_id"])
        self.env.invalidate_all()
        self.assertEqual(draft.rule_ids.channel_ids, self.web)
        self.assertEqual(draft.author_ids, self.planner)
        self.assertFalse(bound.env["returns.policy.diff"]._between(bound, draft))

    # --- what is missing or wrong -----------------------------------------------------
    def test_missing_names_are_told_all_at_once_and_nothing_comes_in(self):
        text = """\
format: 1
policy: {code: new_one, name: New, channel: [mars]}
rules:
  - {code: a, when: {category: [Nowhere], country: [DE, XX]}, then: {release: manual}}
  - {code: b, when: {product: [GONE]}, then: {release: manual}}
"""
        Version = self.env["returns.policy.version"]
        before = Version.search_count([])
        with self.assertRaises(UserError) as refused:
            self._read(text)
        said = str(refused.exception)
        for name in ("Nowhere", "XX", "GONE", "mars", "first in b", "nothing was"):
            self.assertIn(name, said)
        self.assertEqual(Version.search_count([]), before)
        self.assertFalse(self.env["returns.policy"].search([("code", "=", "new_one")]))

    def test_mistakes_are_told_all_at_once(self):
        with self.assertRaises(UserError) as refused:
            self._read(
                """\
format: 1
policy: {code: test, colour: red}
rules:
  - {code: a, when: {planet: mars}, then: {window: weeks, window_days: ten}}
  - {name: without a code}
tests:
  - {name: t, given: {days: soon}, expect: {return: perhaps}}
"""
            )
        said = str(refused.exception)
        for words in (
            "colour is not known",
            "a, when: planet is not known",
            "weeks is not possible; it is one of days, unlimited",
            "ten is not possible",
            "number 2: its code is missing",
            "soon is not possible",
            "perhaps is not possible",
        ):
            self.assertIn(words, said)

    def test_what_is_no_policy_file_is_refused_in_words(self):
        for text in (
            "",
            "hello",
            "[1, 2]",
            "format: 2\npolicy: {code: x}",
            "format: 1",
            "format: 1\npolicy: [x]",
            "format: 1\npolicy: {code: test}\nrules: {a: b}",
            "format: 1\npolicy: {code: test}\nrules: [a]",
            "format: 1\nformat: 1\npolicy: {code: test}",
            "format: 1\npolicy: &a {code: test}\nversion: *a",
            "format: 1\npolicy: !!python/object:os.system {code: test}\nx: [",
            f"{HEAD}rules: [{{code: a, then: {{dispositions: A}}}}]",
            f"{HEAD}rules: [{{code: a, when: {{country: [[DE]]}}}}]",
            f"{HEAD}rules: [{{code: a, when: {{value_min: nan}}}}]",
            "a: " + "[" * 5000,
            "\x00",
        ):
            with (
                self.subTest(text[:60]),
                self.assertRaisesRegex(UserError, "BAD_REQUEST"),
                self.env.cr.savepoint(),
            ):
                self._read(text)

    def test_a_rule_that_cannot_work_brings_nothing_in(self):
        text = """\
format: 1
policy: {code: test}
rules:
  - {code: good, then: {release: manual}}
  - {code: bad, when: {days_min: 9, days_max: 2}, then: {release: manual}}
"""
        before = self.env["returns.policy.version"].search_count([])
        with self.assertRaisesRegex(UserError, "bad"), self.env.cr.savepoint():
            self._read(text)
        self.assertEqual(self.env["returns.policy.version"].search_count([]), before)

    # --- rights -----------------------------------------------------------------------
    def test_a_planner_brings_drafts_in_and_a_manager_policies(self):
        text = self._write(self._draft())
        version = self._read(text, self.planner)
        self.assertEqual((version.state, version.author_ids), ("draft", self.planner))
        other = text.replace("code: test", "code: unheard_of")
        with self.assertRaisesRegex(AccessError, "Only a returns manager"):
            self._read(other, self.planner)
        self.assertEqual(
            self._read(other, self.planner, policy=self.policy).policy_id, self.policy
        )
        self.assertEqual(self._read(other).policy_id.code, "unheard_of")
        with self.assertRaises(AccessError):
            self._read(text, self.agent)

    # --- any rules --------------------------------------------------------------------
    def test_any_rules_come_back_as_they_went_out(self):
        countries = self.env["res.country"].search([], limit=40)
        reasons = self.env["returns.reason"].search([])
        conditions = self.env["returns.condition"].search([])
        dispositions = self.env["returns.disposition"].search([])
        words = st.text(
            st.characters(
                exclude_categories=("Cs", "Cc", "Cn", "Co"), max_codepoint=0x2FFF
            ),
            min_size=1,
            max_size=20,
        ).filter(lambda t: t.strip() == t and t)
        money = st.integers(1, 10**7).map(lambda cents: cents / 100)

        def some(records):
            return st.lists(st.sampled_from(records.ids), unique=True, max_size=4).map(
                lambda ids: [Command.set(ids)]
            )

        rows = st.lists(
            st.tuples(
                st.sampled_from(conditions.ids), st.sampled_from(dispositions.ids)
            ),
            unique_by=lambda row: row[0],
        ).map(
            lambda pairs: [
                Command.create({"condition_id": a, "disposition_id": b})
                for a, b in pairs
            ]
        )
        rule = st.fixed_dictionaries(
            {
                "name": st.one_of(st.just(False), words),
                "priority": st.integers(-5, 5),
                "country_ids": some(countries),
                "reason_ids": some(reasons),
                "withdrawal": st.sampled_from([False, "yes", "no"]),
                "value_max": st.one_of(st.just(0.0), money),
                "days_min": st.integers(0, 400),
                "order_date_from": st.one_of(
                    st.just(False), st.dates(date(2020, 1, 1), date(2030, 1, 1))
                ),
                "release": st.sampled_from(["request", "receipt", "manual"]),
                "window": st.sampled_from([False, "days", "unlimited"]),
                "window_days": st.integers(0, 999),
                "approval": st.sampled_from([False, "above", "never"]),
                "approval_above": money,
                "disposition_ids": rows,
            }
        )
        versions = st.lists(
            st.tuples(words, rule), min_size=1, max_size=4, unique_by=lambda one: one[0]
        )

        @given(versions, st.one_of(st.just(False), words))
        @settings(
            max_examples=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
            database=None,
        )
        def check(rules, note):
            with self.env.cr.savepoint() as savepoint:
                version = self._draft(
                    *({"code": code, **values} for code, values in rules), note=note
                )
                text = self._write(version)
                again = self._read(text)
                self.assertEqual(again._content_parts(), version._content_parts())
                self.assertEqual(again.note, version.note)
                self.assertEqual(self._write(again), text)
                savepoint.rollback()
            self.env.invalidate_all()

        check()


@tagged("post_install", "-at_install")
class TestPolicyPacks(FilesCommon):
    """The packs are sound, tried, and come in through the dialog."""

    def test_each_pack_comes_in_and_all_its_cases_are_green(self):
        packs = sorted(PACKS.glob("*.yaml"))
        self.assertEqual(
            [path.stem for path in packs],
            [
                "apparel_eu",
                "b2b",
                "electronics_us",
                "final_sale",
                "marketplace_amazon",
                "standard",
            ],
        )
        for path in packs:
            with self.subTest(path.stem):
                version = self._import_all(path.read_text(encoding="utf-8"))
                self.assertEqual(version.policy_id.code, path.stem)
                self.assertGreaterEqual(len(version.test_ids), 5)
                wrong = {
                    case.name: case.result_words
                    for case in version.test_ids
                    if case.result != "green"
                }
                self.assertEqual(wrong, {})
                self.assertEqual(
                    self._read(self._write(version))._content_parts(),
                    version._content_parts(),
                )
                # who imported it is its author
                version.with_user(self.second).action_publish()
                self.assertEqual(version.state, "published")

    def test_no_rule_of_a_pack_is_without_effect_on_its_cases(self):
        """Taken out, a rule that a case names turns that case red."""
        for path in sorted(PACKS.glob("*.yaml")):
            version = self._import_all(path.read_text(encoding="utf-8"))
            named = set(version.test_ids.mapped("expect_rule")) - {False}
            for code in named:
                with (
                    self.subTest(path.stem, rule=code),
                    self.env.cr.savepoint() as back,
                ):
                    version.rule_ids.filtered(lambda r, c=code: r.code == c).unlink()
                    version.test_ids.invalidate_recordset()
                    results = version.test_ids.mapped("result")
                    self.assertIn("red", results)
                    back.rollback()
                    self.env.invalidate_all()

    def test_a_manager_starts_from_a_pack_and_is_asked_for_what_is_not_here(self):
        dialog = self._dialog(source="pack", pack="final_sale")
        dialog.action_read()
        self.assertEqual(dialog.line_ids.mapped("name"), ["Final sale"])
        self.assertEqual(dialog.line_ids.choice, "skip")  # a manager makes no tags
        self.assertNotIn("Tagged", dialog.preview)
        tag = self.env["product.tag"].create({"name": "Bargain"})
        dialog.line_ids.write({"choice": "use", "record_ref": f"product.tag,{tag.id}"})
        dialog.action_preview()
        self.assertIn("Tagged Bargain: may not come back", dialog.preview)
        before = self.env["returns.policy.version"].search_count([])
        action = dialog.action_import()
        version = self.env["returns.policy.version"].browse(action["res_id"])
        self.assertEqual(
            self.env["returns.policy.version"].search_count([]), before + 1
        )
        self.assertEqual(version.policy_id.code, "final_sale")
        self.assertEqual(version.author_ids, self.manager)
        self.assertFalse(version.test_failed_count)
        with self.assertRaisesRegex(UserError, "saved already"):
            dialog.action_import()

    def test_reading_alone_changes_nothing(self):
        counts = [
            self.env[model].with_context(active_test=False).search_count([])
            for model in ("returns.policy", "returns.policy.version", "mail.message")
        ]
        self._dialog(source="pack", pack="b2b").action_read()
        self.assertEqual(
            counts,
            [
                self.env[model].with_context(active_test=False).search_count([])
                for model in (
                    "returns.policy",
                    "returns.policy.version",
                    "mail.message",
                )
            ],
        )

    def test_left_out_names_leave_out_what_only_holds_for_them(self):
        """A rule never fits more because a name was left out."""
        text = """\
format: 1
policy: {code: test}
rules:
  - {code: gone, when: {tag: [Nowhere]}, then: {eligible: 'no'}}
  - {code: half, when: {country: [DE, XX]}, then: {eligible: 'no'}}
  - {code: rest, then: {release: manual}}
tests:
  - {name: gone, given: {tag: [Nowhere]}, expect: {return: refused}}
  - {name: stays, given: {country: DE}, expect: {return: refused}}
"""
        dialog = self._dialog(
            source="file", file=base64.b64encode(text.encode()), file_name="x.yaml"
        )
        dialog.action_read()
        dialog.line_ids.choice = "skip"
        action = dialog.action_import()
        version = self.env["returns.policy.version"].browse(action["res_id"])
        self.assertEqual(set(version.rule_ids.mapped("code")), {"half", "rest"})
        half = version.rule_ids.filtered(lambda r: r.code == "half")
        self.assertEqual(half.country_ids.code, "DE")
        self.assertEqual(version.test_ids.mapped("name"), ["stays"])

    def test_who_may_make_categories_lets_the_dialog_make_them(self):
        self.manager.group_ids |= self.env.ref("product.group_product_manager")
        dialog = self._dialog(source="pack", pack="marketplace_amazon")
        dialog.action_read()
        self.assertEqual(set(dialog.line_ids.mapped("choice")), {"create"})
        dialog.action_import()
        made = self.env["product.category"].search(
            [("name", "in", ("Baby", "Grocery"))]
        )
        self.assertEqual(len(made), 2)

    def test_an_answer_that_is_missing_is_asked_for(self):
        dialog = self._dialog(source="pack", pack="final_sale")
        dialog.action_read()
        dialog.line_ids.choice = "use"
        with self.assertRaisesRegex(UserError, "Final sale"):
            dialog.action_import()

    def test_files_that_cannot_be_read_are_told_in_words(self):
        for values in (
            {"source": "file"},
            {"source": "pack"},
            {"source": "file", "file": base64.b64encode(b"\xff\xfe\x00")},
            {"source": "file", "file": base64.b64encode(b"hello")},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "BAD_REQUEST"),
            ):
                self._dialog(**values).action_read()


@tagged("post_install", "-at_install")
class TestPolicyDiff(FilesCommon):
    """Two versions are compared in words."""

    def _changed(self):
        old = self._publish(
            {"code": "all", "window": "days", "window_days": 30, "release": "receipt"},
            {
                "code": "gone",
                "country_ids": [Command.set(self.env.ref("base.no").ids)],
                "release": "manual",
            },
        )
        new = old.copy()
        rules = {rule.code: rule for rule in new.rule_ids}
        rules["all"].write(
            {
                "window_days": 14,
                "release": "inspection",
                "disposition_ids": [
                    Command.create(
                        {
                            "condition_id": self.grade_a.id,
                            "disposition_id": self.donate.id,
                        }
                    )
                ],
            }
        )
        rules["gone"].unlink()
        new.write(
            {
                "rule_ids": [
                    Command.create({"code": "new", "on_sale": "yes", "eligible": "no"})
                ],
                "test_ids": [
                    Command.create({"name": "Day 14", "days": 14, "expect": "accepted"})
                ],
            }
        )
        return old, new

    def test_it_says_what_is_new_gone_and_changed(self):
        old, new = self._changed()
        text = self.env["returns.policy.diff"]._as_text(old, new)
        for line in (
            "Test, draft compared with Test, version 1",
            "Rule changed: all",
            "  Window: 30 days \u2192 14 days",
            "  Refund is released: On receipt \u2192 On inspection",
            "  Where the goods go: nothing \u2192 As new: Donate",
            "New rule: new",
            "+ Sold at a discount: may not come back",
            "Rule removed: gone",
            "New test case: Day 14",
        ):
            self.assertIn(line, text.split("\n"))

    def test_the_same_says_so(self):
        version = self._publish()
        text = self.env["returns.policy.diff"]._as_text(version, version.copy())
        self.assertIn("They say the same.", text)

    def test_a_draft_is_shown_against_the_version_in_force(self):
        old, new = self._changed()
        action = new.with_user(self.planner).action_compare()
        Dialog = self.env["returns.policy.compare.wizard"].with_user(self.planner)
        dialog = Dialog.with_context(**action["context"]).create({})
        self.assertEqual((dialog.old_version_id, dialog.new_version_id), (old, new))
        self.assertIn("14 days", dialog.difference)
        self.assertIn("14 days", dialog.difference_text)
        dialog.write({"old_version_id": new.id, "new_version_id": old.id})
        self.assertIn("14 days \u2192 30 days", dialog.difference_text)

    def test_two_chosen_in_the_list_are_compared_the_older_first(self):
        old, new = self._changed()
        Dialog = self.env["returns.policy.compare.wizard"].with_context(
            active_model="returns.policy.version", active_ids=(new | old).ids
        )
        dialog = Dialog.create({})
        self.assertEqual((dialog.old_version_id, dialog.new_version_id), (old, new))

    def test_names_in_a_comparison_are_no_markup(self):
        old = self._publish()
        new = old.copy()
        new.rule_ids.name = "<script>alert(1)</script>"
        page = self.env["returns.policy.diff"]._as_html(old, new)
        self.assertNotIn("<script>", page)
