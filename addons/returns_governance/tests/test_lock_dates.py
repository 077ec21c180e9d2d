"""Closed periods and hashed journals: respected, and the money of returns goes on."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestLockDates(ReturnsCommon):
    """A document of a return goes to the next open day, and says so."""

    def _lock(self, name, day):
        self.company.write({name: day})

    def _assert_told(self, move, day):
        """The document and its return say where it went, and why."""
        self.assertEqual((move.state, move.date), ("posted", day))
        body = "".join(move.message_ids.mapped("body"))
        self.assertIn("closed period", body)
        back = move.returns_order_id
        told = back.event_ids.filtered(lambda event: event.what == "redated")
        self.assertEqual(told.data["to"], fields.Date.to_string(day))
        self.assertIn("next open day", told.sentence)

    def test_each_lock_moves_the_credit_note_on(self):
        today = fields.Date.today()
        finance = self.users["finance"]
        # The goods are in before the lock: core books no goods on a closed day.
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        order = self._sell([(self.shirt, 5.0)])
        waiting = [
            self._create_return(order, [(order.order_line, 1.0)], until="inspected")
            for _number in range(4)
        ]
        for number, name in enumerate(
            (
                "tax_lock_date",
                "sale_lock_date",
                "fiscalyear_lock_date",
                "hard_lock_date",  # the last: it cannot be taken back
            )
        ):
            with self.subTest(name):
                day = today + timedelta(days=number + 3)
                self._lock(name, day)
                back = waiting[number]
                back.with_user(finance).action_release("Now")
                move = back.credit_move_ids
                self._assert_told(move, day + timedelta(days=1))
                self.assertEqual(move.invoice_date, today)
                self.assertAlmostEqual(back.amount_settled, 60.0, 2)
                self.assertFalse(back.exception_ids)
                if name != "hard_lock_date":
                    self._lock(name, False)
        # What is in a closed period stays there.
        self._lock("hard_lock_date", day + timedelta(days=1))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            move.button_draft()
        # It is put right by a document of the next open day.
        self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(finance), "Wrong goods"
        )
        counter = back.settlement_ids[-1].move_id
        self.assertEqual(counter.date, day + timedelta(days=2))
        self.assertEqual(counter.state, "posted")
        self.assertAlmostEqual(back.amount_settled, 0.0, 2)

    def test_what_was_written_off_is_taken_back_on_an_open_day_too(self):
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        order = self._sell([(self.shirt, 2.0)], until="invoiced")
        loss = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        ).create(
            {
                "amount": 100.0,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": loss.id,
            }
        )._create_payments()
        back = self._create_return(order, until="inspected")
        day = fields.Date.today() + timedelta(days=3)
        self.env.flush_all()  # what is counted of the transfer has its day before
        self._lock("fiscalyear_lock_date", day)
        back.with_user(self.users["finance"]).action_release("Now")
        row = back.settlement_ids
        self.assertEqual(row.amount_written_off, 20.0)
        for move in (row.move_id, row.written_off_id):
            self.assertEqual((move.state, move.date), ("posted", day + timedelta(1)))
            body = "".join(move.message_ids.mapped("body"))
            self.assertIn("closed period", body)

    def test_a_draft_of_a_month_that_was_closed_since(self):
        self.company.returns_posting = "draft"
        today = fields.Date.today()
        last_month = today.replace(day=1) - timedelta(days=2)
        order = self._sell(until="delivered")
        invoice = order._create_invoices()
        invoice.invoice_date = last_month
        invoice.action_post()
        back = self._create_return(order, until="inspected")
        move = back.credit_move_ids.with_user(self.users["finance"])
        move.invoice_date = last_month
        self._lock("fiscalyear_lock_date", last_month + timedelta(days=1))
        move.action_post()
        self.assertGreater(move.date, last_month + timedelta(days=1))
        self._assert_told(move, move.date)

    def test_other_documents_are_as_core_has_them(self):
        self._lock("fiscalyear_lock_date", fields.Date.today() + timedelta(days=1))
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_line_ids": [
                    Command.create({"name": "Service", "price_unit": 5.0})
                ],
            }
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            move.action_post()

    def test_a_hashed_journal_keeps_what_it_has_and_returns_go_on(self):
        order = self._sell()
        invoice = order.invoice_ids
        journal = invoice.journal_id
        journal.restrict_mode_hash_table = True
        back = self._create_return(order, [(order.order_line, 2.0)], until="inspected")
        credit = back.credit_move_ids
        self.assertTrue(credit.inalterable_hash)
        finance = self.users["finance"]
        for attempt in (
            credit.with_user(finance).button_draft,
            lambda: credit.with_user(finance).write({"state": "draft"}),
            credit.with_user(finance).button_cancel,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
            self.env.invalidate_all()
        self.assertEqual(credit.state, "posted")
        # Our own way: a document in the opposite direction, hashed as well.
        self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(finance), "Wrong goods"
        )
        counter = back.settlement_ids[-1].move_id
        self.assertTrue(counter.inalterable_hash)
        self.assertAlmostEqual(back.amount_settled, 0.0, 2)
        back.with_user(finance).action_release("They are right after all")
        self.assertAlmostEqual(back.amount_settled, 120.0, 2)
        self.env.user.group_ids |= self.env.ref("account.group_account_user")
        self.assertFalse(
            [
                result
                for result in self.company._check_hash_integrity()["results"]
                if result["status"] == "corrupted"
            ]
        )
