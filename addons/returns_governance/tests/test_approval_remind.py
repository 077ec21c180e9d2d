"""Who is told, by when it has to be answered, and what becomes of late questions."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalRemind(ApprovalCommon):
    def setUp(self):
        super().setUp()
        # Only the managers of this class are there to decide.
        known = self.boss | self.chief | self.users["manager"]
        group = self.env.ref("returns_governance.group_manager")
        for user in group.all_user_ids - known:
            user.group_ids -= group

    def test_a_question_of_friday_afternoon_is_due_on_monday(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC", "company_id": self.company.id}
        )
        self.company.resource_calendar_id = calendar
        self.company.returns_approval_hours = 4
        with freeze_time("2026-11-13 15:00:00"):  # a Friday; work ends at 17
            due = self.env["returns.approval"]._due(self.company)
        self.assertEqual(due, datetime(2026, 11, 16, 10, 0))

    def test_without_a_calendar_the_clock_counts(self):
        self.company.resource_calendar_id = False
        with freeze_time("2026-11-13 15:00:00"):
            due = self.env["returns.approval"]._due(self.company)
        self.assertEqual(due, datetime(2026, 11, 14, 15, 0))

    def test_one_person_gets_the_to_do_and_nobody_drowns(self):
        backs = self._dear_return() | self._dear_return() | self._dear_return()
        self._remind()
        owners = backs.approval_ids.owner_id
        self.assertEqual(len(owners), 3)
        for approval in backs.approval_ids:
            activity = approval.activity_ids
            self.assertEqual(len(activity), 1)
            self.assertEqual(activity.user_id, approval.owner_id)
            self.assertIn("Refund up to", activity.summary)
        self._remind()
        self.assertEqual(len(backs.approval_ids.activity_ids), 3)

    def test_the_to_do_goes_with_the_answer(self):
        back = self._dear_return()
        self._remind()
        back.approval_ids.with_user(self.boss).action_approve()
        self.assertFalse(back.approval_ids.activity_ids)

    def test_whoever_asked_is_not_asked(self):
        (self.boss | self.chief).active = False
        back = self._dear_return(user="manager")
        self._remind()
        self.assertFalse(back.approval_ids.owner_id)
        self.assertIn("nobody", back.approval_ids.who_can)
        self.assertIn("Manager", back.approval_ids.who_can)

    def test_the_to_do_of_who_is_away_goes_to_the_delegate(self):
        (self.chief | self.users["manager"]).active = False
        stand_in = self._colleague("stand_in", "inspector")
        self._delegate(self.boss, stand_in)
        back = self._dear_return()
        self._remind()
        self.assertEqual(back.approval_ids.owner_id, stand_in)

    def test_the_mail_speaks_the_language_of_who_decides(self):
        self.env["res.lang"]._activate_lang("de_DE")
        template = self.env.ref("returns_governance.mail_template_approval")
        template.with_context(lang="de_DE").subject = "Bitte: {{ object.question }}"
        (self.chief | self.users["manager"]).active = False
        self.boss.lang = "de_DE"
        back = self._dear_return()
        before = self.env["mail.mail"].search([])
        self._remind()
        mail = self.env["mail.mail"].search([]) - before
        self.assertTrue(mail.subject.startswith("Bitte: Refund up to"))
        self.assertEqual(
            mail.recipient_ids.mapped("name"), [self.boss.name], mail.mapped("email_to")
        )
        self.assertIn(f"/returns/approval/{back.approval_ids.id}", mail.body_html)

    def test_a_late_question_goes_up_once_and_raises_its_exception(self):
        self._authority("refund", above=100, role="agent")
        back = self._create_return()
        approval = back.approval_ids
        self.assertEqual(approval.role, "agent")
        due = datetime.now() - timedelta(hours=1)
        approval._machine_write({"due_at": due.replace(microsecond=0)})
        self._remind()
        self.assertEqual(
            (approval.role, approval.escalated_from), ("warehouse_lead", "agent")
        )
        self.assertTrue(
            approval.owner_id.has_group("returns_governance.group_warehouse_lead")
        )
        late = back.exception_ids.filtered(lambda e: e.code == "approval_overdue")
        self.assertEqual(late.state, "open")
        self.assertIn("escalated", back.event_ids.mapped("what"))
        self._remind()
        self.env["returns.exception"]._find_overdue()
        self.assertEqual(approval.role, "warehouse_lead")
        self.assertEqual(late.state, "open")
        # Whom it was asked first may answer still.
        other = self._colleague("other_agent", "agent")
        approval.with_user(other).action_approve()
        self.assertEqual(late.state, "closed")
        self.assertEqual(approval.level_ids.escalated_from, "agent")

    def test_a_role_that_nobody_has_is_passed_over_at_once(self):
        group = self.env.ref("returns_governance.group_finance")
        for user in group.all_user_ids:
            user.group_ids -= group
        self._authority("refund", above=100, role="finance")
        back = self._create_return()
        self._remind()
        self.assertEqual(back.approval_ids.role, "manager")
        self.assertTrue(back.approval_ids.owner_id)

    def test_a_table_that_asks_nobody_costs_no_query(self):
        company = self.company
        authority = self.env["returns.authority"]
        authority._rows_in_force()
        with self.assertQueryCount(0):
            self.assertEqual(authority._needed("release", company, 10.0), [])

    def test_the_customer_is_never_written_to(self):
        approval = self._dear_return().approval_ids
        self.assertEqual(approval.partner_id, self.partner)
        self.assertFalse(approval._mail_get_partners()[approval.id])
        self.assertFalse(
            approval._message_get_default_recipients()[approval.id]["partner_ids"]
        )
