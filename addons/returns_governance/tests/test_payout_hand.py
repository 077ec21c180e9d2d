"""What no provider pays back: ticked off by finance, many at once, with a bank file."""

from datetime import date
from xml.etree import ElementTree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestPayoutHand(PayoutCommon):
    """Three customers who paid by transfer, and sent everything back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = ("Müller & Co", "Bea", "Cy")
        cls.customers = cls.env["res.partner"].create([{"name": n} for n in names])
        for partner, number in zip(
            cls.customers[:2],
            ("DE89370400440532013000", "NL91ABNA0417164300"),
            strict=True,
        ):
            cls.env["res.partner.bank"].create(
                {
                    "partner_id": partner.id,
                    "acc_number": number,
                    "allow_out_payment": True,
                }
            )
        cls.bank.bank_account_id = cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.company.partner_id.id,
                "acc_number": "BE68539007547034",
            }
        )

    def _rows(self, count=1):
        """Refunds of so many customers that wait to be paid by hand."""
        rows = self.env["returns.settlement"]
        for partner in self.customers[:count]:
            order = self._sell(partner=partner)
            rows |= self._credit(self._create_return(order, until="inspected"))
        return rows

    def test_finance_ticks_off_many_and_gets_a_file_for_the_bank(self):
        rows = self._rows(3)
        listed = self.env["returns.settlement"].with_user(self.finance)
        listed = listed.search(
            [("hand_amount", ">", 0), ("id", "in", rows.ids)], order="id"
        )
        self.assertEqual(listed, rows.with_user(self.finance))
        self.assertEqual(rows.mapped("hand_amount"), [180.0] * 3)
        known = [bool(row.payee_bank_id) for row in listed]
        self.assertEqual(known, [True, True, False])
        self.assertTrue(all(rows.mapped("due_date")))
        dialog = self._dialog(rows)
        self.assertEqual(dialog.missing, 1, "the bank account of one is missing")
        self.assertEqual(set(dialog.line_ids.mapped("tender")), {"bank"})
        action = dialog.action_confirm()
        self.assertEqual(action["res_id"], dialog.id, "the dialog says what came of it")
        self.assertIn("registered: 2", dialog.summary)
        self.assertIn("no bank account", dialog.summary)
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "to_pay"])
        self.assertEqual(rows.mapped("hand_amount"), [0.0, 0.0, 180.0])
        payouts = rows.paid_by_ids
        self.assertEqual(payouts.payment_id, dialog.payment_ids)
        self.assertEqual(set(payouts.mapped("user_id")), {self.finance})
        with self.assertRaisesRegex(UserError, "saved already"):
            dialog.action_confirm()
        self._assert_list_file(dialog)

    def _assert_list_file(self, dialog):
        """In dollars the bank gets a list."""
        name, content = self._file(dialog.action_bank_file())
        self.assertTrue(name.endswith(".csv"))
        row = "Müller & Co,DE89370400440532013000,,180.00,USD"
        self.assertIn(row, content.decode())
        payment = dialog.payment_ids[0]
        self.assertTrue(payment.is_sent)
        self.assertIn(name, payment.message_ids[0].body)

    def _file(self, action):
        [number] = [part for part in action["url"].split("/") if part[:1].isdigit()]
        attachment = self.env["ir.attachment"].browse(int(number.partition("?")[0]))
        return attachment.name, attachment.raw

    def test_a_file_has_only_posted_transfers_of_one_account(self):
        row = self._rows()
        dialog = self._dialog(row)
        dialog.action_confirm()
        payment = dialog.payment_ids
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            payment.with_user(self.clerk).action_returns_bank_file()
        payment.with_user(self.finance).action_returns_bank_file()
        self.assertIn("once more", self._again(payment).body)
        payment.action_draft()
        with self.assertRaisesRegex(UserError, "no posted transfer"):
            payment.with_user(self.finance).action_returns_bank_file()

    def _again(self, payment):
        payment.with_user(self.finance).action_returns_bank_file()
        return payment.message_ids[0]

    def test_a_payment_that_is_cancelled_waits_to_be_paid_again(self):
        row = self._rows()
        back = row.order_id
        self._dialog(row).action_confirm()
        payment = row.paid_by_ids.payment_id
        with self.assertRaisesRegex(UserError, "Cancel it"):
            payment.unlink()
        payment.action_draft()
        self.assertEqual(row.hand_amount, 0.0, "somebody is about to pay it")
        payment.action_cancel()
        self.assertEqual((row.state, row.hand_amount), ("to_pay", 180.0))
        self.assertEqual(row.paid_by_ids.state, "failed")
        # The return was closed: finance is told, or nobody would look at it again.
        self.assertEqual(back.case_state, "closed")
        told = back.exception_ids.filtered(lambda e: e.code == "payout_failed")
        self.assertIn("180.00", told.note)
        self.env["returns.exception"]._sweep()
        self.assertEqual(told.state, "open")
        self._dialog(row).action_confirm()
        self.assertEqual((row.state, back.money_state), ("paid", "settled"))
        self.env["returns.exception"]._sweep()
        self.assertEqual(told.state, "closed")
        # So does a payment that is taken off of the credit note.
        items = row.move_id.line_ids.filtered("matched_debit_ids")
        items.remove_move_reconcile()
        self.assertEqual(self._open_exceptions(back), ["payout_failed"])

    def test_a_refund_that_an_entry_closes_is_to_be_explained(self):
        row = self._rows()
        back, credit = row.order_id, row.move_id
        entry = self._close_by_entry(credit)
        self.assertEqual(self._open_exceptions(back), ["unexplained_credit"])
        [told] = back.exception_ids
        self.assertIn(f"closed by {entry.name}, which is no payment", told.note)
        self.env["returns.exception"]._sweep()
        self.assertEqual(told.state, "open")
        entry.line_ids.remove_move_reconcile()
        self.env["returns.exception"]._sweep()
        self.assertEqual(told.state, "closed")
        self._dialog(row).action_confirm()
        self.assertFalse(self._open_exceptions(back))

    def test_what_waits_for_an_approval_is_not_paid_a_second_time(self):
        self.env["returns.authority"].create(
            {"step": "pay", "above": 100.0, "role": "manager"}
        )
        first, second = self._rows(2)
        dialog = self._dialog(first | second)
        dialog.action_confirm()
        self.assertIn("approval", dialog.summary)
        self.assertFalse(dialog.has_transfers)
        self.assertEqual((first | second).mapped("hand_amount"), [0.0, 0.0])
        with self.assertRaisesRegex(UserError, "Nothing of this"):
            self._dialog(first)
        approvals = self.env["returns.approval"].search(
            [("payment_id", "in", dialog.payment_ids.ids)], order="payment_id"
        )
        approvals[0].with_user(self.users["manager"]).action_approve("Seen")
        self.assertEqual((first.state, first.paid_by_ids.state), ("paid", "paid"))
        # What is refused is not paid, and waits to be paid in another way.
        approvals[1].with_user(self.users["manager"]).action_refuse("Not this account")
        self.assertEqual((second.state, second.hand_amount), ("to_pay", 180.0))

    def test_no_more_is_paid_than_waits_and_only_by_finance(self):
        row = self._rows()
        dialog = self._dialog(row)
        dialog.line_ids.amount = 181.0
        dialog.action_confirm()
        self.assertIn("left to be paid by hand", dialog.summary)
        self.assertEqual(row.state, "to_pay")
        for role in ("agent", "manager", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                self._dialog(row, self.users[role]).action_confirm()
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            self.env["returns.payout"].with_user(self.clerk)._pay_by_hand([], None)

    def test_odoos_own_payment_ticks_it_off_too(self):
        row = self._rows()
        self._pay(row.move_id.with_user(self.finance))
        self.assertEqual((row.state, row.hand_amount), ("paid", 0.0))

    def test_a_payment_that_stands_in_no_entry_is_not_made_twice(self):
        """Where Odoo's accounting app books payments only with the bank's statement."""
        row = self._rows()
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": row.move_id.commercial_partner_id.id,
                "amount": 100.0,
                "journal_id": self.bank.id,
                "invoice_ids": [Command.set(row.move_id.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.with_user(self.finance).action_post()
        self.assertFalse(payment.move_id)
        self.assertEqual((row.open_amount, row.hand_amount), (180.0, 80.0))
        self.assertTrue(row._is_paid_out())

    def test_the_controllers_page_shows_what_became_of_payouts(self):
        rows = self._rows()
        order, _cards = self._pay_by(("card", 180.0))
        failed = self._create_return(order, until="inspected")
        failed.outbox_ids._machine_write({"state": "failed"})
        other, _cards = self._pay_by(("card", 180.0))
        lost = self._create_return(other, until="inspected")
        self._unknown(lost)
        board = self.env["returns.money.board"].with_user(self.finance)
        panels = {row["key"]: row for row in board.retrieve_money_board()["panels"]}
        found = {
            part["label"]: self.env["returns.outbox"].search(part["action"]["domain"])
            for part in panels["provider"]["parts"]
        }
        self.assertIn(failed.outbox_ids, found["Failed"])
        self.assertIn(lost.outbox_ids, found["Outcome unknown"])
        by_hand = panels["hand"]["action"]["domain"]
        self.assertLessEqual(rows, self.env["returns.settlement"].search(by_hand))
        self.assertIn("not sent again", lost.outbox_ids.words)
