"""Rows are added by the steps alone, and no path of the ORM goes round that."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .governance_common import GovernanceCommon

ABSTRACT = ("returns.guarded",)


@tagged("post_install", "-at_install")
class TestSecurityGuards(GovernanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        guarded = cls.env["returns.guarded"]
        cls.models = [
            model
            for model in map(cls.env.__getitem__, cls.registry)
            if isinstance(model, type(guarded)) and not model._abstract
        ]

    def _with_rows(self):
        """A settled return with an exception, so that most models have a row."""
        back = self._create_return(until="inspected")
        self.env["returns.exception"]._raise(
            [{"code": "wrong_item", "order_id": back.id, "cause": f"order {back.id}"}]
        )
        self.env["returns.approval"]._ask(
            [{"order": back, "kind": "refund", "amount": 1.0, "limit": 1.0}]
        )
        return back

    def _refused(self, code):
        return self.assertRaisesRegex(UserError, rf"^\[{code}\]")

    def _assert_refused(self, record, vals):
        """Refused, be it for want of a right or by the guard, with nothing written."""
        with self.env.cr.savepoint() as savepoint:
            try:
                record.write(vals)
                record.flush_recordset()
                refused = False
            except (AccessError, UserError):
                refused = True
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertTrue(refused)

    def _append_only(self):
        return [model for model in self.models if model._append_only]

    def test_each_model_of_rows_is_append_only(self):
        names = {model._name for model in self._append_only()}
        self.assertLessEqual(
            {
                "returns.decision", "returns.receipt", "returns.inspection",
                "returns.routing", "returns.settlement", "returns.settlement.line",
                "returns.event", "returns.event.seal", "returns.exception",
                "returns.approval", "returns.outbox",
            },
            names,
        )  # fmt: skip

    def test_no_row_is_made_by_create_default_or_import(self):
        for model in self._append_only():
            for user in (self.users["manager"], self.env.user):
                rows = model.with_user(user)
                before = rows.sudo().search_count([])
                with self.subTest(model=model._name, user=user.login):
                    with self._refused("APPEND_ONLY"):
                        rows.create({})
                    with self._refused("APPEND_ONLY"):
                        rows.create([{}, {}])
                    with self._refused("APPEND_ONLY"):
                        rows.with_context(default_company_id=self.company.id).create({})
                    if rows._rec_name:
                        with self._refused("APPEND_ONLY"):
                            rows.name_create("x")
                    result = rows.load(["id"], [["__import__.row"]])
                    self.assertFalse(result["ids"])
                    self.assertEqual(rows.sudo().search_count([]), before)

    def test_no_row_is_written_copied_or_deleted(self):
        self._with_rows()
        self.env["returns.event.seal"]._seal()
        tried = set()
        for model in self._append_only():
            row = model.sudo().search([], limit=1)
            if not row:
                continue
            tried.add(model._name)
            with self.subTest(model=model._name):
                for name in row._fields:
                    if name == "id" or not row._fields[name].store:
                        continue
                    with self._refused("APPEND_ONLY"):
                        row.write({name: row._fields[name].convert_to_write(
                            row[name], row)})  # fmt: skip
                with self._refused("APPEND_ONLY"):
                    row.copy()
                with self._refused("APPEND_ONLY"):
                    row.unlink()
                self.assertTrue(row.exists())
        self.assertGreaterEqual(len(tried), 9, f"rows of {sorted(tried)} only")

    def test_a_row_is_not_changed_through_its_return(self):
        back = self._with_rows().with_user(self.users["manager"])
        for name in (
            "receipt_ids", "inspection_ids", "routing_ids", "settlement_ids",
            "decision_ids", "event_ids", "exception_ids", "approval_ids",
        ):  # fmt: skip
            row = back.sudo()[name][:1]
            for command in (
                (0, 0, {}), (1, row.id, {"company_id": 1}), (2, row.id), (5,),
                (6, 0, []),
            ):  # fmt: skip
                with self.subTest(field=name, command=command):
                    self._assert_refused(back, {name: [command]})
            self.env.invalidate_all()
            self.assertIn(row, back.sudo()[name])

    def test_no_machine_field_is_typed(self):
        back = self._with_rows()
        for model in self.models:
            row = model.sudo().search([], limit=1)
            if model._append_only or not row:
                continue
            for name in model._machine_fields:
                value = row._fields[name].convert_to_write(row[name], row)
                for env in (self.env(user=self.users["manager"]), self.env(su=True)):
                    with self.subTest(field=f"{model._name}.{name}", su=env.su):
                        self._assert_refused(row.with_env(env), {name: value})
        for name in ("case_state", "goods_state", "money_state"):
            with self.subTest(field=name), self._refused("GUARDED_FIELD"):
                back.with_user(self.users["manager"]).write({name: "closed"})

    def _draft_vals(self):
        return {
            "channel_id": self.web.id,
            "partner_id": self.partner.id,
            "warehouse_id": self.warehouse.id,
        }

    def test_a_default_in_the_context_sets_no_machine_field(self):
        agent = self.env["returns.order"].with_user(self.users["agent"])
        draft = agent.with_context(
            default_name="RET/1",
            default_approved_amount=1000.0,
            default_event_count=7,
            default_revision=7,
            default_goods_state="disposed",
            default_money_state="settled",
            default_editor_ids=[(6, 0, self.users["manager"].ids)],
        ).create(self._draft_vals())
        draft = draft.with_env(self.env)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            [draft.name, draft.approved_amount, draft.event_count, draft.revision],
            ["/", 0.0, 0, 0],
        )
        self.assertEqual((draft.goods_state, draft.money_state), ("none", "none"))
        self.assertEqual(draft.sudo().editor_ids, self.users["agent"])

    def test_a_default_in_the_context_does_not_begin_a_case_elsewhere(self):
        agent = self.env["returns.order"].with_user(self.users["agent"])
        for state in ("authorised", "closed", "to_approve"):
            with self.subTest(state=state), self._refused("GUARDED_FIELD"):
                agent.with_context(default_case_state=state).create(self._draft_vals())

    def test_a_forged_pass_opens_nothing(self):
        back = self._with_rows()
        for forged in (True, "pass", {"used": False}, [1]):
            with self.subTest(forged=forged), self._refused("GUARDED_FIELD"):
                back.with_context(returns_pass=forged).write({"approved_amount": 1.0})

    def test_users_have_no_right_to_rows_at_all(self):
        allowed = {"returns.order": {"agent", "warehouse_lead", "manager"}}
        allowed["returns.order.line"] = allowed["returns.order"]
        allowed["returns.policy.version"] = {"planner", "manager"}
        allowed["returns.checklist.version"] = {"planner", "manager"}
        allowed["returns.policy.replay"] = {"planner", "manager"}
        allowed["returns.recall"] = {"manager"}
        allowed["returns.rollout.phase"] = {"manager"}
        allowed["returns.customer.list"] = {"manager"}
        allowed["returns.destruction"] = {"warehouse_lead", "manager"}
        # Drafts of finance; what is typed of them, their machine fields say.
        for name in ("returns.handover", "returns.handover.line", "returns.accrual"):
            allowed[name] = {"finance"}
        for model in self.models:
            for role, user in self.users.items():
                for operation in ("create", "write", "unlink"):
                    with self.subTest(model=model._name, role=role, op=operation):
                        self.assertEqual(
                            model.with_user(user).has_access(operation),
                            role in allowed.get(model._name, ()),
                        )

    def test_a_stranger_reads_nothing(self):
        stranger = self.env["res.users"].with_context(no_reset_password=True).create(
            {"name": "Stranger", "login": "stranger",
             "group_ids": [(6, 0, self.env.ref("base.group_user").ids)]}
        )  # fmt: skip
        for model in self.models:
            with self.subTest(model=model._name):
                self.assertFalse(model.with_user(stranger).has_access("read"))
