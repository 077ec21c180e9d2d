"""Whoever is bound to a company, a channel or a node sees nothing else of returns.

By no way: a read, a search, a search by name, a count in groups, an export, a file or
a message. Tried as each role that reads returns, on each model that holds something of
a return.
"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.common import ROLES, ReturnsCommon

# What Odoo's own role shows of the whole company, the binding does not take away.
BOOKS = {"account.move", "account.move.line", "account.payment"}
KEEP_BOOKS = {"finance", "auditor"}


@tagged("post_install", "-at_install")
class TestBound(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.users.values():
            user.group_ids |= cls.env.ref("base.group_allow_export")
        cls.marketplace = cls.env.ref("returns_governance.channel_marketplace")
        cls.other_node = cls.env["stock.warehouse"].create(
            {"name": "Other node", "code": "ONODE", "company_id": cls.company.id}
        )
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": cls.shirt.id,
                "inventory_quantity": 50.0,
                "location_id": cls.other_node.lot_stock_id.id,
            }
        ).action_apply_inventory()

    def _whole(self, channel=None, node=None):
        """A return with a row of each kind, and what hangs on it."""
        channel = channel or self.web
        node = node or self.warehouse
        order = self._sell(warehouse_id=node.id, returns_channel_id=channel.id)
        back = self._create_return(
            order, until="inspected", channel=channel, warehouse=node
        )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "wrong_item",
                    "order_id": back.id,
                    "cause": f"order {back.id}",
                    "company_id": self.company.id,
                    "warehouse_id": node.id,
                }
            ]
        )
        self.env["returns.approval"]._ask(
            [{"order": back, "kind": "refund", "amount": 1.0, "limit": 1.0}]
        )
        self.env["returns.outbox"]._machine_create(
            [{"order_id": back.id, "kind": "payout"}]
        )
        key = ("submit", channel.code, f"KEY-{back.id}")
        self.env["returns.reference"]._take({key: "0"})[key]._settle_on(back)
        back.message_post(body="Said to nobody else")
        back.activity_schedule(summary="Call", user_id=self.env.user.id)
        self.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"x", "res_model": back._name, "res_id": back.id}
        )
        self.env.flush_all()
        return back

    def _of(self, back):
        """{model: what of it belongs to a return}."""
        env = self.env
        rows = {
            name: env[name].search([(path, "=", back.id)])
            for name, path in ROWS.items()
        }
        moves = env["stock.move"].search(
            [
                "|",
                ("returns_line_id", "in", back.line_ids.ids),
                ("sale_line_id", "in", back.line_ids.sale_line_id.ids),
            ]
        )
        books = back.sale_order_ids.invoice_ids | back.settlement_ids.move_id
        document = [("res_model", "=", back._name), ("res_id", "=", back.id)]
        found = {
            **rows,
            "returns.order": back,
            "returns.sold.line": back.line_ids.sold_line_id,
            "sale.order": back.sale_order_ids,
            "sale.order.line": back.line_ids.sale_line_id,
            "stock.picking": moves.picking_id,
            "stock.move": moves,
            "stock.move.line": moves.move_line_ids,
            "account.move": books,
            "account.move.line": books.line_ids,
            "mail.message": back.message_ids,
            "mail.activity": env["mail.activity"].search(document),
            "ir.attachment": env["ir.attachment"].search(document),
        }
        for name, records in found.items():
            self.assertTrue(records, f"the test needs a row of {name}")
        return found

    def _assert_hidden(self, back, roles=ROLES):
        found = self._of(back)
        for role in roles:
            for name, records in found.items():
                if name in BOOKS and role in KEEP_BOOKS:
                    continue
                with self.subTest(role=role, model=name):
                    self._assert_no_way(records.with_user(self.users[role]))

    def _assert_no_way(self, records):
        """Nothing of ``records`` shows by any way that RPC has to read."""
        model = records.browse()
        if not model.has_access("read"):
            return
        mine = [("id", "in", records.ids)]
        for method, arguments in (
            ("search", [mine]),
            ("search_read", [mine, ["display_name"]]),
            ("search_count", [mine]),
            ("name_search", ["", mine]),
        ):
            answer = call_kw(model, method, arguments, {})
            self.assertFalse(answer, method)
        [group] = call_kw(model, "formatted_read_group", [mine, [], ["__count"]], {})
        self.assertFalse(group["__count"], "formatted_read_group")
        answer = call_kw(model, "web_search_read", [mine, {"display_name": {}}], {})
        self.assertFalse(answer["records"], "web_search_read")
        for method, arguments in (
            ("read", [records.ids, ["display_name"]]),
            ("web_read", [records.ids, {"display_name": {}}]),
            ("export_data", [records.ids, ["display_name"]]),
        ):
            with self.assertRaises(AccessError, msg=method), self.cr.savepoint():
                answer = call_kw(model, method, arguments, {})
                if isinstance(answer, list) and not answer:
                    raise AccessError("nothing")  # an empty answer shows nothing
                self.env.flush_all()

    def _assert_seen(self, back, roles=ROLES):
        """The binding hides nothing of one's own."""
        for role in roles:
            for name, records in self._of(back).items():
                records = records.with_user(self.users[role])
                if name in self._own_models(records):
                    with self.subTest(role=role, model=name):
                        self.assertEqual(
                            records.search([("id", "in", records.ids)]), records
                        )

    def _own_models(self, records):
        granted = records.browse().has_access("read")
        return [records._name] if granted and records._name in ROWS else []

    def test_who_is_bound_to_a_channel(self):
        mine, theirs = self._whole(), self._whole(self.marketplace)
        for user in self.users.values():
            user.returns_channel_ids = self.web
        self._assert_hidden(theirs)
        self._assert_seen(mine)

    def test_who_is_bound_to_a_node(self):
        mine, theirs = self._whole(), self._whole(node=self.other_node)
        for user in self.users.values():
            user.returns_node_ids = self.warehouse
        # What a customer was billed belongs to no node.
        found = self._of(theirs)
        for name in BOOKS & found.keys():
            found.pop(name)
        self._of = lambda back, f=found, of=self._of: f if back == theirs else of(back)
        self._assert_hidden(theirs)
        self._assert_seen(mine)

    def test_who_is_bound_to_a_company(self):
        theirs = self._whole()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        for user in self.users.values():
            user.write(
                {"company_ids": [Command.set(company.ids)], "company_id": company.id}
            )
        self._assert_hidden(theirs, ROLES)


ROWS = {
    "returns.order.line": "order_id",
    "returns.decision": "order_id",
    "returns.parcel": "order_ids",
    "returns.receipt": "order_id",
    "returns.inspection": "order_id",
    "returns.routing": "order_id",
    "returns.settlement": "order_id",
    "returns.settlement.line": "settlement_id.order_id",
    "returns.event": "order_id",
    "returns.exception": "order_id",
    "returns.approval": "order_id",
    "returns.outbox": "order_id",
    "returns.reference": "order_id",
}
