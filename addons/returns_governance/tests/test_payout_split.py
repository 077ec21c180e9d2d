"""Several tenders: each gives back at most what it took, and has its own fate."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestPayoutSplit(PayoutCommon):
    """Money that was paid in several ways goes back in the order of the company."""

    def _planned(self, back):
        return [
            (box.source_transaction_id.reference[-5:], box.amount)
            for box in back.outbox_ids
        ]

    def _back(self, order, quantity=3.0):
        return self._create_return(
            order, [(order.order_line, quantity)], until="inspected"
        )

    # --- the order of tenders ---------------------------------------------------------
    def test_each_payment_gives_back_at_most_what_it_took_in_the_companys_order(self):
        """180 paid by two cards of 50 and 40, 60 by transfer, 30 in cash."""
        usual = "provider,voucher,hand"
        paid = [("card", 50.0), ("bank", 60.0), ("card", 40.0), ("cash", 30.0)]
        for order_of, age, quantity, planned, by_hand in (
            (usual, "oldest", 1.0, [("card0", 50), ("card2", 10)], 0),
            (usual, "newest", 1.0, [("card2", 40), ("card0", 20)], 0),
            (usual, "oldest", 3.0, [("card0", 50), ("card2", 40)], 90),
            ("hand,provider,voucher", "oldest", 2.0, [("card0", 30)], 90),
        ):
            with self.subTest(order_of=order_of, age=age, quantity=quantity):
                self.company.returns_tender_order = order_of
                self.company.returns_tender_age = age
                order, _cards = self._pay_by(*paid)
                back = self._back(order, quantity)
                self.assertEqual(self._planned(back), planned)
                self.assertAlmostEqual(self._credit(back).hand_amount, by_hand, 2)

    def test_the_rest_goes_back_by_the_ways_that_it_had_come_by(self):
        order, _cards = self._pay_by(("card", 50.0), ("bank", 60.0), ("cash", 70.0))
        back = self._back(order)
        self._account()
        self._run_cron()
        self.assertEqual(back.outbox_ids.mapped("state"), ["done"])
        dialog = self._dialog(self._credit(back))
        self.assertEqual(
            dialog.line_ids.mapped(lambda l: (l.tender, l.journal_id, l.amount)),
            [("bank", self.bank, 60.0), ("cash", self.cash, 70.0)],
        )
        dialog.action_confirm()
        self.assertEqual(self._credit(back).state, "paid")
        payouts = back.settlement_ids.filtered(lambda row: row.kind == "payout")
        self.assertEqual(
            sorted(payouts.mapped(lambda p: (p.tender, p.amount))),
            [("bank", 60.0), ("cash", 70.0), ("original", 50.0)],
        )
        self.assertEqual(set(payouts.mapped("state")), {"paid"})
        self.assertEqual(back.amount_settled, 180.0, "payouts do not count twice")
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))

    def test_a_second_refund_takes_what_the_first_has_left_in_each_payment(self):
        order, _cards = self._pay_by(("card", 50.0), ("cash", 130.0))
        self.company.returns_tender_order = "hand,provider,voucher"
        first = self._back(order, 2.0)
        self.assertFalse(first.outbox_ids, "the cash took enough")
        self._dialog(self._credit(first)).action_confirm()
        second = self._back(order, 1.0)
        self.assertEqual(self._planned(second), [("card0", 50.0)])
        self.assertAlmostEqual(self._credit(second).hand_amount, 10.0, 2)

    def test_two_credit_notes_of_one_batch_share_one_payment(self):
        """An order billed twice and paid by one card: planned once, not twice."""
        order = self._sell(until="confirmed")
        for quantity in (2.0, 1.0):
            picking = order.picking_ids.filtered(lambda p: p.state != "done")
            picking.move_ids.write({"quantity": quantity, "picked": True})
            picking._action_done()
            self._invoice(order)
        self.assertEqual(len(order.invoice_ids), 2)
        self._online(order, 150.0)
        self.company.returns_posting = "draft"
        back = self._back(order)
        settled = self._credit(back)
        self.assertEqual(len(settled), 2)
        self.env["returns.posting"]._post(settled)
        self.assertAlmostEqual(sum(back.outbox_ids.mapped("amount")), 150.0, 2)

    # --- partial failure --------------------------------------------------------------
    def test_what_one_payment_refuses_leaves_the_others_paid(self):
        order, cards = self._pay_by(("card", 60.0), ("card", 120.0))
        back = self._back(order)
        first, second = back.outbox_ids
        # The first cannot be prepared at all: a poisoned one stops nobody behind it.
        cards[0].sudo().returns_refunded = 60.0
        self._run_cron()
        self.assertEqual((first.state, second.state), ("failed", "done"))
        credit = self._credit(back)
        self.assertAlmostEqual(credit.open_amount, 60.0, 2)
        self.assertEqual(credit.hand_amount, 0.0, "finance decides about it")
        self.assertEqual(self._open_exceptions(back), ["payout_failed"])
        self.assertEqual(back.money_state, "due")
        # Tried again, it pays what is left and nothing of the other once more.
        cards[0].sudo().returns_refunded = 0.0
        first.with_user(self.finance).action_retry()
        self._run_cron()
        self.assertEqual(first.state, "done")
        self.assertEqual(
            sorted(self._refunds(cards[0] | cards[1]).mapped("amount")), [-120, -60]
        )
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))

    def test_what_failed_is_paid_by_hand_and_never_tried_again(self):
        order, cards = self._pay_by(("card", 60.0), ("card", 120.0))
        back = self._back(order)
        self.provider.state = "disabled"
        self._run_cron()
        self.assertEqual(back.outbox_ids.mapped("state"), ["failed", "failed"])
        with self.assertRaisesRegex(AccessError, "role finance"):
            self._say("instead", back.outbox_ids[0], user=self.users["agent"])
        self._say("instead", back.outbox_ids[0], "Her card was closed")
        credit = self._credit(back)
        self.assertAlmostEqual(credit.hand_amount, 60.0, 2)
        dialog = self._dialog(credit)
        line = dialog.line_ids
        self.assertEqual((line.tender, line.tender_before), ("original", "original"))
        # Another way than the card needs what the customer has agreed to.
        self._account()
        line.tender = "bank"
        line.account_id = self.partner.bank_ids
        dialog.action_confirm()
        self.assertIn("agreed", dialog.summary)
        self.assertFalse(dialog.payment_ids)
        dialog = self._dialog(credit)
        dialog.line_ids.write(
            {
                "tender": "bank",
                "account_id": self.partner.bank_ids.id,
                "agreed": "By phone on 3 May, Anna Schmidt",
            }
        )
        dialog.action_confirm()
        row = credit.paid_by_ids.filtered("payment_id")
        self.assertEqual((row.tender, row.state), ("bank", "paid"))
        self.assertIn("3 May", row.agreed)
        event = back.event_ids.filtered(lambda e: e.what == "paid_by_hand")
        self.assertIn("3 May", event.why)
        self.provider.state = "test"
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            back.outbox_ids[0].with_user(self.finance).action_retry()
        back.outbox_ids[1].with_user(self.finance).action_retry()
        self._run_cron()
        self.assertEqual(self._refunds(cards[0] | cards[1]).mapped("amount"), [-120.0])
        self.assertEqual(back.money_state, "settled")

    def test_what_was_paid_by_odoos_own_dialog_is_not_tried_again(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        self.provider.state = "disabled"
        self._run_cron()
        self._pay(self._credit(back).move_id.with_user(self.finance))
        self.provider.state = "test"
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            back.outbox_ids.with_user(self.finance).action_retry()
        self.assertFalse(self._refunds(cards[0]))
        self.assertEqual(self._open_exceptions(back), [])

    def test_money_on_its_way_is_not_paid_by_hand_as_well(self):
        order, _cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        for state in ("waiting", "sending", "pending", "unknown"):
            back.outbox_ids._machine_write({"state": state})
            with self.subTest(state), self.assertRaisesRegex(UserError, "on its way"):
                with self.env.cr.savepoint():
                    self._pay(self._credit(back).move_id.with_user(self.finance))
        with self.assertRaisesRegex(UserError, "Nothing of this"):
            self._dialog(self._credit(back))

    def test_a_provider_that_gives_back_only_everything_is_used_for_that(self):
        self.method.support_refund = "full_only"
        order, _cards = self._pay_by(("card", 60.0), ("card", 120.0))
        back = self._back(order, 2.0)
        self.assertEqual(self._planned(back), [("card0", 60.0)])
        self.assertAlmostEqual(self._credit(back).hand_amount, 60.0, 2)

    # --- notices ----------------------------------------------------------------------
    def test_a_notice_that_came_before_its_process_died_counts(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = back.outbox_ids
        self.env["returns.payout.provider"]._prepare(payout)
        payout._machine_write({"state": "sending"})
        self._notice(payout.transaction_id)
        self.assertEqual(payout.state, "sending", "whoever sends it looks for itself")
        self._run_cron()
        self.assertEqual((payout.state, back.case_state), ("done", "closed"))
        self.assertEqual(len(self._refunds(cards[0])), 1)

    def test_a_notice_comes_twice_and_is_booked_once(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        for _twice in range(2):
            self._notice(payout.transaction_id)
            payout.transaction_id._post_process()
        self.assertEqual((payout.state, back.case_state), ("done", "closed"))
        payments = self.env["account.payment"].search(
            [("payment_transaction_id", "in", self._refunds(cards[0]).ids)]
        )
        self.assertEqual(payments.mapped("amount"), [180.0])

    def _reported(self, card, amount=180.0, number="re_1"):
        """The provider's notice makes a refund of its own."""
        twin = card.sudo()._create_child_transaction(amount, is_refund=True)
        twin.provider_reference = number
        twin._set_done()
        return twin

    def test_a_refund_that_is_reported_under_its_own_number_is_the_unknown_one(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        silent = payout.transaction_id
        other = self._reported(cards[0], 100.0, "re_0")
        self.assertEqual(payout.state, "unknown", "of another amount")
        other._set_canceled(extra_allowed_states=("done",))
        twin = self._reported(cards[0])
        self.assertEqual((silent.state, payout.state), ("cancel", "done"))
        self.assertEqual(payout.transaction_id, twin)
        self.assertAlmostEqual(cards[0].returns_refunded, 180.0, 2)
        twin._post_process()
        self.assertEqual(back.case_state, "closed")
        self.assertNotIn("payout_unknown", self._open_exceptions(back))
        row = self._credit(back).paid_by_ids
        self.assertEqual((row.transaction_id, row.state), (twin, "paid"))
        # What is reported once more is a second one, and a person hears of it.
        self._reported(cards[0], 180.0, "re_2")
        self.assertEqual(payout.transaction_id, twin)
        self.assertIn("gate_breached", self._open_exceptions(back))

    def test_a_reported_refund_that_was_booked_meets_its_credit_note(self):
        """Our process died while it asked; the notice was booked before that showed."""
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = back.outbox_ids
        self.env["returns.payout.provider"]._prepare(payout)
        payout._machine_write({"state": "sending"})
        twin = self._reported(cards[0])
        twin._post_process()
        self.assertEqual(self._credit(back).open_amount, 180.0)
        self._run_cron()
        self.assertEqual((payout.state, payout.transaction_id), ("done", twin))
        self.assertEqual(self._credit(back).state, "paid")
        self.assertEqual(self._open_exceptions(back), [])
        payments = self._refunds(cards[0]).payment_id
        self.assertEqual(payments.mapped("amount"), [180.0])
        self.assertEqual(back.case_state, "closed")

    def test_a_refund_that_is_reported_after_it_was_given_up_is_not_sent_again(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        self._say("unpaid", payout)
        twin = self._reported(cards[0])
        self.assertEqual((payout.state, payout.transaction_id), ("done", twin))
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            payout.with_user(self.finance).action_retry()
        twin._post_process()
        self.assertEqual((back.case_state, self._open_exceptions(back)), ("closed", []))

    def test_an_answer_with_the_number_of_a_reported_refund_sets_that_aside(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = back.outbox_ids
        self.env["returns.payout.provider"]._prepare(payout)
        payout._machine_write({"state": "sending"})
        twin = self._reported(cards[0])
        payout.transaction_id.provider_reference = "re_1"
        payout.transaction_id._set_done()
        self._run_cron()
        self.assertEqual((twin.state, payout.state), ("cancel", "done"))
        self.assertEqual(self._open_exceptions(back), [])
        self.assertAlmostEqual(cards[0].returns_refunded, 180.0, 2)
        self.assertEqual(back.case_state, "closed")

    # --- said by people ---------------------------------------------------------------
    def test_finance_says_that_an_unknown_payout_was_paid(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        with self.assertRaisesRegex(AccessError, "role finance"):
            self._say("paid", payout, user=self.users["manager"])
        with self.assertRaisesRegex(UserError, "how you know"):
            self._say("paid", payout, " ")
        self._say("paid", payout, "Its page says so, 3 May")
        self.assertEqual((payout.state, back.case_state), ("done", "closed"))
        self.assertEqual(len(self._refunds(cards[0])), 1)
        self.assertEqual(self._open_exceptions(back), [])
        told = back.event_ids.filtered(lambda e: e.what == "payout_told")
        self.assertIn("3 May", told.why)
        self.assertIn("180", told.sentence)
        with self.assertRaisesRegex(UserError, "without an answer"):
            self._say("unpaid", payout)

    def test_what_was_said_to_be_unpaid_is_tried_again_once(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        first = payout.transaction_id
        self._say("unpaid", payout)
        self.assertEqual((payout.state, first.state), ("failed", "error"))
        self.assertEqual(self._open_exceptions(back), ["payout_failed"])
        payout.with_user(self.finance).action_retry()
        self._run_cron()
        self.assertEqual(payout.state, "done")
        self.assertEqual(
            sorted(self._refunds(cards[0]).mapped("state")), ["done", "error"]
        )
        self.assertEqual(back.case_state, "closed")
        # Its page was wrong: the first one is paid after all, and finance is told.
        self._notice(first)
        self.assertEqual(self._open_exceptions(back), ["gate_breached"])

    def test_a_late_notice_settles_what_was_said_to_be_unpaid(self):
        for decided in ("", "retry", "instead"):
            with self.subTest(decided):
                order, cards = self._pay_by(("card", 180.0))
                back = self._back(order)
                payout = self._unknown(back)
                self._say("unpaid", payout)
                if decided == "retry":
                    payout.with_user(self.finance).action_retry()
                if decided == "instead":
                    self._say("instead", payout)
                self._notice(payout.transaction_id)
                self.assertEqual(payout.state, "done")
                self.assertEqual(self._credit(back).hand_amount, 0.0)
                self._run_cron()
                payout.transaction_id._post_process()
                self.assertEqual(len(self._refunds(cards[0])), 1)
                self.assertEqual(self._open_exceptions(back), [])
                self.assertEqual(back.case_state, "closed")

    def test_a_late_notice_of_what_was_paid_by_hand_is_told(self):
        order, _cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        self._say("unpaid", payout)
        self._say("instead", payout)
        self._dialog(self._credit(back)).action_confirm()
        self.assertEqual(back.case_state, "closed")
        self._notice(payout.transaction_id)
        self.assertEqual(payout.state, "by_hand")
        self.assertEqual(self._open_exceptions(back), ["gate_breached"])

    def test_four_eyes_say_what_became_of_a_payout_where_the_table_wants_them(self):
        self.env["returns.authority"].create(
            {"step": "payout", "above": 100.0, "role": "manager"}
        )
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        payout = self._unknown(back)
        note = self._say("unpaid", payout, "Not on its page")
        self.assertIn("approval", note["params"]["message"])
        self.assertEqual(payout.state, "unknown")
        approval = back.approval_ids.filtered(lambda row: row.kind == "payout")
        self.assertIn("once more", approval.question)
        approval.with_user(self.users["manager"]).action_approve("Seen")
        self.assertEqual(payout.state, "failed", approval.outcome)
        payout.with_user(self.finance).action_retry()
        self._run_cron()
        self.assertEqual(payout.state, "done")
        self.assertEqual(len(self._refunds(cards[0])), 2)

    # --- paid by the channel ----------------------------------------------------------
    def _book(self, back, amount, reference="MP-1"):
        return self._step("settle", "integration")._book_channel_payment(
            back.with_user(self.users["integration"]),
            {
                "settlement_ref": reference,
                "amount": amount,
                "currency": back.currency_id,
                "tender": "card",
                "occurred_at": fields.Datetime.now(),
                "lines": [],
            },
        )

    def test_a_channel_pays_a_part_of_what_several_tenders_would(self):
        order, cards = self._pay_by(("card", 60.0), ("card", 70.0), ("bank", 50.0))
        back = self._back(order)
        self._book(back, 100.0)  # all of what is by hand, and a part of a card
        credit = self._credit(back)
        self.assertEqual(credit.hand_amount, 0.0)
        self.assertEqual(back.outbox_ids.mapped("amount"), [60.0, 20.0])
        self._run_cron()
        self.assertEqual(
            sorted(self._refunds(cards[0] | cards[1]).mapped("amount")), [-60, -20]
        )
        self.assertEqual(credit.state, "paid")
        self.assertEqual(back.amount_settled, 180.0)
        self._book(back, 30.0, "MP-2")
        self.assertEqual(self._open_exceptions(back), ["overpaid_by_channel"])

    def test_what_a_channel_paid_is_never_sent_by_a_retry(self):
        order, cards = self._pay_by(("card", 180.0))
        back = self._back(order)
        self._book(back, 180.0)
        self.assertEqual(back.outbox_ids.state, "dropped")
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            back.outbox_ids.with_user(self.finance).action_retry()
        self._run_cron()
        self.assertFalse(self._refunds(cards[0]))
        self.assertEqual(back.money_state, "settled")

    def test_a_channel_that_pays_while_a_payout_is_under_way_is_told_and_counts(self):
        """No double: an exception; if the payout fails, the channel's money counts."""
        for paid in (True, False):
            with self.subTest(paid=paid):
                order, cards = self._pay_by(("card", 180.0))
                back = self._back(order)
                payout = self._unknown(back)
                self._book(back, 180.0, f"MP-{paid}")
                self.assertEqual(
                    self._open_exceptions(back),
                    ["overpaid_by_channel", "payout_unknown"],
                )
                self._say("paid" if paid else "unpaid", payout)
                self.assertEqual(payout.state, "done" if paid else "dropped")
                self.assertEqual(
                    self._open_exceptions(back), ["overpaid_by_channel"] * paid
                )
                self.assertEqual(back.amount_settled, 360.0 if paid else 180.0)
                self.assertEqual(back.money_state, "settled")
                self._run_cron()
                self.assertEqual(len(self._refunds(cards[0])), 1)
