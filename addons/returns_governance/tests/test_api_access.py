from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged

from .api_common import PIXEL, ApiCase


@tagged("post_install", "-at_install")
class TestApiAccess(ApiCase):
    """Who may call, and what of the company a caller can see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = cls.env.ref("returns_governance.channel_store")
        cls.bound = cls._integration("bound", returns_channel_ids=cls.web)

    @classmethod
    def _integration(cls, login, **bounds):
        user = new_test_user(
            cls.env,
            login=f"test_api_{login}",
            password=f"test_api_{login}",
            groups="base.group_user,returns_governance.group_integration",
        )
        user.write(
            {name: [Command.set(records.ids)] for name, records in bounds.items()}
        )
        return user

    def test_every_method_needs_the_role(self):
        for role in ("agent", "inspector", "warehouse_lead", "finance", "manager"):
            user = self.users[role]
            for method in (
                "returnable",
                "preview",
                "submit",
                "get",
                "search",
                "carrier_event",
                "receive",
                "match",
                "inspect",
                "decide",
                "settled",
                "cancel",
                "changes",
                "batch",
            ):
                with (
                    self.subTest(f"{role} {method}"),
                    self.assertRefused("ACCESS_DENIED"),
                ):
                    self._call(method, user=user)

    def test_the_steps_cannot_be_called_from_outside(self):
        for model in (
            "returns.api",
            "returns.api.batch",
            "returns.api.dock",
            "returns.api.feed",
            "returns.api.intake",
            "returns.api.lookup",
            "returns.api.money",
            "returns.api.preview",
            "returns.api.scan",
            "returns.snapshot",
        ):
            own = {
                name
                for cls in type(self.env[model]).mro()
                if cls.__module__.startswith("odoo.addons.returns_governance")
                for name in vars(cls)
                if callable(getattr(cls, name, None))
            }
            for name in own:
                with self.subTest(f"{model}.{name}"), self.assertRaises(AccessError):
                    get_public_method(self.env[model], name)

    def test_a_channel_that_is_not_mine_is_unknown(self):
        order = self._sell(returns_channel_id=False)
        with self.assertRefused("CHANNEL_UNKNOWN"):
            self._call("submit", self._ask(order, channel="store"), user=self.bound)
        self.assertTrue(self._call("submit", self._ask(order), user=self.bound))

    def test_returns_and_orders_of_other_channels_are_unknown(self):
        order = self._sell(returns_channel_id=self.store.id)
        theirs = self._submitted(
            order, channel="store", parcels=[{"tracking_ref": "T1", "carrier": "dhl"}]
        )
        name = theirs["name"]
        at = "2026-01-01T10:00:00Z"
        node = self.warehouse.code
        line = {"sku": "SHIRT", "quantity": 1}
        calls = [
            ("get", [{"name": name}], "RETURN_UNKNOWN"),
            (
                "get",
                [{"channel": "store", "external_ref": theirs["external_ref"]}],
                "RETURN_UNKNOWN",
            ),
            (
                "returnable",
                {"channel": "web", "order_ref": order.name},
                "ORDER_NOT_FOUND",
            ),
            (
                "cancel",
                {"cancel_ref": "1", "return": name, "reason": "x"},
                "RETURN_UNKNOWN",
            ),
            (
                "receive",
                {
                    "receipt_ref": "1",
                    "warehouse": node,
                    "return": name,
                    "lines": [line],
                },
                "RETURN_UNKNOWN",
            ),
            (
                "receive",
                {
                    "receipt_ref": "1",
                    "warehouse": node,
                    "tracking_ref": "T1",
                    "lines": [line],
                },
                "TRACKING_UNKNOWN",
            ),
            (
                "carrier_event",
                {
                    "event_ref": "1",
                    "tracking_ref": "T1",
                    "status": "lost",
                    "occurred_at": at,
                },
                "TRACKING_UNKNOWN",
            ),
            (
                "inspect",
                {
                    "inspection_ref": "1",
                    "return": name,
                    "results": [{**line, "condition": "A"}],
                },
                "RETURN_UNKNOWN",
            ),
            (
                "decide",
                {"decision_ref": "1", "return": name, "approve": False, "reason": "x"},
                "RETURN_UNKNOWN",
            ),
            (
                "settled",
                {
                    "settlement_ref": "1",
                    "return": name,
                    "amount": 1,
                    "currency": "EUR",
                    "tender": "card",
                    "occurred_at": at,
                },
                "RETURN_UNKNOWN",
            ),
        ]
        for method, argument, code in calls:
            with self.subTest(f"{method} {argument}"), self.assertRefused(code):
                self._call(method, argument, user=self.bound)
        self.assertEqual(self._call("search", {}, user=self.bound)["returns"], [])
        scan = self._call(
            "receive",
            {
                "receipt_ref": "1",
                "warehouse": node,
                "scan": "T1",
                "lines": [line],
            },
            user=self.bound,
        )
        self.assertEqual(scan, {"unmatched": True, "receipt_ref": "1"})

    def test_another_users_reference_in_the_same_company_is_taken(self):
        order = self._sell()
        ask = self._ask(order)
        self._call("submit", ask)
        self.assertFalse(self._call("submit", ask, user=self.bound)["created"])

    def test_a_node_that_is_not_mine_is_unknown(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "WH9"})
        user = self._integration("node", returns_node_ids=other)
        snapshot = self._submitted()
        with self.assertRefused("RETURN_UNKNOWN"):
            self._call("get", [{"name": snapshot["name"]}], user=user)
        receipt = {
            "receipt_ref": "1",
            "warehouse": self.warehouse.code,
            "scan": "?",
            "lines": [],
        }
        with self.assertRefused("WAREHOUSE_UNKNOWN"):
            self._call("receive", receipt, user=user)
        answer = self._call("receive", {**receipt, "warehouse": "WH9"}, user=user)
        self.assertTrue(answer["unmatched"])

    def test_another_company_is_unknown(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        user = self._integration("company")
        user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        order = self._sell()
        snapshot = self._submitted(order)
        with self.assertRefused("ORDER_NOT_FOUND"):
            self._call(
                "returnable", {"channel": "web", "order_ref": order.name}, user=user
            )
        with self.assertRefused("RETURN_UNKNOWN"):
            self._call("get", [{"name": snapshot["name"]}], user=user)
        with self.assertRefused("WAREHOUSE_UNKNOWN"):
            self._call(
                "receive",
                {
                    "receipt_ref": "1",
                    "warehouse": self.warehouse.code,
                    "scan": "?",
                    "lines": [],
                },
                user=user,
            )

    def test_evidence_that_policy_asks_for_has_to_be_there(self):
        version = self.env.ref("returns_governance.policy_standard").version_ids
        draft = version.copy()
        draft.rule_ids[0].write({"evidence": "images", "evidence_images": 1})
        draft.with_user(self.users["manager"]).action_publish()
        ask = self._ask(self._sell())
        with self.assertRefused("EVIDENCE_REQUIRED"):
            self._call("submit", ask)
        ask["lines"][0]["evidence"] = [{"name": "a.png", "content_base64": PIXEL}]
        self.assertTrue(self._call("submit", ask)["created"])

    def test_a_caller_of_two_companies_works_in_both(self):
        """The return belongs to the order's company, not to the caller's main one."""
        second = self.env["res.company"].create({"name": "Second"})
        node = self.env["stock.warehouse"].search([("company_id", "=", second.id)])
        node = node or self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC", "company_id": second.id}
        )
        user = self._integration("both")
        user.company_ids |= second
        shirt = self._make_product("Second shirt", 10.0, 5.0, taxes_id=False)
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": shirt.id,
                "inventory_quantity": 5.0,
                "location_id": node.lot_stock_id.id,
            }
        ).action_apply_inventory()
        order = self._sell(
            [(shirt, 2.0)],
            until="delivered",
            company_id=second.id,
            warehouse_id=node.id,
        )
        snapshot = self._call("submit", self._ask(order), user=user)["return"]
        self.assertEqual(snapshot["company"], "Second")
        receipt = self._receipt(snapshot)
        with self.assertRefused("WAREHOUSE_UNKNOWN"):
            self._call("receive", receipt, user=user)
        receipt["warehouse"] = node.code
        self._call("receive", receipt, user=user)
        answer = self._call(
            "inspect", self._findings(snapshot, ("SECOND-SHIRT", 2, "A")), user=user
        )
        self.assertEqual(answer["goods_state"], "disposed")
        with self.assertRefused("RETURN_UNKNOWN"):
            self._call("get", [{"name": snapshot["name"]}])
