"""What a user sees: companies, channels and nodes, on each model, and no more."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .governance_common import ROWS, GovernanceCommon


@tagged("post_install", "-at_install")
class TestSecurityRules(GovernanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketplace = cls.env.ref("returns_governance.channel_marketplace")
        cls.other_node = cls.env["stock.warehouse"].create(
            {"name": "Other node", "code": "ONODE", "company_id": cls.company.id}
        )
        cls.user = new_test_user(
            cls.env,
            "bound",
            groups=",".join(
                f"returns_governance.group_{role}"
                for role in ("agent", "inspector", "finance", "auditor", "integration")
            ),
        )

    def _whole(self):
        """A return with a row of each kind, settled."""
        back = self._create_return(until="inspected")
        self.env["returns.exception"]._raise(
            [{"code": "wrong_item", "order_id": back.id, "cause": f"order {back.id}"}]
        )
        self.env["returns.approval"]._ask(
            [{"order": back, "kind": "refund", "amount": 1.0, "limit": 1.0}]
        )
        self.env["returns.outbox"]._machine_create(
            [{"order_id": back.id, "kind": "payout"}]
        )
        return back

    def _seen(self, model, back):
        """How many rows of ``model`` the bound user finds for a return."""
        return len(
            self.env[model].with_user(self.user).search([(ROWS[model], "=", back.id)])
        )

    def _move(self, back, **values):
        """Put a return elsewhere, as no user could after submitting it."""
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE returns_order SET {name} = %s WHERE id = %s", [value, back.id]
            )
            if name == "warehouse_id":
                for table in (
                    "returns_receipt",
                    "returns_exception",
                    "returns_approval",
                    "returns_approval_level",
                ):
                    self.env.cr.execute(
                        f"UPDATE {table} SET warehouse_id = %s WHERE order_id = %s",
                        [value, back.id],
                    )
        self.env.invalidate_all()

    def _assert_visible(self, back, visible):
        self.env.flush_all()
        for model in ROWS:
            with self.subTest(model=model):
                self.assertTrue(
                    self.env[model].search_count([(ROWS[model], "=", back.id)]),
                    "the test needs a row of each kind",
                )
                self.assertEqual(bool(self._seen(model, back)), visible)

    def test_who_is_bound_to_nothing_sees_all_of_the_company(self):
        self._assert_visible(self._whole(), True)

    def test_who_is_bound_to_a_channel_sees_its_returns_only(self):
        mine, other = self._whole(), self._whole()
        self._move(other, channel_id=self.marketplace.id)
        self.user.returns_channel_ids = self.web
        self._assert_visible(mine, True)
        self._assert_visible(other, False)
        with self.assertRaises(AccessError):
            other.with_user(self.user).read(["name"])

    def test_who_is_bound_to_a_node_sees_its_returns_only(self):
        mine, other = self._whole(), self._whole()
        self._move(other, warehouse_id=self.other_node.id)
        self.user.returns_node_ids = self.warehouse
        self._assert_visible(mine, True)
        self._assert_visible(other, False)

    def test_who_is_bound_to_both_needs_both(self):
        back = self._whole()
        self.user.returns_channel_ids = self.web
        self.user.returns_node_ids = self.other_node
        self._assert_visible(back, False)
        self.user.returns_node_ids = self.other_node | self.warehouse
        self._assert_visible(back, True)

    def test_a_change_of_the_binding_takes_effect_at_once(self):
        back = self._whole()
        self._assert_visible(back, True)
        self.user.returns_channel_ids = self.marketplace
        self._assert_visible(back, False)
        self.user.returns_channel_ids = False
        self._assert_visible(back, True)

    def test_who_is_bound_to_an_archived_channel_does_not_see_all(self):
        back = self._whole()
        self.user.returns_channel_ids = self.marketplace
        self.marketplace.active = False
        self._assert_visible(back, False)

    def test_who_is_not_in_the_company_sees_nothing(self):
        back = self._whole()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.write({"company_ids": company.ids, "company_id": company.id})
        self._assert_visible(back, False)
        self.assertFalse(
            self.env["returns.sold.line"]
            .with_user(self.user)
            .search_count([("id", "in", back.line_ids.sold_line_id.ids)])
        )

    def test_a_company_that_is_switched_off_is_not_seen(self):
        back = self._whole()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.user.company_ids |= company
        Order = self.env["returns.order"].with_user(self.user)
        elsewhere = Order.with_context(allowed_company_ids=company.ids)
        self.assertFalse(elsewhere.search_count([("id", "=", back.id)]))
        both = Order.with_context(allowed_company_ids=[company.id, self.company.id])
        self.assertTrue(both.search_count([("id", "=", back.id)]))

    def test_policies_of_other_companies_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        own, foreign, common = self.env["returns.policy"].create(
            [
                {"name": "Own", "code": "own", "company_id": self.company.id},
                {"name": "Foreign", "code": "foreign", "company_id": company.id},
                {"name": "Common", "code": "common"},
            ]
        )
        found = self.env["returns.policy"].with_user(self.user).search([])
        self.assertLessEqual(own | common, found)
        self.assertFalse(foreign & found)

    def test_channels_are_those_of_the_user(self):
        self.user.returns_channel_ids = self.web
        found = self.env["returns.channel"].with_user(self.user).search([])
        self.assertEqual(found, self.web)

    def test_goods_without_a_return_are_seen_at_their_node(self):
        receipt = self.env["returns.receipt"]._machine_create(
            [
                {
                    "company_id": self.company.id,
                    "product_id": self.shirt.id,
                    "quantity": 1.0,
                    "warehouse_id": self.warehouse.id,
                }
            ]
        )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "unmatched_parcel",
                    "cause": f"receipt {receipt.id}",
                    "company_id": self.company.id,
                    "warehouse_id": self.warehouse.id,
                },
                {
                    "code": "unexplained_credit",
                    "cause": "credit 1",
                    "company_id": self.company.id,
                },
            ]
        )

        def found():
            receipts = receipt.with_user(self.user)._filtered_access("read")
            codes = (
                self.env["returns.exception"]
                .with_user(self.user)
                .search([("order_id", "=", False)])
                .mapped("code")
            )
            return bool(receipts), set(codes)

        both = {"unmatched_parcel", "unexplained_credit"}
        self.assertEqual(found(), (True, both))
        self.user.returns_channel_ids = self.web
        self.assertEqual(found(), (True, {"unmatched_parcel"}))
        self.user.returns_node_ids = self.other_node
        self.assertEqual(found(), (False, set()))

    def test_an_agent_makes_no_return_outside_the_binding(self):
        agent = self.users["agent"]
        agent.returns_channel_ids = self.web
        vals = {
            "partner_id": self.partner.id,
            "warehouse_id": self.warehouse.id,
            "channel_id": self.web.id,
        }
        Order = self.env["returns.order"].with_user(agent)
        self.assertTrue(Order.create(vals))
        with self.assertRaises(AccessError):
            Order.create(dict(vals, channel_id=self.marketplace.id))
        draft = Order.create(vals)
        with self.assertRaises(AccessError):
            draft.channel_id = self.marketplace
            draft.flush_recordset()

    def test_a_step_on_a_return_that_is_not_seen_is_denied(self):
        back = self._create_return()
        inspector = self.users["inspector"]
        inspector.returns_node_ids = self.other_node
        with self.assertRaises(AccessError):
            self._receive(back)
        inspector.returns_node_ids = self.warehouse
        self._receive(back)
        self.assertEqual(back.goods_state, "received")

    def test_a_manager_decides_only_what_is_seen(self):
        back = self._submit(self._request(self._sell([(self.shirt, 12.0)])))
        self.assertEqual(back.case_state, "to_approve")
        manager = self.users["manager"]
        manager.returns_channel_ids = self.marketplace
        for method in ("action_approve", "action_refuse"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(back.approval_ids.with_user(manager), method)()
        manager.returns_channel_ids |= self.web
        back.approval_ids.with_user(manager).action_approve()
        self.assertEqual(back.case_state, "authorised")

    def test_an_agent_who_sells_too_reads_the_orders_of_others(self):
        order = self._sell()
        order.user_id = self.users["manager"]
        seller = new_test_user(
            self.env,
            "selling_agent",
            groups="returns_governance.group_agent,sales_team.group_sale_salesman",
        )
        self.assertEqual(order.with_user(seller).name, order.name)
        self.assertTrue(order.order_line.with_user(seller).read(["product_id"]))
        self.assertEqual(order.invoice_ids.with_user(seller).state, "posted")
        with self.assertRaises(AccessError):
            order.with_user(seller).check_access("write")

    def test_users_do_not_widen_their_own_binding(self):
        user = self.users["integration"]
        user.returns_channel_ids = self.web
        with self.assertRaises(AccessError):
            user.with_user(user).write({"returns_channel_ids": [Command.clear()]})
