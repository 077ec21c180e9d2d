"""No refusal by a list: a named person decides, and the law passes by."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestCustomerLists(LawCommon):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.partner)

    def _entry(self, kind="block", partner=None, **values):
        return self.env["returns.customer.list"].create(
            {
                "partner_id": (partner or self.partner).id,
                "kind": kind,
                "reason": "Three empty parcels since March",
                "date_to": self.today + timedelta(days=90),
                **values,
            }
        )

    def _other_manager(self):
        return new_test_user(
            self.env,
            "second_manager",
            groups="base.group_user,returns_governance.group_manager",
        )

    def _effects(self, back):
        trace = back.line_ids.decision_id.trace
        return [entry["effect"] for entry in trace if entry["step"] == "list"]

    def test_a_block_waits_for_a_named_person_and_never_refuses(self):
        self._entry()
        back = self._create_return()
        self.assertEqual(back.case_state, "to_approve")
        self.assertEqual(self._effects(back), ["review"])
        approval = back.approval_ids
        self.assertEqual(approval.state, "open")
        self.assertIn("block list", back.next_words)
        self.assertNotIn("above the limit", back.next_words)
        approval.with_user(self.users["manager"]).action_approve("Spoke to her")
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(approval.decided_by_id, self.users["manager"])
        self.assertIn("block list", " ".join(back.event_ids.mapped("sentence")))
        self.assertIn("Block list", back.decision_words)

    def test_an_approved_return_is_settled_and_not_asked_about_again(self):
        self._entry()
        back = self._create_return()
        back.approval_ids.with_user(self.users["manager"]).action_approve("Fine")
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.money_state, "due")
        self.assertEqual(len(back.approval_ids), 1)

    def test_a_refusal_of_a_blocked_request_names_who_refused(self):
        self._entry()
        back = self._create_return()
        back.approval_ids.with_user(self.users["manager"]).action_refuse("Proven fraud")
        self.assertEqual(back.case_state, "rejected")
        self.assertEqual(back.approval_ids.decided_by_id, self.users["manager"])
        self.assertEqual(back.approval_ids.reason, "Proven fraud")

    def test_withdrawal_and_legal_guarantee_pass_by_a_block(self):
        self._entry()
        withdrawn = self._create_return(withdrawal=True)
        self.assertEqual(withdrawn.case_state, "authorised")
        self.assertEqual(self._effects(withdrawn), ["statutory"])
        order = self._sell()
        claim = {"reason": self._reason("defective")}
        claimed = self._create_return(order, [(order.order_line, 3.0, claim)])
        self.assertEqual(claimed.case_state, "authorised")
        self.assertEqual(self._effects(claimed), ["statutory"])
        self.assertFalse((withdrawn | claimed).approval_ids)

    def test_a_block_ends_by_itself_and_has_to_have_an_end(self):
        self._entry(
            date_from=self.today - timedelta(days=9),
            date_to=self.today - timedelta(days=2),
        )
        self.assertEqual(self._create_return().case_state, "authorised")
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._entry(date_to=False)

    def test_a_block_of_a_company_holds_for_its_contacts_and_an_allow_frees_one(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self.partner.parent_id = firm
        self._entry(partner=firm)
        self.assertEqual(self._create_return().case_state, "to_approve")
        self._entry("allow")
        back = self._create_return()
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(self._effects(back), ["allow"])

    def test_a_block_made_later_holds_no_return_under_way(self):
        back = self._create_return()
        self._entry()
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.money_state, "due")

    def test_an_appeal_is_decided_by_another_named_manager_and_logged(self):
        manager = self.users["manager"]
        early = self.today - timedelta(days=9)
        entry = self._entry(date_from=early).with_user(manager)
        own = self.env["returns.customer.list"].with_user(manager)
        mine = own.create(
            {
                "partner_id": self.partner.id,
                "reason": "Empty parcel",
                "date_to": self.today + timedelta(days=5),
            }
        )
        mine.with_user(self.users["agent"])._appeal("It was stolen on the way")
        self.assertEqual(mine.appeal_state, "open")
        with self._refused("SELF_APPROVAL"):
            mine._decide_appeal("overturned", "Right")
        other = mine.with_user(self._other_manager())
        with self._refused("BAD_REQUEST"):
            other._decide_appeal("overturned", "")
        other._decide_appeal("overturned", "The carrier confirmed the theft")
        self.assertFalse(mine.in_force)
        self.assertEqual(mine.reviewer_id.login, "second_manager")
        with self._refused("APPEND_ONLY"):
            entry.unlink()
        entry.date_to = self.today - timedelta(days=1)
        self.assertEqual(self._create_return().case_state, "authorised")
        with self._refused("GUARDED_FIELD"):
            mine.appeal_state = "upheld"

    def test_an_agent_reads_the_lists_and_changes_none(self):
        entry = self._entry().with_user(self.users["agent"])
        self.assertEqual(entry.kind, "block")
        with self.assertRaises(AccessError):
            entry.kind = "allow"
        with self.assertRaises(AccessError):
            entry._decide_appeal("overturned", "x")
        with self.assertRaises(AccessError):
            self.env["returns.customer.list"].with_user(self.users["inspector"]).search(
                []
            )

    def test_the_dialogs_take_an_appeal_down_and_decide_it(self):
        entry = self._entry()
        agent = self.env["returns.reason.wizard"].with_user(self.users["agent"])
        dialog = agent.with_context(
            active_model=entry._name, active_ids=entry.ids, active_id=entry.id
        ).create({"kind": "appeal", "reason": "I sent it back full"})
        self.assertIn("Anna Schmidt", dialog.question)
        dialog.action_confirm()
        self.assertEqual(entry.appeal_text, "I sent it back full")
        manager = self.env["returns.reason.wizard"].with_user(self.users["manager"])
        dialog = manager.with_context(
            active_model=entry._name, active_ids=entry.ids, active_id=entry.id
        ).create({"kind": "uphold", "reason": "The scales say otherwise"})
        dialog.action_confirm()
        self.assertEqual(entry.appeal_state, "upheld")
        self.assertTrue(entry.in_force)
