"""Levels by value, role, company and reason; four eyes; delegates; asking again."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalLevels(ApprovalCommon):
    def _two_levels(self):
        """A return for a lead and then a manager."""
        self._authority("refund", above=100, role="warehouse_lead")
        return self._dear_return()

    def test_the_table_adds_a_level_before_the_policys(self):
        approval = self._two_levels().approval_ids
        self.assertEqual(
            approval.level_ids.mapped("role"), ["warehouse_lead", "manager"]
        )
        self.assertEqual(approval.level_ids.mapped("state"), ["open", "waiting"])
        self.assertEqual(approval.level_words, "1 of 2: Warehouse lead")
        self.assertEqual(approval.limit, 100.0)

    def test_each_level_is_answered_after_the_one_before(self):
        back = self._two_levels()
        approval = back.approval_ids
        approval.with_user(self.users["warehouse_lead"]).action_approve("Seen")
        self.assertEqual((approval.state, approval.level), ("open", 2))
        self.assertEqual(back.case_state, "to_approve")
        self.assertEqual(approval.role, "manager")
        approval.with_user(self.users["manager"]).action_approve("Fine")
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(
            [(row.decided_by_id, row.reason) for row in approval.level_ids],
            [
                (self.users["warehouse_lead"], "Seen"),
                (self.users["manager"], "Fine"),
            ],
        )
        events = back.event_ids.mapped("what")
        self.assertLess(events.index("level_approved"), events.index("approved"))

    def test_no_two_levels_are_answered_by_one_person(self):
        approval = self._two_levels().approval_ids
        # A manager is a lead too, and may answer the first level.
        approval.with_user(self.users["manager"]).action_approve()
        mine = approval.with_user(self.users["manager"])
        self.assertFalse(mine.can_approve)
        with self._refused("SELF_APPROVAL"):
            mine.action_approve()
        approval.with_user(self.boss).action_approve()
        self.assertEqual(approval.state, "approved")

    def test_the_first_level_is_for_its_role_alone(self):
        approval = self._two_levels().approval_ids
        for role in ("agent", "inspector", "finance", "planner", "auditor"):
            with self.subTest(role=role), self._denied():
                approval.with_user(self.users[role]).action_approve()

    def test_a_level_that_refuses_ends_it(self):
        back = self._two_levels()
        approval = back.approval_ids
        approval.with_user(self.users["warehouse_lead"]).action_refuse("No")
        self.assertEqual(approval.state, "refused")
        self.assertEqual(approval.level_ids.mapped("state"), ["refused", "withdrawn"])
        self.assertEqual(back.case_state, "rejected")

    def test_a_row_for_two_approvers_asks_two_people(self):
        self._authority("refund", above=600, role="manager", approvers=2)
        approval = self._dear_return().approval_ids
        self.assertEqual(approval.level_ids.mapped("role"), ["manager", "manager"])

    def test_levels_of_the_policy(self):
        """What a rule's outcome says, as a return has pinned it."""
        back = self._dear_return()
        decision = back.line_ids.decision_id
        levels = [["500", "manager"], ["700", "finance"], ["5000", "manager"]]
        decision._machine_write(
            {"outcomes": {**decision.outcomes, "approval_levels": levels}}
        )
        step = self.env["returns.step.authorise"]
        self.assertEqual(
            step._levels(back, 720.0), [(500.0, "manager"), (700.0, "finance")]
        )
        self.assertEqual(step._levels(back, 600.0), [(500.0, "manager")])
        self.assertEqual(step._levels(back, 400.0), [])

    def test_a_row_for_a_reason_or_a_company_is_for_no_other(self):
        fraud = self.env.ref("returns_governance.reason_suspected_fraud")
        other = self.env["res.company"].create({"name": "Other"})
        self._authority("refund", role="finance", reason_ids=fraud.ids)
        self._authority("refund", role="finance", company_id=other.id)
        order = self._sell([(self.shirt, 2.0)])
        self.assertEqual(self._submit(self._request(order)).case_state, "authorised")
        order = self._sell([(self.shirt, 2.0)])
        line = (order.order_line, 2.0, {"reason": fraud})
        back = self._submit(self._request(order, [line]))
        self.assertEqual(back.approval_ids.role, "finance")

    def test_a_withdrawal_waits_for_nobody(self):
        self._authority("refund", role="manager")
        self.company.country_id = self.env.ref("base.de")
        back = self._submit(
            self._request(self._sell([(self.shirt, 2.0)]), withdrawal=True)
        )
        self.assertTrue(back.line_ids.decision_id.withdrawal_right)
        self.assertEqual(back.case_state, "authorised")

    def test_the_preview_says_that_it_waits(self):
        self._authority("refund", above=10, role="manager")
        order = self._sell([(self.shirt, 1.0)])
        answer = (
            self.env["returns.order"]
            .with_user(self.users["integration"])
            .api_preview(
                {
                    "channel": "web",
                    "external_ref": "P-1",
                    "order_ref": order.name,
                    "lines": [
                        {
                            "sku": "SHIRT",
                            "quantity": 1,
                            "reason": "changed_mind",
                            "resolution": "refund",
                        }
                    ],
                }
            )
        )
        self.assertIn("awaiting_approval", answer["money"]["held_because"])

    # --- asking again -----------------------------------------------------------------
    def test_a_raised_sum_opens_the_levels_again_and_keeps_the_answers(self):
        back = self._two_levels()
        approval = back.approval_ids
        lead = self.users["warehouse_lead"]
        approval.with_user(lead).action_approve("For 720")
        levels = self.env["returns.step.authorise"]._levels(back, 900.0)
        self.env["returns.approval"].with_user(self.boss)._ask(
            [{"order": back, "kind": "refund", "amount": 900.0, "levels": levels}]
        )
        self.assertEqual((approval.level, approval.amount), (1, 900.0))
        first = approval.level_ids.filtered(lambda row: row.round == 1)
        self.assertEqual(first.mapped("state"), ["reopened", "withdrawn"])
        self.assertEqual((first[0].amount, first[0].reason), (720.0, "For 720"))
        self.assertIn("approval_reopened", back.event_ids.mapped("what"))
        # Who raised it does not approve it; who approved the lower sum may.
        with self._refused("SELF_APPROVAL"):
            approval.with_user(self.boss).action_approve()
        approval.with_user(lead).action_approve()
        approval.with_user(self.users["manager"]).action_approve()
        self.assertEqual(back.approved_amount, 900.0)

    def test_a_lower_sum_asks_nobody_again(self):
        back = self._two_levels()
        approval = back.approval_ids
        approval.with_user(self.users["warehouse_lead"]).action_approve()
        self.env["returns.approval"]._ask(
            [{"order": back, "kind": "refund", "amount": 650.0, "limit": 100.0}]
        )
        self.assertEqual((approval.level, approval.amount), (2, 650.0))

    def test_a_changed_payee_opens_the_approval_again(self):
        self.company.returns_posting = "draft"
        back = self._dear_return()
        back.approval_ids.with_user(self.users["manager"]).action_approve()
        self._receive(back)
        self._inspect(back)
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.state, "draft")
        finance = self.users["finance"]
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.partner.id, "acc_number": "DE99 1234"}
        )
        credit.with_user(finance).partner_bank_id = account
        self.assertEqual(back.approved_amount, 0.0)
        again = back.approval_ids.filtered(lambda row: row.state == "open")
        self.assertEqual(again.requested_by_id, finance)
        self.assertIn("payee", again.why)
        self.assertIn("approval_reopened", back.event_ids.mapped("what"))
        with self._refused("REFUND_GATE"), self.env.cr.savepoint():
            credit.with_user(finance).action_post()
        again.with_user(self.users["manager"]).action_approve("Called the customer")
        credit.with_user(finance).action_post()
        self.assertEqual(credit.state, "posted")

    def test_nobody_is_paid_while_it_is_open_again(self):
        back = self._dear_return()
        back.approval_ids.with_user(self.users["manager"]).action_approve()
        self._receive(back)
        self._inspect(back)
        credit = back.settlement_ids.move_id
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.partner.id, "acc_number": "DE99 1234"}
        )
        credit.with_user(self.users["finance"]).partner_bank_id = account
        pay = self.env["account.payment.register"].with_user(self.users["finance"])
        with self._refused("APPROVAL_REQUIRED"), self.env.cr.savepoint():
            pay.with_context(active_model="account.move", active_ids=credit.ids).create(
                {}
            )._create_payments()
        again = back.approval_ids.filtered(lambda row: row.state == "open")
        again.with_user(self.users["manager"]).action_approve()
        pay.with_context(active_model="account.move", active_ids=credit.ids).create(
            {}
        )._create_payments()
        self.assertEqual(back.money_state, "settled")

    # --- many at a time ---------------------------------------------------------------
    def test_many_at_a_time_with_a_result_per_line(self):
        good, own = self._dear_return(), self._dear_return(user="manager")
        approvals = good.approval_ids | own.approval_ids
        dialog = (
            self.env["returns.reason.wizard"]
            .with_user(self.users["manager"])
            .with_context(active_model="returns.approval", active_ids=approvals.ids)
            .create({"kind": "approve", "reason": "Seen"})
        )
        self.assertIn("Approve these 2", dialog.question)
        dialog.action_confirm()
        self.assertEqual(
            (good.case_state, own.case_state), ("authorised", "to_approve")
        )
        self.assertIn(own.name, dialog.result)
        self.assertNotIn(good.name, dialog.result)
        self.assertIn("Somebody else has to approve", dialog.result)

    def test_for_me_finds_what_i_may_decide(self):
        mine, own = self._dear_return(), self._dear_return(user="manager")
        found = (
            self.env["returns.approval"]
            .with_user(self.users["manager"])
            .search([("can_approve", "=", True)])
        )
        self.assertIn(mine.approval_ids, found)
        self.assertNotIn(own.approval_ids, found)

    def test_levels_are_seen_where_their_return_is(self):
        level = self._dear_return().approval_ids.level_ids
        bound = self._colleague("bound", "manager")
        Level = self.env["returns.approval.level"].with_user(bound)
        self.assertIn(level, Level.search([]))
        bound.returns_channel_ids = self.env.ref("returns_governance.channel_b2b")
        self.assertNotIn(level, Level.search([]))
        bound.returns_channel_ids = False
        bound.returns_node_ids = self.env["stock.warehouse"].create(
            {"name": "Other node", "code": "ONODE"}
        )
        self.assertNotIn(level, Level.search([]))
        with self._refused("APPEND_ONLY"):
            level.sudo().write({"state": "approved"})

    def test_changes_of_the_table_are_logged(self):
        # Tracking is off in the tests of other things.
        row = self._authority("refund", above=100).with_context(tracking_disable=False)
        self._track()
        row.write({"above": 200})
        self._track()
        values = row.message_ids.tracking_value_ids
        self.assertEqual(
            (values.old_value_float, values.new_value_float), (100.0, 200.0)
        )

    def _track(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_only_managers_change_the_table(self):
        row = self._authority("refund", above=100)
        for role in ("agent", "finance", "planner", "auditor"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                row.with_user(self.users[role]).above = 1
        row.with_user(self.users["manager"]).above = 300
        self.assertEqual(row.above, 300.0)


@tagged("post_install", "-at_install")
class TestDelegation(ApprovalCommon):
    def setUp(self):
        super().setUp()
        self.stand_in = self._colleague("stand_in", "agent")

    def test_a_delegate_decides_in_the_place_of_another(self):
        approval = self._dear_return().approval_ids.with_user(self.stand_in)
        self.assertFalse(approval.can_approve)
        self._delegate(self.boss, self.stand_in)
        self.env.invalidate_all()
        self.assertTrue(approval.can_approve)
        approval.action_approve("As she would")
        self.assertEqual(approval.decided_by_id, self.stand_in)
        self.assertEqual(approval.for_user_id, self.boss)
        self.assertEqual(approval.sudo().level_ids.for_user_id, self.boss)
        event = approval.order_id.event_ids.filtered(lambda e: e.what == "approved")
        self.assertEqual(event.data["for"], self.boss.id)
        self.assertIn("in place of Boss", event.sentence)

    def test_a_delegation_is_good_for_its_days(self):
        approval = self._dear_return().approval_ids.with_user(self.stand_in)
        today = fields.Date.today()
        day = timedelta(days=1)
        for first, last in ((today - 2 * day, today - day), (today + day, today + day)):
            self._delegate(self.boss, self.stand_in, date_from=first, date_to=last)
        with self._denied():
            approval.action_approve()
        row = self._delegate(self.boss, self.stand_in)
        row.with_user(self.boss).action_end()
        with self._denied():
            approval.action_approve()

    def test_a_chain_is_not_followed(self):
        third = self._colleague("third", "agent")
        self._delegate(self.boss, self.stand_in)
        self._delegate(self.stand_in, third)
        with self._denied():
            self._dear_return().approval_ids.with_user(third).action_approve()

    def test_nobody_stands_in_for_who_asked(self):
        """A delegate of who asked has no right by that, and none of their own."""
        back = self._dear_return(user="manager")
        asker = self.users["manager"]
        self._delegate(asker, self.stand_in)
        with self._denied():
            back.approval_ids.with_user(self.stand_in).action_approve()
        self._delegate(asker, self.boss)
        with self._refused("SELF_APPROVAL"):
            back.approval_ids.with_user(self.boss).action_approve()
        back.approval_ids.with_user(self.chief).action_approve()
        self.assertEqual(back.case_state, "authorised")

    def test_ending_a_delegation_does_not_make_a_stranger_of_the_delegate(self):
        back = self._dear_return(user="manager")
        row = self._delegate(self.users["manager"], self.boss)
        row.with_user(self.users["manager"]).action_end()
        with self._refused("SELF_APPROVAL"):
            back.approval_ids.with_user(self.boss).action_approve()

    def test_one_right_is_not_used_for_two_levels(self):
        self._authority("refund", above=600, role="manager", approvers=2)
        approval = self._dear_return().approval_ids
        approval.with_user(self.boss).action_approve()
        self._delegate(self.boss, self.stand_in)
        with self._denied():
            approval.with_user(self.stand_in).action_approve()

    def test_one_gives_ones_own_and_managers_give_others(self):
        Delegation = self.env["returns.delegation"]
        today = fields.Date.today()
        values = {
            "from_user_id": self.boss.id,
            "to_user_id": self.stand_in.id,
            "date_from": today,
            "date_to": today,
            "reason": "On leave",
        }
        with self._denied(), self.env.cr.savepoint():
            Delegation.with_user(self.stand_in).create(values)
        with self._denied(), self.env.cr.savepoint():
            # Nobody gains by giving to themself what is another's.
            Delegation.with_user(self.chief).create(
                {**values, "to_user_id": self.chief.id}
            )
        Delegation.with_user(self.chief).create(values)
        row = Delegation.with_user(self.boss).create(values)
        for change in ({"to_user_id": self.chief.id}, {"ended_on": False}):
            with self._refused("APPEND_ONLY"):
                row.write(change)
        with self._refused("APPEND_ONLY"), self.env.cr.savepoint():
            row.sudo().unlink()
        row.date_to = today + timedelta(days=3)
        with self._refused("BAD_REQUEST"):
            row.date_to = today - timedelta(days=1)

    @mute_logger("odoo.sql_db")
    def test_a_delegate_has_a_role_and_works_in_the_company(self):
        employee = self._colleague("employee")
        with self.assertRaises(ValidationError):
            self._delegate(self.boss, employee)
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(ValidationError):
            self._delegate(self.boss, self.stand_in, company_id=other.id)

    def test_one_sees_ones_own_delegations(self):
        row = self._delegate(self.boss, self.stand_in)
        Delegation = self.env["returns.delegation"]
        seen = {
            user.login: row in Delegation.with_user(user).search([])
            for user in (
                self.stand_in,
                self.boss,
                self.chief,
                self.users["agent"],
                self.users["auditor"],
            )
        }
        self.assertEqual(
            seen,
            {
                "stand_in": True, "boss": True, "chief": True,
                "test_agent": False, "test_auditor": True,
            },
        )  # fmt: skip
