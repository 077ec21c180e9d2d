"""Each action: who may, and who may not."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ROLES
from .governance_common import GovernanceCommon


@tagged("post_install", "-at_install")
class TestSecurityRoles(GovernanceCommon):
    def _try_as(self, role, action):
        """Whether ``role`` may; the try is undone."""
        with self.env.cr.savepoint() as savepoint:
            try:
                action(self.users[role])
                may = True
            except AccessError:
                may = False
            savepoint.rollback()
        self.env.invalidate_all()
        return may

    def _assert_only(self, allowed, action):
        for role in ROLES:
            with self.subTest(role=role):
                self.assertEqual(self._try_as(role, action), role in allowed)

    def _run(self, verb, orders, data):
        def action(user):
            self.env[f"returns.step.{verb}"].with_user(user)._run(
                orders.with_user(user), data
            )

        return action

    def test_agents_and_programs_ask_for_returns(self):
        sale = self._sell()
        request = self._request(sale)
        self._assert_only(
            ("agent", "manager", "integration"),
            self._run("request", self.env["returns.order"], {"requests": [request]}),
        )

    def test_agents_and_programs_attach_labels(self):
        back = self._create_return()
        self._assert_only(
            ("agent", "manager", "integration"),
            self._run("label", back, {back.id: [{"tracking_ref": "T1"}]}),
        )

    def test_agents_and_programs_cancel(self):
        back = self._create_return()
        self._assert_only(
            ("agent", "manager", "integration"),
            self._run("cancel", back, {back.id: {"reason": "Kept it"}}),
        )

    def _receipt(self, back):
        return {
            back.id: [
                {
                    "line": line,
                    "product": line.product_id,
                    "quantity": line.quantity,
                    "lot_name": False,
                    "warehouse": back.warehouse_id,
                    "parcel": back.parcel_ids[:1],
                }
                for line in back.line_ids
            ]
        }

    def test_the_dock_receives(self):
        back = self._create_return()
        self._assert_only(
            ("inspector", "warehouse_lead", "manager", "integration"),
            self._run("receive", back, self._receipt(back)),
        )

    def _finding(self, back, **values):
        line = back.line_ids
        return {
            back.id: [
                {
                    "line": line,
                    "product": line.product_id,
                    "quantity": line.quantity,
                    "lot_name": False,
                    "condition": self.grade_a,
                    **values,
                }
            ]
        }

    def test_the_dock_inspects(self):
        back = self._create_return(until="received")
        self._assert_only(
            ("inspector", "warehouse_lead", "manager", "integration"),
            self._run("inspect", back, self._finding(back)),
        )

    def test_the_lead_overrides_a_disposition(self):
        back = self._create_return(until="received")
        quarantine = self.env.ref("returns_governance.disposition_quarantine")
        self._assert_only(
            ("warehouse_lead", "manager"),
            self._run(
                "inspect",
                back,
                self._finding(back, disposition=quarantine, reason="Smells odd"),
            ),
        )

    def test_the_dock_corrects_its_receipts(self):
        back = self._create_return(until="received")

        def reverse(user):
            self.env["returns.step.receive"].with_user(user)._reverse(
                back.receipt_ids.with_user(user), "Counted wrong"
            )

        self._assert_only(
            ("inspector", "warehouse_lead", "manager", "integration"), reverse
        )

    def test_finance_releases_by_hand(self):
        back = self._create_return()

        def release(user):
            self.env["returns.step.settle"].with_user(user)._release_by_hand(
                back.with_user(user), "Goodwill"
            )

        self._assert_only(("finance",), release)

    def test_the_manager_keeps_the_codes(self):
        for model in (
            "returns.channel", "returns.reason", "returns.condition",
            "returns.disposition", "returns.policy",
        ):  # fmt: skip
            record = self.env[model].search([], limit=1)
            with self.subTest(model=model):
                self._assert_only(
                    ("manager",),
                    lambda user, r=record: r.with_user(user).write({"sequence": 99}),
                )

    def test_the_manager_switches_automatic_steps(self):
        record = self.env["returns.automation"].search([], limit=1)
        self._assert_only(
            ("manager",),
            lambda user: record.with_user(user).write({"active": False}),
        )
        self._assert_only((), lambda user: record.with_user(user).unlink())

    def test_planner_and_manager_draft_policies_and_the_manager_publishes(self):
        policy = self.env.ref("returns_governance.policy_standard")

        def draft(user):
            return (
                self.env["returns.policy.version"]
                .with_user(user)
                .create({"policy_id": policy.id})
            )

        self._assert_only(("planner", "manager"), draft)
        version = policy.current_version_id.with_user(self.users["planner"])
        action = version.action_new_version()
        version = self.env[action["res_model"]].browse(action["res_id"])
        self._assert_only(
            ("manager",), lambda user: version.with_user(user).action_publish()
        )

    def test_agents_and_leads_draft_returns(self):
        vals = {
            "channel_id": self.web.id,
            "partner_id": self.partner.id,
            "warehouse_id": self.warehouse.id,
        }
        self._assert_only(
            ("agent", "warehouse_lead", "manager"),
            lambda user: self.env["returns.order"].with_user(user).create(vals),
        )

    def test_all_roles_read_returns_and_what_they_name(self):
        back = self._create_return(until="inspected")
        sale = back.sale_order_ids

        def read(user):
            for records in (
                back, back.line_ids, back.receipt_ids, back.inspection_ids,
                back.routing_ids, back.settlement_ids, back.event_ids,
            ):  # fmt: skip
                records.with_user(user).read()
            for records in (sale, back.receipt_ids.move_id, sale.picking_ids):
                records.with_user(user).read(["display_name", "company_id", "state"])

        self._assert_only(ROLES, read)

    def test_an_agent_opens_order_transfer_invoice_and_credit_note(self):
        back = self._create_return(until="inspected")
        user = self.users["agent"]
        sale = back.sale_order_ids
        self.assertEqual(len(sale.invoice_ids), 2, "an invoice and its credit note")
        for record in (back, sale, *sale.picking_ids, *sale.invoice_ids):
            with self.subTest(record=record.display_name):
                self.env.invalidate_all()
                self.assertTrue(Form(record.with_user(user)))

    def test_the_dock_opens_return_and_transfer(self):
        back = self._create_return(until="received")
        for record in (back, back.receipt_ids.picking_id):
            with self.subTest(record=record.display_name):
                self.assertTrue(Form(record.with_user(self.users["inspector"])))

    def test_invoices_are_read_by_those_who_need_them(self):
        invoice = self._sell().invoice_ids
        self._assert_only(
            ("agent", "finance", "manager", "auditor"),
            lambda user: invoice.with_user(user).read(["name", "state"]),
        )

    def test_a_program_touches_no_stock_order_or_invoice_directly(self):
        sale = self._sell()
        user = self.users["integration"]
        for records in (
            sale, sale.order_line, sale.picking_ids, sale.invoice_ids,
            self.env["stock.quant"].search([], limit=1), self.partner, self.shirt,
        ):  # fmt: skip
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=records._name, operation=operation):
                    self.assertFalse(records.with_user(user).has_access(operation))

    def test_the_auditor_writes_nothing(self):
        user = self.users["auditor"]
        back = self._create_return(until="inspected")
        for model in self.registry:
            if not model.startswith("returns.") or self.env[model]._abstract:
                continue
            for operation in ("write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    if self.env[model]._transient:
                        continue
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation)
                    )
        self.assertTrue(back.with_user(user).event_ids.read())

    def test_money_and_approval_are_two_persons_by_role(self):
        finance = self.env.ref("returns_governance.group_finance")
        manager = self.env.ref("returns_governance.group_manager")
        self.assertNotIn(finance, manager.all_implied_ids)
        self.assertNotIn(manager, finance.all_implied_ids)

    def test_all_roles_open_a_return(self):
        back = self._create_return(until="inspected")
        for role in ROLES:
            with self.subTest(role=role):
                self.env.invalidate_all()
                self.assertTrue(Form(back.with_user(self.users[role])))
