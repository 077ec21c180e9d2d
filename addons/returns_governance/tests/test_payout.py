from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestPayout(PayoutCommon):
    """Money goes back the way it came, once, and never past the gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line = cls.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        )

    def _paid_return(self, quantity=3.0):
        order = self._sell(until="invoiced")
        transaction = self._online(order)
        back = self._create_return(
            order, [(order.order_line, quantity)], until="inspected"
        )
        return back, transaction

    def _refunds(self, transaction):
        return self.env["payment.transaction"].search(
            [("source_transaction_id", "=", transaction.id)]
        )

    # --- the way back -------------------------------------------------------------
    def test_the_original_payment_gives_the_money_back(self):
        back, transaction = self._paid_return(2.0)
        row = back.settlement_ids
        self.assertEqual(row.state, "to_pay")
        payout = back.outbox_ids
        self.assertEqual((payout.kind, payout.state), ("payout", "waiting"))
        self.assertAlmostEqual(payout.amount, 120.0, 2)
        self.assertFalse(self._refunds(transaction), "nothing is sent inside a step")
        self._run_cron()
        refund = self._refunds(transaction)
        self.assertEqual((refund.state, refund.amount), ("done", -120.0))
        self.assertEqual(payout.state, "done")
        self.assertEqual(payout.transaction_id, refund)
        self.assertEqual(refund.invoice_ids, row.move_id)
        self.assertTrue(row.move_id.line_ids.filtered("reconciled"))
        self.assertEqual(row.state, "paid")
        self.assertEqual(back.money_state, "settled")
        self.assertEqual(back.amount_settled, 120.0, "a payout does not count twice")
        paid = back.settlement_ids.filtered(lambda s: s.kind == "payout")
        self.assertEqual((paid.state, paid.credit_id), ("paid", row))
        self.assertIn("payout", back.event_ids.mapped("what"))
        self.assertEqual(back.case_state, "closed")

    def test_a_credit_note_posted_by_a_plain_write_is_paid_back_all_the_same(self):
        self.company.returns_posting = "draft"
        back, transaction = self._paid_return(2.0)
        self.assertFalse(back.outbox_ids)
        back.settlement_ids.move_id.with_user(self.clerk).write({"state": "posted"})
        self.assertEqual(back.outbox_ids.mapped("kind"), ["payout"])
        self.assertEqual(back.event_ids.mapped("what").count("settled"), 1)
        self._run_cron()
        self.assertEqual(self._refunds(transaction).mapped("amount"), [-120.0])

    def test_a_credit_note_posted_by_a_plain_write_lowers_its_open_invoice(self):
        self.company.returns_posting = "draft"
        order = self._sell(until="invoiced")
        back = self._create_return(order, until="inspected")
        back.settlement_ids.move_id.with_user(self.clerk).write({"state": "posted"})
        self.assertEqual(self._invoice_of(order).amount_residual, 0.0)
        self.assertEqual((back.money_state, back.outbox_ids.ids), ("settled", []))

    def test_a_return_that_is_paid_back_in_full_is_closed(self):
        back, _transaction = self._paid_return()
        self.assertEqual(back.case_state, "authorised")
        self._run_cron()
        self.assertEqual(back.case_state, "closed")

    def test_it_is_sent_at_most_once(self):
        back, transaction = self._paid_return()
        for _run in range(3):
            self._run_cron()
        self.assertEqual(len(self._refunds(transaction)), 1)
        self.assertEqual(back.outbox_ids.attempts, 1)
        self.assertAlmostEqual(transaction.returns_refunded, 180.0, 2)

    def test_what_was_sending_when_the_process_died_is_never_sent_again(self):
        back, transaction = self._paid_return()
        payout = back.outbox_ids
        payout._machine_write({"state": "sending", "attempts": 1})
        for _run in range(2):
            self._run_cron()
        self.assertEqual(payout.state, "unknown")
        self.assertFalse(self._refunds(transaction))
        raised = back.exception_ids.filtered(lambda e: e.code == "payout_unknown")
        self.assertEqual(raised.state, "open")
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            payout.with_user(self.finance).action_retry()
        self.assertEqual(back.money_state, "due")

    def test_the_providers_notice_settles_an_unknown_outcome(self):
        back, transaction = self._paid_return()
        payout = back.outbox_ids
        reason = self.env["returns.payout.provider"]._prepare(payout)
        self.assertEqual(reason, "")
        payout._machine_write({"state": "sending"})
        self._run_cron()
        self.assertEqual(payout.state, "unknown")
        refund = self._refunds(transaction)
        refund._process(
            "demo", {"reference": refund.reference, "simulated_state": "done"}
        )
        self.assertEqual(payout.state, "done")
        refund._post_process()
        self.assertEqual(back.money_state, "settled")
        raised = back.exception_ids.filtered(lambda e: e.code == "payout_unknown")
        self.assertEqual(raised.state, "closed")

    def test_a_payout_that_surely_failed_can_be_tried_again_by_finance(self):
        back, transaction = self._paid_return()
        self.provider.state = "disabled"
        self._run_cron()
        payout = back.outbox_ids
        self.assertEqual(payout.state, "failed")
        self.assertFalse(self._refunds(transaction))
        raised = back.exception_ids.filtered(lambda e: e.code == "payout_failed")
        self.assertEqual(raised.state, "open")
        self.provider.state = "test"
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            payout.with_user(self.users["agent"]).action_retry()
        payout.with_user(self.finance).action_retry()
        self._run_cron()
        self.assertEqual(payout.state, "done")
        self.assertEqual(raised.state, "closed")

    def test_a_failed_refund_of_the_provider_is_told(self):
        back, transaction = self._paid_return()
        payout = back.outbox_ids
        self.env["returns.payout.provider"]._prepare(payout)
        payout._machine_write({"state": "pending"})
        refund = self._refunds(transaction)
        refund._set_error("Card was closed")
        self.assertEqual(payout.state, "failed")
        self.assertEqual(transaction.returns_refunded, 0.0)
        self.assertEqual(back.money_state, "due")
        self.assertIn("Card was closed", back.exception_ids[-1:].note)

    def test_two_returns_share_what_one_payment_can_give_back(self):
        order = self._sell(until="invoiced")
        transaction = self._online(order, amount=100.0)
        self._pay(self._invoice_of(order))  # the other 80 came by bank
        for quantity, expected in ((1.0, [60.0]), (2.0, [40.0])):
            back = self._create_return(
                order, [(order.order_line, quantity)], until="inspected"
            )
            self._run_cron()
            self.assertEqual(back.outbox_ids.mapped("amount"), expected)
        self.assertAlmostEqual(transaction.returns_refunded, 100.0, 2)
        credit = back.settlement_ids.filtered(lambda row: row.kind == "credit_note")
        self.assertEqual(credit.state, "to_pay")
        self.assertAlmostEqual(credit.open_amount, 80.0, 2)

    def test_a_payment_that_cannot_refund_is_paid_by_hand(self):
        self.method.support_refund = "none"
        back, transaction = self._paid_return()
        self.assertFalse(back.outbox_ids)
        self.assertEqual(back.settlement_ids.state, "to_pay")
        self._pay(back.settlement_ids.move_id.with_user(self.finance))
        self.assertEqual(back.settlement_ids.state, "paid")
        self.assertEqual(back.case_state, "closed")
        self.assertFalse(self._refunds(transaction))

    def test_a_credit_that_was_paid_out_is_not_undone(self):
        back, _transaction = self._paid_return()
        self._run_cron()
        move = back.settlement_ids.filtered("move_id").move_id
        with self.assertRaisesRegex(UserError, "REFUND_GATE"):
            move.with_user(self.finance).button_draft()

    # --- the gate of payments -----------------------------------------------------
    def test_the_providers_refund_button_waits_for_the_return(self):
        order = self._sell(until="invoiced")
        transaction = self._online(order)
        self._create_return(order)
        with self.assertRaisesRegex(UserError, "REFUND_GATE"):
            transaction.with_user(self.finance).action_refund(10.0)
        self.assertFalse(self._refunds(transaction))

    def test_a_payment_is_never_refunded_beyond_its_amount(self):
        order = self._sell(until="invoiced")
        transaction = self._online(order)
        with self.assertRaisesRegex(UserError, "REFUND_EXCEEDS_PAID"):
            transaction.with_user(self.finance).action_refund(600.0)

    def test_finance_may_refund_by_the_button_what_a_credit_note_owes(self):
        self.method.support_refund = "none"
        back, transaction = self._paid_return(1.0)
        self.method.support_refund = "partial"
        with self.assertRaisesRegex(UserError, "REFUND_GATE"):
            transaction.with_user(self.finance).action_refund(61.0)
        transaction.with_user(self.finance).action_refund(60.0)
        self.assertEqual(self._refunds(transaction).state, "done")
        self.assertAlmostEqual(transaction.returns_refunded, 60.0, 2)

    def test_a_refund_that_the_provider_reports_is_booked_with_an_exception(self):
        order = self._sell(until="invoiced")
        transaction = self._online(order)
        back = self._create_return(order)
        refund = transaction.sudo()._create_child_transaction(50.0, is_refund=True)
        self.assertEqual(refund.state, "draft")
        raised = back.exception_ids.filtered(lambda e: e.code == "gate_breached")
        self.assertEqual(raised.state, "open")
        self.assertAlmostEqual(transaction.returns_refunded, 50.0, 2)

    def _outbound(self, amount, user=None):
        return (
            self.env["account.payment"]
            .with_user(user or self.finance)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": self.partner.id,
                    "amount": amount,
                }
            )
        )

    def test_a_payment_to_a_customer_waits_for_the_return(self):
        self._create_return()
        for name, post in {
            "button": lambda payment: payment.action_post(),
            "write": lambda payment: payment.write({"state": "paid"}),
            "validate": lambda payment: payment.action_validate(),
            "entry": lambda payment: payment.move_id.action_post(),
        }.items():
            with self.subTest(name):
                payment = self._outbound(10.0)
                if name == "entry" and not payment.move_id:
                    continue
                with self.assertRaisesRegex(UserError, "REFUND_GATE"):
                    with self.env.cr.savepoint():
                        post(payment)

    def test_a_payment_that_nothing_owes_needs_finance_and_an_explanation(self):
        payment = self._outbound(10.0, self.clerk)
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            with self.env.cr.savepoint():
                payment.action_post()
        payment.with_user(self.finance).action_post()
        raised = self.env["returns.exception"].search(
            [("cause", "=", f"payment {payment.id}")]
        )
        self.assertEqual(raised.code, "unexplained_credit")

    def test_the_same_credit_is_not_paid_twice(self):
        self.method.support_refund = "none"
        self._paid_return(1.0)
        first = self._outbound(60.0, self.clerk)
        first.action_post()
        second = self._outbound(60.0, self.clerk)
        with self.assertRaisesRegex((UserError, AccessError), "REFUND_GATE|ACCESS"):
            with self.env.cr.savepoint():
                second.action_post()

    def test_a_return_that_waits_for_its_approval_is_not_paid_by_hand(self):
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        self.assertEqual(back.case_state, "to_approve")
        with self.assertRaisesRegex(UserError, "REFUND_GATE"):
            self._outbound(900.0).action_post()

    def test_an_entry_by_hand_explains_no_payment_to_a_customer(self):
        receivable = self.partner.property_account_receivable_id
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner.id,
                            "debit": debit,
                            "credit": credit,
                        }
                    )
                    for account, debit, credit in (
                        (income, 50.0, 0.0),
                        (receivable, 0.0, 50.0),
                    )
                ],
            }
        )
        entry.action_post()
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            with self.env.cr.savepoint():
                self._outbound(50.0, self.clerk).action_post()
        payment = self._outbound(50.0)
        payment.action_post()
        self.assertEqual(
            self.env["returns.exception"]
            .search([("cause", "=", f"payment {payment.id}")])
            .code,
            "unexplained_credit",
        )

    def test_a_reversal_without_its_reissue_is_not_paid_out(self):
        order = self._sell()
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.finance)
            .with_context(active_model="account.move", active_ids=order.invoice_ids.ids)
            .create(
                {"journal_id": order.invoice_ids.journal_id.id, "reason": "Wrong name"}
            )
        )
        wizard.modify_moves()
        drafts = order.invoice_ids.filtered(lambda move: move.state == "draft")
        drafts.unlink()
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            self._outbound(order.amount_total, self.clerk).action_post()
