"""Store credit for goods that were paid in advance and never invoiced."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon
from odoo.addons.returns_governance.tests.payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestPrepaidCredit(PayoutCommon, ExchangeCommon):
    """Three shirts at 60 with tax, paid online before any bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        cls.company._returns_set_up_credit()
        cls._rule(credit_bonus="percent", credit_percent=10.0)

    def _prepaid(self, *lines):
        """A delivered order that was paid online and is not invoiced."""
        order = self._sell([*lines] or [(self.shirt, 3.0)], until="delivered")
        transaction = self._online(order, order.amount_total)
        return order, transaction

    def _back(self, order, *wanted):
        credit = {"resolution": "store_credit"}
        wanted = wanted or [(line, line.product_uom_qty) for line in order.order_line]
        lines = [(line, units, *(more or [credit])) for line, units, *more in wanted]
        back = self._ask(order, *lines)
        self._receive(back)
        self._inspect(back)
        return back

    def _by_kind(self, back, kind):
        return back.settlement_ids.filtered(lambda row: row.kind == kind)

    def _balance(self, account):
        items = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(items.mapped("balance"))

    def _reverse(self, rows):
        self._step("settle", "finance")._reverse(
            rows.with_user(self.finance), "It was not ours"
        )

    def test_a_prepayment_becomes_store_credit_as_asked_and_no_money_goes(self):
        order, transaction = self._prepaid()
        owed = self.company.returns_credit_account_id
        bonus = self.company.returns_bonus_account_id
        before = self._balance(owed), self._balance(bonus)
        back = self._back(order, (order.order_line, 2.0))
        row, given = self._by_kind(back, "prepaid"), self._by_kind(back, "store_credit")
        self.assertEqual((given.amount, given.bonus), (120.0, 12.0))
        self.assertEqual(given.card_id.points, 132.0)
        self.assertEqual(given.card_id.partner_id, self.partner)
        self.assertEqual((row.state, row.open_amount, row.hand_amount), ("paid", 0, 0))
        self.assertFalse(back.outbox_ids.filtered(lambda box: box.kind == "payout"))
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))
        self.assertEqual(back.amount_settled, 120.0)
        self.assertAlmostEqual(self._balance(owed) - before[0], -132.0, 2)
        self.assertAlmostEqual(self._balance(bonus) - before[1], 12.0, 2)
        self._run_cron()
        self.assertFalse(self._refunds(transaction))
        # What the payment has left is for the shirt that is still to be billed.
        left = self._receivable(transaction.payment_id.move_id)
        self.assertAlmostEqual(left.amount_residual, -60.0, 2)
        with self.assertRaisesRegex(UserError, "REFUND_GATE.*put .* on a card"):
            left.with_user(self.clerk).remove_move_reconcile()
        # Taken back: card, bonus and the payment are as they were.
        self._reverse(self._by_kind(back, "prepaid"))
        self.assertEqual(given.card_id.points, 0.0)
        self.assertAlmostEqual(self._balance(owed), before[0], 2)
        self.assertAlmostEqual(self._balance(bonus), before[1], 2)
        self.assertAlmostEqual(left.amount_residual, -180.0, 2)
        self.assertEqual((row.state, row.open_amount), ("cancelled", 0.0))
        self.assertEqual(back.amount_settled, 0.0)

    def test_money_and_credit_for_one_payment_go_their_own_ways(self):
        order, transaction = self._prepaid((self.shirt, 1.0), (self.belt, 1.0))
        shirt, belt = order.order_line
        back = self._back(
            order, (shirt, 1.0), (belt, 1.0, {"resolution": "refund"})
        )
        row, given = self._by_kind(back, "prepaid"), self._by_kind(back, "store_credit")
        self.assertEqual((given.amount, given.bonus), (60.0, 6.0))
        self.assertEqual((row.state, row.open_amount), ("to_pay", 35.99))
        self._run_cron()
        self.assertEqual(self._refunds(transaction).amount, -35.99)
        self._refunds(transaction)._post_process()
        self.assertEqual((row.state, back.money_state), ("paid", "settled"))
        # Nothing is left that anybody could be paid for once more.
        gate = self.env["returns.gate.payment"]
        owed = gate._open_credit(self.partner, self.company, order.currency_id)
        self.assertAlmostEqual(owed, 0.0, 2)

    def test_what_was_spent_before_it_is_taken_back_stays_open(self):
        order, transaction = self._prepaid((self.shirt, 1.0))
        back = self._back(order)
        given = self._by_kind(back, "store_credit")
        given.card_id.points -= 36.0
        self._reverse(self._by_kind(back, "less_to_invoice"))
        self.assertEqual(given.card_id.points, 0.0)
        left = self._receivable(transaction.payment_id.move_id)
        self.assertAlmostEqual(left.amount_residual, -30.0 + 6.0, 2)
        told = back.exception_ids.filtered(lambda e: e.code == "store_credit_spent")
        self.assertIn("36.00", told.note)

    def test_a_down_payment_becomes_store_credit_and_comes_back(self):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        goods = order.order_line
        bill = self._down_payment(order, 50)
        self._deliver(order)
        back = self._back(order, (goods, 2.0))
        row, given = (
            self._by_kind(back, "credit_note"),
            self._by_kind(back, "store_credit"),
        )
        self.assertEqual((given.amount, given.bonus), (60.0, 6.0))
        self.assertEqual((row.state, row.move_id.amount_residual), ("paid", 0.0))
        self.assertEqual(back.money_state, "settled")
        self._reverse(row)
        counter = row.reversal_ids
        self.assertEqual((counter.amount, counter.counts), (-60.0, False))
        self.assertEqual(counter.move_id.amount_residual, 0.0)
        self.assertEqual(given.card_id.points, 0.0)
        self.assertEqual(bill.payment_state, "paid")

    def test_what_cannot_be_given_waits_and_stops_no_goods(self):
        order, transaction = self._prepaid((self.shirt, 1.0))
        back = self._ask(
            order, (order.order_line, 1.0, {"resolution": "store_credit"})
        )
        self._receive(back)
        self.company.returns_bonus_account_id = False
        self._inspect(back)
        row = self._by_kind(back, "prepaid")
        self.assertEqual((row.state, row.open_amount), ("to_pay", 60.0))
        self.assertFalse(back.outbox_ids.filtered(lambda box: box.kind == "payout"))
        told = back.exception_ids.filtered(lambda e: e.code == "payout_failed")
        self.assertIn("store credit", told.note)
        self.assertIn("as store credit", back.next_words)
        self._run_cron()
        self.assertFalse(self._refunds(transaction))
        self.company._returns_set_up_credit()
        self._run_cron()
        self.assertEqual(self._by_kind(back, "store_credit").amount, 60.0)
        self.assertEqual(back.money_state, "settled")
        self.env["returns.exception"]._sweep()
        self.assertEqual(told.state, "closed")
