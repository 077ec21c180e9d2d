"""Checklists: versions that never change, and what they ask at the inspection."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .api_common import PIXEL, ApiCase
from .common import ReturnsCommon

ROLE = "base.group_user,returns_governance.group_{}"


class ChecklistCommon(ReturnsCommon):
    """A factory of checklists."""

    def _checklist(self, *questions, code="apparel", version=(), user=None, **values):
        """The published version of a new checklist with these questions (dicts)."""
        checklist = self.env["returns.checklist"].create(
            {"name": code.capitalize(), "code": code, **values}
        )
        return self._edition(checklist, *questions, user=user, **dict(version))

    def _edition(self, checklist, *questions, user=None, **values):
        draft = self._draft(checklist, *questions, user=user, **values)
        draft.with_user(self.users["manager"]).action_publish()
        return draft.with_env(self.env)

    def _draft(self, checklist, *questions, user=None, **values):
        questions = questions or ({"name": "Tags on?"},)
        return (
            self.env["returns.checklist.version"]
            .with_user(user or self.users["planner"])
            .create(
                {
                    "checklist_id": checklist.id,
                    "question_ids": [Command.create(q) for q in questions],
                    **values,
                }
            )
        )

    def _dialog(self, back, user="inspector"):
        env = self.env(
            user=self.users[user],
            context={
                "active_model": "returns.order",
                "active_ids": back.ids,
                "active_id": back[:1].id,
            },
        )
        return Form(env["returns.inspect.wizard"]).save()

    def _fill(self, row, answers=(), **quantities):
        """Count units into conditions and answer by code, as the grid does."""
        grid = dict(row.grid)
        grid["grades"] = [
            {**grade, "quantity": quantities.get(grade["code"], 0)}
            for grade in grid["grades"]
        ]
        if "checklist" in grid:
            asked = grid["checklist"]
            asked["questions"] = [
                {**q, "value": dict(answers).get(q["code"], q["value"])}
                for q in asked["questions"]
            ]
        row.grid = grid


@tagged("post_install", "-at_install")
class TestChecklistVersions(ChecklistCommon):
    # --- versions ---------------------------------------------------------------------
    def test_publishing_gives_number_publisher_and_fingerprint(self):
        first = self._checklist()
        self.assertEqual((first.state, first.number), ("published", 1))
        self.assertEqual(first.published_by, self.users["manager"])
        self.assertTrue(first.published_at)
        self.assertEqual(len(first.content_digest), 64)
        self.assertEqual(first.display_name, "Apparel v1")
        second = self._edition(first.checklist_id, {"name": "Odour?"})
        self.assertEqual(second.number, 2)
        self.assertEqual(first.checklist_id.current_version_id, second)
        self.assertFalse((first | second)._changed_behind_our_back())

    def test_planners_draft_and_only_managers_publish_and_retire(self):
        checklist = self._checklist().checklist_id
        draft = self._draft(checklist)
        for role in ("planner", "inspector", "agent"):
            with self.subTest(role), self.assertRaisesRegex(AccessError, "manager"):
                draft.with_user(self.users[role]).action_publish()
        with self.assertRaises(AccessError):
            self._draft(checklist, user=self.users["inspector"])
        with self.assertRaises(AccessError):
            checklist.with_user(self.users["planner"]).active = False
        self.assertEqual(draft.state, "draft")

    def test_who_wrote_a_version_does_not_publish_it_where_four_eyes_are_asked(self):
        manager = self.users["manager"]
        checklist = self._checklist().checklist_id
        draft = self._draft(checklist, user=manager)
        with self.assertRaisesRegex(AccessError, "You wrote Apparel, draft"):
            draft.with_user(manager).action_publish()
        touched = self._draft(checklist)
        touched.question_ids.with_user(manager).required = False
        with self.assertRaisesRegex(AccessError, "You wrote"):
            touched.with_user(manager).action_publish()
        other = new_test_user(self.env, "other_manager", groups=ROLE.format("manager"))
        draft.with_user(other).action_publish()
        self.assertEqual(draft.published_by, other)
        self.env["res.company"].search([]).returns_policy_four_eyes = False
        touched.with_user(manager).action_publish()
        self.assertEqual(touched.state, "published")

    def test_nothing_published_changes_on_any_way_not_even_for_the_admin(self):
        version = self._checklist(
            {"name": "Tags on?"}, {"name": "Size", "kind": "choice", "options": "S\nM"}
        )
        question, sized = version.question_ids
        other = self._draft(version.checklist_id)
        drafted = other.question_ids
        self.env["res.lang"]._activate_lang("de_DE")
        for user in (self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            mine, asked = version.with_user(user), question.with_user(user)
            ways = {
                "a value": lambda q=asked: q.write({"name": "Other"}),
                "a translation": lambda q=asked: q.update_field_translations(
                    "name", {"de_DE": "Etiketten?"}
                ),
                "in a language": lambda q=asked: q.with_context(lang="de_DE").write(
                    {"name": "Etiketten?"}
                ),
                "moved away": lambda q=asked: q.write({"version_id": other.id}),
                "moved in": lambda v=mine: drafted.with_env(v.env).write(
                    {"version_id": v.id}
                ),
                "deleted": lambda q=asked: q.unlink(),
                "another": lambda v=mine: v.question_ids.create(
                    {"version_id": v.id, "name": "More?"}
                ),
                "by the list": lambda v=mine: v.write(
                    {"question_ids": [Command.update(sized.id, {"required": False})]}
                ),
                "over the API": lambda v=mine: v.write({"api_required": True}),
                "the version": lambda v=mine: v.unlink(),
                "the checklist": lambda v=mine: v.checklist_id.unlink(),
                "again": lambda v=mine: v.action_publish(),
            }
            for way, change in ways.items():
                with self.subTest(way, user=user.login), self.env.cr.savepoint() as s:
                    with self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"):
                        change()
                    s.rollback()
                    self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                mine.write({"state": "draft"})
        self.assertFalse(version._changed_behind_our_back())

    def test_a_new_version_is_a_draft_with_the_same_questions(self):
        version = self._checklist(
            {"name": "Size", "kind": "choice", "options": "S\nM", "required": False}
        )
        action = version.with_user(self.users["planner"]).action_new_version()
        draft = self.env["returns.checklist.version"].browse(action["res_id"])
        self.assertEqual((draft.state, draft.number), ("draft", 0))
        old, new = version.question_ids, draft.question_ids
        for name in ("name", "code", "kind", "options", "required"):
            self.assertEqual(new[name], old[name])
        new.name = "Which size?"
        self.assertEqual(old.name, "Size")

    def test_what_nobody_can_answer_is_not_published(self):
        checklist = self._checklist().checklist_id
        for options in (False, "S", "S\nS"):
            draft = self._draft(
                checklist, {"name": "Size", "kind": "choice", "options": options}
            )
            with self.assertRaisesRegex(UserError, "BAD_REQUEST.*two different"):
                draft.with_user(self.users["manager"]).action_publish()
        empty = self._draft(checklist)
        empty.question_ids.unlink()
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*no questions"):
            empty.with_user(self.users["manager"]).action_publish()

    def test_a_change_by_sql_is_found_by_the_check(self):
        version = self._checklist({"name": "Tags on?"}, {"name": "Odour?"})
        Version = self.env["returns.checklist.version"]
        self.assertIn(Version._name, self.env["returns.event.scan"]._audited_models())
        self.assertNotIn(
            version.id, [found["res_id"] for found in Version._audit_findings()]
        )
        for query in (
            "UPDATE returns_checklist_question"
            ' SET name = name || \'{"en_US": "Other"}\' WHERE id = %s',
            "UPDATE returns_checklist_question SET required = false WHERE id = %s",
            "DELETE FROM returns_checklist_question WHERE id = %s",
        ):
            with self.subTest(query), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(query, [version.question_ids[0].id])
                self.env.invalidate_all()
                found = [
                    finding
                    for finding in Version._audit_findings()
                    if finding["res_id"] == version.id
                ]
                self.assertEqual([f["kind"] for f in found], ["changed"])
                self.assertIn("Apparel v1", found[0]["words"])
                savepoint.rollback()
                self.env.invalidate_all()

    # --- which one asks ---------------------------------------------------------------
    def test_the_narrowest_checklist_asks(self):
        upper = self.env["product.category"].create({"name": "Clothes"})
        lower = upper.create({"name": "Shirts", "parent_id": upper.id})
        self.shirt.categ_id = lower
        self.assertEqual(self._asks(), "")
        common = self._checklist(code="common")
        self.assertEqual(self._asks(), "Common v1")
        self._checklist(code="house", company_id=self.company.id)
        self.assertEqual(self._asks(), "House v1")
        self._checklist(code="upper", category_ids=[Command.set(upper.ids)])
        self.assertEqual(self._asks(), "Upper v1")
        deep = self._checklist(code="lower", category_ids=[Command.set(lower.ids)])
        self.assertEqual(self._asks(), "Lower v1")
        own = self._checklist(code="own", product_ids=[Command.set(self.shirt.ids)])
        self.assertEqual(self._asks(), "Own v1")
        self.assertEqual(self._asks(self.belt), "House v1")
        own.checklist_id.active = False
        self.assertEqual(self._asks(), "Lower v1")
        self._edition(deep.checklist_id)
        self.assertEqual(self._asks(), "Lower v2")
        deep.checklist_id.version_ids.with_user(self.users["manager"]).action_retire()
        self.assertEqual(self._asks(), "Upper v1")
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self._asks(self.belt, foreign), common.display_name)

    def _asks(self, product=None, company=None):
        pair = (company or self.company, product or self.shirt)
        return self.env["returns.checklist"]._in_force([pair])[pair].display_name or ""

    def test_checklists_of_other_companies_are_not_seen(self):
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        checklist = self.env["returns.checklist"].create(
            {"name": "Foreign", "code": "foreign", "company_id": foreign.id}
        )
        version = self._draft(checklist, user=self.env.user)
        for records in (version.checklist_id, version, version.question_ids):
            seen = records.with_user(self.users["planner"]).search([])
            self.assertFalse(seen & records, records._name)


@tagged("post_install", "-at_install")
class TestChecklistInspection(ChecklistCommon):
    """What is asked at the dialog, and how it is kept."""

    def _all_kinds(self):
        return self._checklist(
            {"name": "Tags on?"},
            {"name": "Size", "kind": "choice", "options": "Small\nLarge"},
            {"name": "Weight", "kind": "number"},
            {"name": "Remarks", "kind": "text", "required": False},
            {"name": "Stain", "kind": "photo"},
        )

    def test_answers_are_kept_with_the_finding_and_its_version(self):
        version = self._all_kinds()
        back = self._create_return(self._sell([(self.shirt, 2.0)]), until="received")
        dialog = self._dialog(back)
        asked = dialog.line_ids.grid["checklist"]
        self.assertEqual(asked["name"], "Apparel v1")
        file = dialog.env["ir.attachment"].create(
            {"name": "s.png", "raw": b"png", "res_model": dialog.line_ids._name}
        )
        self._fill(
            dialog.line_ids,
            {
                "tags_on": "no",
                "size": "Large",
                "weight": "3,50",
                "stain": [{"id": file.id, "name": "s.png"}],
            },
            A=1,
            D=1,
        )
        dialog.action_confirm()
        self.assertEqual(len(back.inspection_ids), 2)
        for row in back.inspection_ids:
            answers = row.answer_ids
            self.assertEqual(answers.version_id, version)
            self.assertEqual(
                {answer.question_id.code: answer.value for answer in answers},
                {
                    "tags_on": "no",
                    "size": "Large",
                    "weight": "3.5",
                    "stain": file.checksum,
                },
            )
            self.assertEqual(answers.mapped("words"), ["No", "Large", "3.5", "1 photo"])
            self.assertEqual(answers.attachment_ids, row.photo_ids)
            self.assertEqual(row.photo_ids.raw, b"png")
        self.assertEqual(back.answer_ids, back.inspection_ids.answer_ids)
        story = self.env["returns.audit.story"]._steps(back)["findings"]
        self.assertIn("Apparel v1: Tags on? No", story[0]["answers"])
        event = back.event_ids.filtered(lambda e: e.what == "inspected")
        self.assertEqual(event.data["checklists"], ["apparel v1"])

    def test_a_needed_answer_that_is_missing_stops_the_save_and_is_named(self):
        self._checklist({"name": "Tags on?"}, {"name": "Odour?", "required": False})
        back = self._create_return(until="received")
        dialog = self._dialog(back)
        self._fill(dialog.line_ids, A=2)
        with self.assertRaises(UserError) as refused:
            dialog.action_confirm()
        self.assertRegex(
            str(refused.exception),
            r'Shirt: "Tags on\?" is not answered yet, and Apparel v1 needs it',
        )
        self.assertFalse(back.inspection_ids)
        self._fill(dialog.line_ids, {"tags_on": "perhaps"}, A=2)
        with self.assertRaisesRegex(UserError, "is answered by yes or no"):
            dialog.action_confirm()
        self._fill(dialog.line_ids, {"tags_on": "yes"}, A=1)
        dialog.action_confirm()
        self.assertEqual(back.answer_ids.mapped("value"), ["yes"])

    def test_goods_that_are_not_graded_now_are_not_asked_about(self):
        self._checklist(product_ids=[Command.set(self.shirt.ids)])
        order = self._sell([(self.shirt, 1.0), (self.belt, 1.0)])
        dialog = self._dialog(self._create_return(order, until="received"))
        shirt, belt = dialog.line_ids.sorted(lambda row: row.product_id.id)
        self.assertIn("checklist", shirt.grid)
        self.assertNotIn("checklist", belt.grid)
        self._fill(belt, A=1)
        dialog.action_confirm()
        self.assertFalse(dialog.order_ids.answer_ids)

    def test_what_was_answered_stays_with_its_version(self):
        first = self._checklist({"name": "Tags on?"})
        back = self._create_return(self._sell([(self.shirt, 2.0)]), until="received")
        dialog = self._dialog(back)
        self._fill(dialog.line_ids, {"tags_on": "yes"}, A=1)
        dialog.action_confirm()
        open_since = self._dialog(back)
        second = self._edition(first.checklist_id, {"name": "Any odour?"})
        self._fill(open_since.line_ids, {"tags_on": "yes"}, A=1)
        with self.assertRaisesRegex(UserError, "changed while this dialog was open"):
            open_since.action_confirm()
        dialog = self._dialog(back)
        self._fill(dialog.line_ids, {"any_odour": "no"}, A=1)
        dialog.action_confirm()
        answers = back.answer_ids
        self.assertEqual(answers.mapped("version_id"), first | second)
        self.assertEqual(answers[0].version_id, first)
        self.assertEqual(answers[0].question_id.name, "Tags on?")
        with self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"):
            first.question_ids.unlink()

    def test_answers_are_only_ever_added(self):
        self._checklist()
        back = self._create_return(until="received")
        self._inspect(back, answers={"tags_on": True})
        answer = back.answer_ids
        self.assertEqual(answer.words, "Yes")
        for user in (self.users["manager"], self.env.ref("base.user_admin")):
            mine = answer.with_user(user).sudo()
            for change in (
                lambda a=mine: a.write({"value": "no"}),
                lambda a=mine: a.copy(),
                lambda a=mine: a.unlink(),
            ):
                with self.assertRaisesRegex(UserError, "APPEND_ONLY"):
                    change()
        self._step("inspect", "warehouse_lead")._reverse(
            back.inspection_ids.with_user(self.users["warehouse_lead"]), "Wrong"
        )
        self.assertTrue(answer.corrected)
        self.assertEqual(back.answer_ids, answer)

    def test_who_is_bound_elsewhere_reads_no_answers(self):
        self._checklist()
        back = self._create_return(until="received")
        self._inspect(back, answers={"tags_on": True})
        agent = self.users["agent"]
        mine = back.answer_ids.with_user(agent)
        self.assertTrue(mine.search([("order_id", "=", back.id)]))
        agent.returns_channel_ids = self.env["returns.channel"].create(
            {"code": "elsewhere", "name": "Elsewhere"}
        )
        self.assertFalse(mine.search([("order_id", "=", back.id)]))

    def test_a_file_of_somebody_else_is_no_answer(self):
        self._checklist({"name": "Stain", "kind": "photo"})
        back = self._create_return(until="received")
        dialog = self._dialog(back)
        Attachment = self.env["ir.attachment"]
        secret = Attachment.create({"name": "secret.png", "raw": b"s"})
        uploaded = Attachment.with_user(self.users["warehouse_lead"]).create(
            {"name": "s.png", "raw": b"s", "res_model": dialog.line_ids._name}
        )
        for file in (secret, uploaded):
            self._fill(dialog.line_ids, {"stain": [{"id": file.id}]}, A=1)
            with self.assertRaisesRegex(UserError, '"Stain".*not answered'):
                dialog.action_confirm()

    # --- many at once -----------------------------------------------------------------
    def _received(self, count):
        backs = self.env["returns.order"]
        for _number in range(count):
            backs |= self._create_return(until="received")
        self.env.flush_all()
        self.env.invalidate_all()
        return backs

    def _queries(self, backs):
        """How many questions to the database the reading of answers needs."""
        data = {
            back.id: [
                {"product": back.line_ids.product_id, "answers": {"tags_on": True}}
            ]
            for back in backs
        }
        backs.mapped("company_id.name")
        step = self.env["returns.step.inspect"].sudo()
        before = self.cr.sql_log_count
        answers = step._read_answers(backs, data)
        return self.cr.sql_log_count - before, answers

    def test_without_a_checklist_nothing_is_asked_of_the_database(self):
        self.env["returns.checklist"]._known()
        count, answers = self._queries(self._received(2))
        self.assertEqual(count, 0)
        self.assertEqual([list(a) for a in answers.values()], [[[]], [[]]])

    def test_more_returns_need_no_more_questions_to_the_database(self):
        self._checklist()
        self.env["returns.checklist"]._known()
        few, _answers = self._queries(self._received(1))
        many, answers = self._queries(self._received(4))
        self.assertEqual(many, few)
        self.assertEqual([len(a[0]) for a in answers.values()], [1, 1, 1, 1])


@tagged("post_install", "-at_install")
class TestChecklistApi(ChecklistCommon, ApiCase):
    """Findings that come over the API."""

    def _findings(self, snapshot, **values):
        return {
            "inspection_ref": f"INS-{snapshot['name']}",
            "return": snapshot["name"],
            "results": [
                {"sku": "SHIRT", "quantity": 1, "condition": "A", **values},
            ],
        }

    def _arrived(self):
        snapshot = self._submitted()
        self._call("receive", self._receipt(snapshot))
        return snapshot, self.env["returns.order"].search(
            [("name", "=", snapshot["name"])]
        )

    def test_who_answers_nothing_goes_on_as_before_and_what_fits_is_kept(self):
        self._checklist({"name": "Tags on?"}, {"name": "Weight", "kind": "number"})
        snapshot, back = self._arrived()
        self._call("inspect", self._findings(snapshot))
        self.assertEqual(len(back.inspection_ids), 1)
        self.assertFalse(back.answer_ids)
        snapshot, back = self._arrived()
        sent = {"tags_on": False, "weight": "heavy", "own": 1}
        self._call("inspect", self._findings(snapshot, checklist=sent))
        self.assertEqual(back.inspection_ids.checklist, sent)
        self.assertEqual(back.answer_ids.mapped("value"), ["no"])

    def test_a_version_can_ask_over_the_api_too(self):
        self._checklist(
            {"name": "Tags on?"},
            {"name": "Stain", "kind": "photo"},
            version={"api_required": True},
        )
        snapshot, back = self._arrived()
        photo = {"name": "a.png", "content_base64": PIXEL}
        with self.assertRefused("CHECKLIST_REQUIRED"):
            self._call("inspect", self._findings(snapshot, checklist={"stain": "a"}))
        with self.assertRefused("BAD_REQUEST"):
            self._call("inspect", self._findings(snapshot, checklist={"tags_on": 7}))
        with self.assertRefused("BAD_REQUEST"):
            self._call(
                "inspect",
                self._findings(
                    snapshot,
                    checklist={"tags_on": True, "stain": "b.png"},
                    photos=[photo],
                ),
            )
        self.assertFalse(back.inspection_ids)
        self._call(
            "inspect",
            self._findings(
                snapshot, checklist={"tags_on": True, "stain": "a.png"}, photos=[photo]
            ),
        )
        self.assertEqual(back.answer_ids.mapped("words"), ["Yes", "1 photo"])
        self.assertEqual(back.answer_ids.attachment_ids, back.inspection_ids.photo_ids)
