from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..const import KEY_LEDGER, KEY_PERMIT, QUARANTINE, SELLABLE
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestHttp(InventoryStatesCommon, HttpCase):
    """Over the network nobody gets past the guard, with whatever context."""

    def setUp(self):
        super().setUp()
        self._stock(QUARANTINE, 5.0)
        self.authenticate(self.manager.login, self.manager.login)

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def assertRefusedRemotely(self, code, *args, **kwargs):
        with (
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, "odoo.exceptions") as caught,
        ):
            self._call(*args, **kwargs)
        return caught.exception

    def test_forged_contexts_open_nothing(self):
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("quantity", ">", 0)]
        )
        row = self.env["inventory.state.change"].search([], limit=1)
        for forged in (True, 1, "ledger", {"purpose": "ledger", "used": False}, []):
            context = {KEY_LEDGER: forged, KEY_PERMIT: forged}
            for call in (
                ("stock.quant", "write", quant.ids, {"quantity": 99}),
                (
                    "stock.quant",
                    "create",
                    {
                        "product_id": self.product.id,
                        "location_id": self._place(SELLABLE).id,
                        "quantity": 9,
                    },
                ),
                ("inventory.state.change", "write", row.ids, {"reason": "x"}),
                ("inventory.state.change", "unlink", row.ids),
                (
                    "inventory.state.change",
                    "create",
                    {"product_id": self.product.id, "quantity": 1},
                ),
            ):
                with self.subTest(forged=forged, call=call[:2]):
                    self.assertRefusedRemotely("", *call, context=context)
        quant.invalidate_recordset()
        self.assertEqual(quant.quantity, 5)

    def test_private_methods_cannot_be_called(self):
        move = self._move(self._place(QUARANTINE), self._place(QUARANTINE))
        for model, method, args in (
            (
                "stock.move.line",
                "_reverse_state_changes",
                [move.move_line_ids.ids, "x"],
            ),
            ("inventory.state.change", "_record", [[]]),
            ("inventory.role.approval", "_is_approved", [[], 1]),
        ):
            with self.subTest(method=method):
                self.assertRefusedRemotely("", model, method, *args)

    def test_the_public_methods_are_few(self):
        written = {
            "inventory.state": set(),
            "inventory.state.transition": set(),
            "inventory.state.table": {"action_new_draft", "action_publish"},
            "inventory.state.table.line": set(),
            "inventory.state.change": {"action_undo"},
            "inventory.role.approval": set(),
            "inventory.state.balance": {
                "action_open_quants",
                "action_open_ledger",
                "action_change_state",
                "retrieve_as_of",
            },
            "inventory.state.report": set(),
            "inventory.state.age": set(),
            "inventory.state.change.wizard": {"action_apply"},
            "inventory.state.change.wizard.line": set(),
            "inventory.state.reversal.wizard": {"action_apply"},
        }
        base = {"create", "write", "unlink", "init"}
        for model, methods in written.items():
            own = {
                name
                for cls in type(self.env[model]).__mro__
                if cls.__module__.startswith("odoo.addons.inventory_states")
                for name, value in vars(cls).items()
                if callable(value) and not name.startswith("_")
            }
            self.assertEqual(own - base, methods, model)
