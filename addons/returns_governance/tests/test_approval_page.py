"""The page behind the link in the mail."""

from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalPage(ApprovalCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.back = self._dear_return()
        self.approval = self.back.approval_ids
        self.url = f"/returns/approval/{self.approval.id}"

    def _decide(self, answer, login="boss", **more):
        self.authenticate(login, login)
        data = {
            "answer": answer,
            "reason": "Called them",
            "csrf_token": http.Request.csrf_token(self),
            **more,
        }
        return self.url_open(f"{self.url}/decide", data=data)

    def test_looking_decides_nothing(self):
        self.authenticate("boss", "boss")
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Refund up to", page.text)
        self.assertIn("Approve</button>", page.text)
        for query in ("?answer=approve", "/decide?answer=approve"):
            self.url_open(f"{self.url}{query}")
        self.assertEqual(self.approval.state, "open")

    def test_the_buttons_decide(self):
        page = self._decide("approve")
        self.assertIn("Boss", page.text)
        self.assertEqual(
            (self.approval.state, self.approval.reason), ("approved", "Called them")
        )
        self.assertEqual(self.back.case_state, "authorised")

    def test_a_refusal_by_the_page(self):
        self._decide("refuse")
        self.assertEqual(self.back.case_state, "rejected")

    @mute_logger("odoo.http")
    def test_without_the_token_of_the_page_nothing_is_decided(self):
        answer = self._decide("approve", csrf_token="forged")
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.approval.state, "open")

    def test_who_asked_reads_why_not(self):
        back = self._dear_return(user="manager")
        self.url = f"/returns/approval/{back.approval_ids.id}"
        self.authenticate("test_manager", "test_manager")
        page = self.url_open(self.url)
        self.assertNotIn("Approve</button>", page.text)
        self.assertIn("for another person to approve", page.text)
        page = self._decide("approve", login="test_manager")
        self.assertIn("you asked for it", page.text)
        self.assertEqual(back.approval_ids.state, "open")

    def test_an_answered_question_says_so(self):
        self._decide("approve")
        page = self._decide("refuse", login="chief")
        self.assertIn("answered already by Boss", page.text)
        self.assertEqual(self.approval.state, "approved")

    @mute_logger("odoo.http")
    def test_a_customer_and_a_stranger_find_nothing(self):
        new_test_user(
            self.env, "customer", password="customer", groups="base.group_portal"
        )
        self.authenticate("customer", "customer")
        self.assertEqual(self.url_open(self.url).status_code, 404)
        self.assertEqual(self._decide("approve", login="customer").status_code, 404)
        self.authenticate(None, None)
        page = self.url_open(self.url)
        self.assertIn("/web/login", page.url)
        self.assertNotIn("Refund up to", page.text)
        self.assertEqual(self.approval.state, "open")

    @mute_logger("odoo.http")
    def test_an_employee_without_a_role_or_in_another_channel_finds_nothing(self):
        self._colleague("employee")
        bound = self._colleague("bound", "manager")
        bound.returns_channel_ids = self.env.ref("returns_governance.channel_b2b")
        for login in ("employee", "bound"):
            with self.subTest(login=login):
                self.authenticate(login, login)
                self.assertEqual(self.url_open(self.url).status_code, 404)
                self.assertEqual(self._decide("approve", login=login).status_code, 404)
        self.assertEqual(self.approval.state, "open")
