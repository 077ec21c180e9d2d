"""The withdrawal function: taken down, acknowledged, and carried out at once."""

import hashlib
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestWithdrawalFunction(LawCommon):
    def _state(self, order=None, **values):
        """What a consumer states, as the page hands it on: nobody is signed in."""
        taker = self.env["returns.withdrawer"].with_user(
            self.env.ref("base.public_user")
        )
        return taker._receive(
            {
                "customer": "Anna Schmidt",
                "contract": order.name if order else "S99999",
                "email": "Anna@Example.com",
                "company": self.company,
                **values,
            }
        ).with_env(self.env)

    def test_a_statement_makes_the_return_at_once_without_reason_or_approval(self):
        order = self._sell([(self.shirt, 20.0)])  # far above the limit of approval
        row = self._state(order)
        back = row.order_id
        self.assertTrue(back.withdrawal)
        self.assertEqual(back.case_state, "authorised")
        self.assertFalse(back.line_ids.reason_id)
        self.assertFalse(back.approval_ids)
        self.assertEqual(back.line_ids.quantity, 20.0)
        self.assertEqual(back.requested_at, row.received_at)
        self.assertEqual(
            back.refund_due_date, row.received_at.date() + timedelta(days=14)
        )

    def test_a_block_list_does_not_hold_it(self):
        self.env["returns.customer.list"].create(
            {
                "partner_id": self.partner.id,
                "reason": "Suspected",
                "date_to": fields.Date.add(fields.Date.today(), days=30),
            }
        )
        self.assertEqual(self._state(self._sell()).order_id.case_state, "authorised")

    def test_the_acknowledgement_holds_content_date_and_time_and_is_kept(self):
        order = self._sell()
        row = self._state(order, text="I do not want it.")
        mail = row.mail_id
        self.assertEqual(mail.email_to, "Anna@Example.com")
        self.assertEqual(mail.state, "outgoing")
        moment = fields.Datetime.to_string(row.received_at)
        for said in ("Anna Schmidt", order.name, "I do not want it.", moment, row.name):
            self.assertIn(said, mail.body_html)
            self.assertIn(said, row.content)
        self.assertEqual(mail.attachment_ids, row.attachment_id)
        raw = row.attachment_id.raw
        self.assertEqual(raw.decode(), row.content)
        self.assertEqual(hashlib.sha256(raw).hexdigest(), row.content_sha256)
        self.assertTrue(row.intact)
        row.invalidate_recordset()
        as_screen = row.with_context(bin_size=True)
        self.assertTrue(as_screen.intact)

    def test_a_file_that_was_changed_is_seen(self):
        row = self._state(self._sell())
        row.attachment_id.raw = b"I keep it."
        row.invalidate_recordset()
        self.assertFalse(row.intact)

    def test_a_contract_that_is_not_found_is_acknowledged_and_a_person_is_told(self):
        row = self._state()
        self.assertTrue(row.mail_id)
        self.assertFalse(row.order_id)
        told = self.env["returns.exception"].search(
            [("code", "=", "withdrawal_unmatched"), ("state", "=", "open")]
        )
        self.assertEqual(told.cause, f"withdrawal {row.id}")
        self.assertIn("S99999", told.note)

    def test_nobody_withdraws_from_an_order_of_another_customer(self):
        order = self._sell()
        for stranger in ("eve@example.com", "%@example.com", "anna_example.com"):
            with self.subTest(stranger):
                row = self._state(order, email=stranger)
                self.assertFalse(row.order_id)
                self.assertTrue(row.mail_id)

    def test_what_cannot_be_carried_out_by_itself_is_kept_all_the_same(self):
        order = self._sell(until="confirmed")
        row = self._state(order)
        self.assertFalse(row.order_id)
        self.assertEqual(row.sale_order_id, order)
        told = self.env["returns.exception"].search(
            [("cause", "=", f"withdrawal {row.id}")]
        )
        self.assertIn("delivered", told.note)

    def test_only_name_contract_and_address_are_asked(self):
        for missing in ("customer", "contract", "email"):
            with self.subTest(missing), self._refused("BAD_REQUEST"):
                self._state(self._sell(), **{missing: " "})

    def test_the_function_is_there_through_the_whole_period_and_gone_after_it(self):
        rows = self.env["returns.withdrawal"]
        order = self._sell(until="confirmed")
        self.assertTrue(rows._can_withdraw(order))
        self._deliver(order)
        last = order._returns_last_delivery()[order]
        self.assertTrue(rows._can_withdraw(order, last + timedelta(days=13)))
        self.assertFalse(rows._can_withdraw(order, last + timedelta(days=16)))
        order.returns_withdrawal_informed = "no"
        self.assertTrue(rows._can_withdraw(order, last + timedelta(days=300)))
        self.partner.country_id = self.env.ref("base.us")
        self.assertFalse(rows._can_withdraw(order, last))

    def test_a_statement_is_never_changed_nor_deleted(self):
        row = self._state(self._sell())
        with self._refused("APPEND_ONLY"):
            row.customer = "Somebody else"
        with self._refused("APPEND_ONLY"):
            row.unlink()
        with self.assertRaises(AccessError):
            row.with_user(self.users["inspector"]).read(["customer"])
        self.assertEqual(row.with_user(self.users["agent"]).customer, "Anna Schmidt")
