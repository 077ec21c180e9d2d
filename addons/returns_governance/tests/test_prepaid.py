"""What was paid before an invoice comes back with the goods that it was for."""

from odoo import Command
from odoo.tests import tagged

from .payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestPrepaid(PayoutCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")

    def _prepaid(self, lines=None, amount=None):
        """A delivered order that was paid online and is not invoiced."""
        order = self._sell(lines, until="delivered")
        return order, self._online(order, amount or order.amount_total)

    def _goods(self, order):
        return order.order_line.filtered("product_id").filtered(
            lambda line: not line.is_downpayment
        )

    def _by_kind(self, back, kind):
        return back.settlement_ids.filtered(lambda row: row.kind == kind)

    def _owed_to_customer(self):
        """What is open in the customer's favour in the books."""
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partner.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return -sum(items.mapped("balance"))

    # --- paid online ------------------------------------------------------------------
    def test_paid_online_and_never_billed_goes_back_by_the_provider(self):
        order, transaction = self._prepaid()
        self.assertAlmostEqual(self._owed_to_customer(), 180.0, 2)
        back = self._create_return(order, until="inspected", withdrawal=True)
        row = self._by_kind(back, "prepaid")
        self.assertEqual((row.amount, row.state, row.counts), (180.0, "to_pay", False))
        self.assertEqual(row.hand_amount, 0.0, "the provider gives it back")
        self.assertEqual(back.amount_settled, 180.0)
        self.assertEqual((back.case_state, back.money_state), ("authorised", "due"))
        clock = self.env["returns.refund.clock"].search([("order_id", "=", back.id)])
        self.assertAlmostEqual(clock.amount_open, 180.0, 2)
        self.assertNotEqual(clock.state, "kept")
        self.assertIn("the payment provider is asked", back.next_words)
        self.assertIn("by itself", back.next_words)
        self._run_cron()
        refund = self._refunds(transaction)
        self.assertEqual((refund.state, refund.amount), ("done", -180.0))
        refund._post_process()
        self.assertEqual((row.state, row.open_amount), ("paid", 0.0))
        self.assertEqual((back.case_state, back.money_state), ("closed", "settled"))
        self.assertAlmostEqual(self._owed_to_customer(), 0.0, 2)
        self.assertTrue(transaction.payment_id.move_id.line_ids.filtered("reconciled"))
        clock = self.env["returns.refund.clock"].search([("order_id", "=", back.id)])
        self.assertAlmostEqual(clock.amount_open, 0.0, 2)

    def test_an_order_keeps_what_it_has_still_to_bill(self):
        order, _transaction = self._prepaid()
        line = order.order_line
        first = self._create_return(order, [(line, 1.0)], until="inspected")
        self.assertEqual(self._by_kind(first, "prepaid").amount, 60.0)
        second = self._create_return(order, [(line, 2.0)], until="inspected")
        self.assertEqual(self._by_kind(second, "prepaid").amount, 120.0)
        self._run_cron()
        self.assertEqual(set((first | second).mapped("money_state")), {"settled"})

    def test_paid_in_part_goes_back_once_it_is_more_than_the_rest_of_the_order(self):
        order, _transaction = self._prepaid(amount=100.0)
        line = order.order_line
        sums = []
        for _turn in range(3):
            back = self._create_return(order, [(line, 1.0)], until="inspected")
            sums.append(sum(self._by_kind(back, "prepaid").mapped("amount")))
        self.assertEqual(sums, [0.0, 40.0, 60.0])

    # --- paid by transfer -------------------------------------------------------------
    def test_a_transfer_goes_back_by_hand_as_far_as_nothing_else_waits_for_it(self):
        self._account().allow_out_payment = True
        waiting = self._sell([(self.shirt, 1.0)], until="delivered")
        order = self._sell(until="delivered")
        payment = self._receipt(180.0)
        payment.with_user(self.finance).action_returns_came_in()
        back = self._create_return(order, until="inspected")
        row = self._by_kind(back, "prepaid")
        self.assertEqual(row.amount, 120.0, f"60 wait for {waiting.name}")
        self.assertEqual(row.credit_name, payment.move_id.name)
        self.assertEqual((row.state, row.hand_amount), ("to_pay", 120.0))
        dialog = self._dialog(row)
        self.assertEqual(dialog.line_ids.tender_before, "bank")
        dialog.action_confirm()
        self.assertEqual(dialog.payment_ids.amount, 120.0)
        self.assertEqual((row.state, back.money_state), ("paid", "settled"))
        self.assertAlmostEqual(self._owed_to_customer(), 60.0, 2)
        self.assertFalse(back.exception_ids)

    def test_money_that_is_used_otherwise_or_bounces_does_not_go_back(self):
        order, payment = self._sell(until="delivered"), self._receipt(180.0)
        back = self._create_return(order, until="inspected")
        row = self._by_kind(back, "prepaid")
        self.assertEqual(row.state, "to_pay")
        other = self._sell([(self.shirt, 2.0)], until="invoiced").invoice_ids
        (other | payment.move_id).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual((row.state, row.open_amount), ("to_pay", 60.0))
        payment.action_draft()
        payment.action_cancel()
        self.assertEqual((row.state, row.open_amount), ("cancelled", 0.0))
        self.assertEqual(back.money_state, "settled")

    def test_a_refund_that_is_taken_back_keeps_the_prepayment(self):
        order, _transaction = self._prepaid()
        back = self._create_return(order, until="inspected")
        less = self._by_kind(back, "less_to_invoice")
        self._step("settle", "finance")._reverse(
            less.with_user(self.finance), "Found to be another's"
        )
        row = self._by_kind(back, "prepaid")
        self.assertEqual((row.state, row.open_amount), ("cancelled", 0.0))
        self.assertEqual(set(back.outbox_ids.mapped("state")), {"dropped"})
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)

    # --- down payments ----------------------------------------------------------------
    def test_a_down_payment_is_credited_and_goes_back(self):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        bill = self._down_payment(order, 50)
        self._deliver(order)
        back = self._create_return(
            order, [(self._goods(order), 2.0)], until="inspected"
        )
        row = self._by_kind(back, "credit_note")
        self.assertEqual((row.amount, row.amount_tax), (60.0, 10.0))
        self.assertEqual((row.move_id.reversed_entry_id, row.state), (bill, "to_pay"))
        self.assertEqual(back.amount_settled, 120.0)
        self.assertEqual(back.money_state, "due")
        self._pay(row.move_id.with_user(self.finance))
        self.assertEqual((row.state, back.money_state), ("paid", "settled"))
        self.assertAlmostEqual(self._owed_to_customer(), 0.0, 2)
        self.assertEqual(
            order.order_line.filtered("is_downpayment").mapped("qty_to_invoice"),
            [0.0, 0.0],
        )

    def test_an_unpaid_down_payment_is_credited_and_nothing_goes_out(self):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        bill = self._down_payment(order, 50, pay=False)
        self._deliver(order)
        back = self._create_return(
            order, [(self._goods(order), 2.0)], until="inspected"
        )
        row = self._by_kind(back, "credit_note")
        self.assertEqual((row.amount, row.state), (60.0, "paid"))
        self.assertEqual(bill.amount_residual, 0.0)
        self.assertEqual(back.money_state, "settled")

    def test_a_down_payment_is_credited_no_more_than_its_goods_are_not_billed(self):
        """Whichever of the two rows is reversed: both are, to the cent."""
        for which in ("less_to_invoice", "credit_note"):
            for paid_out in (False, True):
                with self.subTest(which=which, paid_out=paid_out):
                    self._undo_down_payment(which, paid_out)

    def _undo_down_payment(self, which, paid_out):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        self._down_payment(order, 50)
        self._deliver(order)
        goods, owed = self._goods(order), self._owed_to_customer()
        back = self._create_return(order, [(goods, 2.0)], until="inspected")
        credit = self._by_kind(back, "credit_note")
        if paid_out:
            self._pay(credit.move_id.with_user(self.finance))
        self._step("settle", "finance")._reverse(
            self._by_kind(back, which).with_user(self.finance), "Found to be another's"
        )
        counter = credit.reversal_ids
        self.assertEqual((counter.amount, counter.amount_tax), (-60.0, -10.0))
        self.assertEqual(counter.move_id.amount_total, 60.0)
        self.assertEqual(counter.move_id.amount_residual, 60.0 * paid_out)
        self.assertEqual(back.amount_settled, 0.0)
        less = self._by_kind(back, "less_to_invoice")
        self.assertEqual(sum(less.mapped("amount")), 0.0)
        # Out and owed again is what came in by the down payment, and is to be billed.
        self.assertAlmostEqual(self._owed_to_customer() - owed, -60.0 * paid_out, 2)
        billed = sum(
            item.price_total * (1 if item.move_id.move_type == "out_invoice" else -1)
            for item in order.order_line.filtered("is_downpayment").invoice_lines
        )
        self.assertAlmostEqual(billed, 60.0, 2)
        # And once more, from the start: released by hand, all goes back again.
        back.with_user(self.finance).action_release("It was this one")
        rows = self._by_kind(back, "credit_note")
        self.assertEqual(sum(rows.mapped("amount")), 60.0)
        self.assertEqual(back.amount_settled, 120.0)

    def test_a_part_that_is_billed_again_takes_its_part_of_the_down_payment(self):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        self._down_payment(order, 50)
        self._deliver(order)
        goods = self._goods(order)
        back = self._create_return(order, [(goods, 2.0)], until="inspected")
        less = self._by_kind(back, "less_to_invoice")
        credit = self._by_kind(back, "credit_note")
        step = self.env["returns.step.settle"].sudo()
        back._machine_write({"refund_on_hold": True})
        for _unit in range(2):
            step._take_back({less.line_ids: 1.0}, "One was another's")
        self.assertEqual(credit.reversal_ids.mapped("amount"), [-60.0])
        self.assertEqual(credit.reversal_ids.move_id.amount_residual, 0.0)
        self.assertEqual(back.amount_settled, 0.0)

    def test_of_a_large_down_payment_the_last_bill_takes_what_is_left(self):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        self._down_payment(order, 80)
        self._deliver(order)
        goods = self._goods(order)
        first = self._create_return(order, [(goods, 1.0)], until="inspected")
        self.assertEqual(self._by_kind(first, "credit_note").amount, 36.0)
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "delivered",
            }
        ).create_invoices()
        last = order.invoice_ids.filtered(lambda move: move.state == "draft")
        self.assertAlmostEqual(last.amount_total, 0.0, 2)
        last.action_post()
        second = self._create_return(order, [(goods, 1.0)], until="inspected")
        self.assertEqual(
            sum(self._by_kind(second, "credit_note").mapped("amount")), 60.0
        )
