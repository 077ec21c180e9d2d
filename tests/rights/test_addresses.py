"""What strangers, customers and bound users get from Odoo's addresses: nothing."""

import json

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.returns_governance.tests.common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestAddresses(ReturnsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketplace = cls.env.ref("returns_governance.channel_marketplace")
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Customer",
                "login": "test_customer",
                "password": "test_customer",
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
                "partner_id": cls.partner.id,
            }
        )

    def setUp(self):
        super().setUp()
        order = self._sell(returns_channel_id=self.marketplace.id)
        self.back = self._create_return(order, channel=self.marketplace)
        self.back.message_post(body="Between us")
        self.file = self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "raw": b"a secret",
                "res_model": self.back._name,
                "res_id": self.back.id,
            }
        )
        self.env.flush_all()

    def _rpc(self, url, **params):
        """The error of a JSON-RPC call; the call must not have a result."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self.url_open(url, json.dumps(body), headers=JSON).json()
        self.assertNotIn("result", answer, url)
        return answer["error"]["data"]["name"]

    def _call(self, method, *arguments, **more):
        url = f"/web/dataset/call_kw/{self.back._name}/{method}"
        parts = {"model": self.back._name, "method": method, "kwargs": more}
        return self._rpc(url, args=list(arguments), **parts)

    @mute_logger("odoo.http")
    def _assert_nothing_to_read(self, denied):
        read = [[self.back.id], ["name"]]
        self.assertIn(denied, self._call("read", *read))
        self.assertIn(denied, self._call("api_get", refs=[{"name": self.back.name}]))
        self.assertIn(denied, self._call("action_receive", [self.back.id]))

    def _assert_no_file(self):
        for url in (
            f"/web/content/{self.file.id}",
            f"/web/content/returns.order/{self.back.id}/name",
            f"/web/image/ir.attachment/{self.file.id}/raw",
        ):
            answer = self.url_open(url)
            self.assertNotIn("a secret", answer.text, url)
            self.assertNotIn(self.back.name, answer.text, url)

    def test_a_stranger_gets_nothing(self):
        self.authenticate(None, None)
        self._assert_nothing_to_read("SessionExpiredException")
        self._assert_no_file()

    @mute_logger("odoo.http", "odoo.addons.base.models.res_users")
    def test_a_key_that_is_wrong_opens_nothing(self):
        self.authenticate(None, None)
        for key in ({}, {"Authorization": "Bearer 0000"}):
            answer = self.url_open(
                "/json/2/returns.order/api_get",
                json.dumps({"refs": [{"name": self.back.name}]}),
                headers={**JSON, **key},
            )
            self.assertEqual(answer.status_code, 401)

    def test_a_customer_of_the_portal_gets_nothing(self):
        self.authenticate("test_customer", "test_customer")
        self._assert_nothing_to_read("AccessError")
        self._assert_no_file()

    def test_who_is_bound_to_another_channel_gets_nothing(self):
        self.users["agent"].returns_channel_ids = self.web
        self.authenticate("test_agent", "test_agent")
        with mute_logger("odoo.http"):
            read = [[self.back.id], ["name"]]
            self.assertIn("AccessError", self._call("read", *read))
        self._assert_no_file()
        self._assert_no_export()
        self._assert_no_messages()

    def _assert_no_export(self):
        self.users["agent"].group_ids |= self.env.ref("base.group_allow_export")
        mine = self._create_return()
        self.env.flush_all()
        self.assertIn(mine.name, self._export(mine))
        self.assertNotIn(self.back.name, self._export(self.back))

    def _export(self, back):
        wanted = {
            "model": back._name,
            "fields": [{"name": "name", "label": "Name"}],
            "ids": [back.id],
            "domain": [],
            "import_compat": False,
            "groupby": [],
        }
        data = {"data": json.dumps(wanted), "csrf_token": Request.csrf_token(self)}
        with mute_logger("odoo.http", "odoo.addons.web.controllers.export"):
            return self.url_open("/web/export/csv", data=data).text

    def _assert_no_messages(self):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {"thread_model": self.back._name, "thread_id": self.back.id},
        }
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/mail/thread/messages", json.dumps(body), headers=JSON
            )
        self.assertNotIn("Between us", answer.text)


JSON = {"Content-Type": "application/json"}
