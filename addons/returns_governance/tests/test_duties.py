"""Segregation of duties: who really holds two rights that belong apart."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestDuties(ApprovalCommon):
    def _found(self, user):
        # A report is read anew by each request.
        self.env.invalidate_all()
        rows = self.env["returns.duty"].search([("user_id", "=", user.id)])
        return {row.conflict: row.state for row in rows}

    def test_no_single_role_holds_an_open_conflict(self):
        for role, user in self.users.items():
            with self.subTest(role=role):
                self.assertNotIn("open", self._found(user).values())

    def test_what_four_eyes_hold_is_shown_apart(self):
        self.assertEqual(
            self._found(self.users["manager"]),
            {"request_approve": "four_eyes", "write_publish": "four_eyes"},
        )

    def test_a_group_of_ones_own_that_implies_two_of_ours(self):
        ref = self.env.ref
        inner = self.env["res.groups"].create(
            {
                "name": "Dock and desk",
                "implied_ids": [
                    Command.link(ref("returns_governance.group_inspector").id),
                    Command.link(ref("returns_governance.group_finance").id),
                ],
            }
        )
        outer = self.env["res.groups"].create(
            {"name": "Everything man", "implied_ids": [Command.link(inner.id)]}
        )
        user = self._colleague("everyman")
        self.assertEqual(self._found(user), {})
        user.group_ids |= outer
        self.assertEqual(self._found(user), {"receive_pay": "open"})
        row = self.env["returns.duty"].search([("user_id", "=", user.id)])
        self.assertIn(
            "receives: Everything man > Dock and desk > Returns / Inspector", row.way
        )
        self.assertIn("pays: Everything man > Dock and desk", row.way)
        user.group_ids -= outer
        self.assertEqual(self._found(user), {})

    def test_odoos_own_rights_count_too(self):
        """Who keeps stock and books in Odoo receives and pays without our roles."""
        user = self._colleague("odoo_man")
        user.group_ids |= self.env.ref("stock.group_stock_user")
        user.group_ids |= self.env.ref("account.group_account_invoice")
        self.assertEqual(self._found(user), {"receive_pay": "open"})

    def test_a_delegation_gives_the_right_to_approve(self):
        finance = self.users["finance"]
        self._delegate(self.boss, finance)
        self.assertEqual(self._found(finance), {"approve_pay": "open"})
        row = self.env["returns.duty"].search([("user_id", "=", finance.id)])
        self.assertIn("approves: delegation of Boss", row.way)
        self.env["returns.delegation"].search([]).action_end()
        self.assertEqual(self._found(finance), {})

    def test_the_table_of_authority_says_who_approves(self):
        self._authority("refund", above=100, role="finance")
        self.assertEqual(self._found(self.users["finance"]), {"approve_pay": "open"})

    def test_a_conflict_is_accepted_with_a_reason_and_an_end(self):
        user = self._colleague("both", "manager", "finance")
        self.assertEqual(self._found(user)["approve_pay"], "open")
        today = fields.Date.today()
        values = {
            "user_id": user.id,
            "conflict": "approve_pay",
            "reason": "Two people in the shop",
            "until": today + timedelta(days=30),
        }
        Accepted = self.env["returns.duty.exception"]
        with self._refused("SELF_APPROVAL"), self.env.cr.savepoint():
            Accepted.with_user(user).create(values)
        with self.assertRaises(AccessError):
            Accepted.with_user(self.users["auditor"]).create(values)
        row = Accepted.with_user(self.boss).create(values)
        self.assertEqual(row.accepted_by_id, self.boss)
        self.assertEqual(self._found(user)["approve_pay"], "accepted")
        self.assertEqual(self._found(user)["receive_pay"], "open")
        with self._refused("APPEND_ONLY"):
            row.reason = "Another one"
        row.action_end()
        self.assertEqual(self._found(user)["approve_pay"], "open")

    def test_an_accepted_conflict_is_open_again_after_its_end(self):
        user = self._colleague("both", "manager", "finance")
        self.env["returns.duty.exception"].create(
            {
                "user_id": user.id,
                "conflict": "approve_pay",
                "reason": "Was needed",
                "until": fields.Date.today() - timedelta(days=1),
            }
        )
        self.assertEqual(self._found(user)["approve_pay"], "open")

    def test_managers_and_auditors_read_and_export_it(self):
        self._colleague("both", "manager", "finance")
        for role in ("manager", "auditor"):
            self.users[role].group_ids |= self.env.ref("base.group_allow_export")
            report = self.env["returns.duty"].with_user(self.users[role])
            rows = report.search(
                [("state", "=", "open"), ("user_id.login", "=", "both")]
            )
            self.assertEqual(len(rows), 2)
            told = rows.export_data(["user_id", "conflict", "way"])["datas"]
            self.assertTrue(all(all(line) for line in told))
            self.assertTrue(report._read_group([], ["conflict"], ["__count"]))
        for role in ("agent", "finance", "planner", "inspector"):
            with self.assertRaises(AccessError):
                self.env["returns.duty"].with_user(self.users[role]).search([])

    def test_who_gives_rights_has_no_say_in_money(self):
        user = self._colleague("admin_man", "finance")
        user.group_ids |= self.env.ref("base.group_erp_manager")
        self.assertEqual(self._found(user)["rights"], "open")
