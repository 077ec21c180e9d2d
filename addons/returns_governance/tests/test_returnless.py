from odoo.tests import tagged

from .exchange_common import ExchangeCommon
from .valuation_common import ValuationCommon


@tagged("post_install", "-at_install")
class TestReturnless(ExchangeCommon):
    """Refunds without the goods, within the limits of one customer and month."""

    def _back(self, quantity=1.0, resolution="refund", order=None):
        order = order or self._sell([(self.shirt, 3.0)])
        return self._ask(
            order, (order.order_line, quantity, {"resolution": resolution})
        )

    def test_the_customer_keeps_the_goods_and_is_paid_at_once(self):
        self._rule(returnless="yes")
        back = self._back(2.0)
        line = back.line_ids
        self.assertEqual(line.quantity_kept, 2.0)
        self.assertEqual(back.settlement_ids.amount, 120.0)
        self.assertEqual(back.goods_state, "disposed")
        self.assertFalse(back.parcel_ids, "nothing is labelled")
        self._pay(back.settlement_ids.move_id)
        self.assertEqual(back.case_state, "closed")
        told = self.env["returns.snapshot"]._of(back)[0]["lines"][0]
        self.assertEqual(told["dispositions"], {"keep_with_customer": 2.0})
        self.assertEqual(told["kept"], 2.0)
        account = self.env["returns.returnless"].search(
            [("partner_id", "=", self.partner.id)]
        )
        self.assertEqual((account.cases, account.value), (1, 120.0))
        self.assertFalse(
            self.env["returns.expected"].search([("order_id", "=", back.id)])
        )

    def test_each_limit_lets_the_return_go_its_normal_way_and_says_why(self):
        self._rule(
            returnless="yes",
            returnless_limit=130.0,
            returnless_per_month=2,
            returnless_month_value=150.0,
        )
        dear = self._back(3.0)
        self.assertEqual(dear.line_ids.quantity_kept, 0.0)
        self.assertEqual(dear.goods_state, "announced")
        self.assertTrue(dear.parcel_ids)
        self.assertFalse(dear.settlement_ids)
        said = dear.event_ids.filtered(lambda event: event.what == "not_kept")
        self.assertEqual(said.data["limit"], "value")
        self.assertIn("worth of one case", said.sentence)
        self.assertEqual(self._back(2.0).line_ids.quantity_kept, 2.0)
        third = self._back(1.0)
        said = third.event_ids.filtered(lambda event: event.what == "not_kept")
        self.assertEqual(said.data["limit"], "month_value")
        self._rule(returnless="yes", returnless_per_month=2)
        self.assertEqual(self._back(1.0).line_ids.quantity_kept, 1.0)
        fourth = self._back(1.0)
        said = fourth.event_ids.filtered(lambda event: event.what == "not_kept")
        self.assertEqual(said.data["limit"], "cases")

    def test_it_counts_when_it_is_authorised_and_not_when_it_is_refused(self):
        self._rule(returnless="yes", approval="above", approval_above=10.0)
        back = self._back()
        mine = [("partner_id", "=", self.partner.id)]
        self.assertFalse(self.env["returns.returnless"].search(mine).cases)
        back.approval_ids.with_user(self.users["manager"]).action_approve()
        self.assertEqual(back.line_ids.quantity_kept, 1.0)
        self.assertEqual(self.env["returns.returnless"].search(mine).cases, 1)

    def test_a_replacement_without_the_return_is_sent_at_once(self):
        self._rule(returnless="yes")
        back = self._back(1.0, "replacement")
        self.assertEqual(back.exchange_ids.state, "released")
        self._send(back.exchange_ids)
        self.assertEqual(back.case_state, "closed")


@tagged("post_install", "-at_install")
class TestReturnlessCost(ExchangeCommon, ValuationCommon):
    """What the customer keeps stays sold: its cost stays, too."""

    def test_no_cost_is_taken_back_for_goods_that_stay(self):
        self._rule(returnless="yes")
        for method in ("average", "fifo", "standard"):
            with self.subTest(method=method):
                product = self._costed(method)
                product.standard_price = 20.0 if method == "standard" else 0.0
                self._bought(product, 5.0, 20.0)
                order = self._sell([(product, 3.0)])
                stock = self.company.account_stock_valuation_id
                self.assertEqual(self._balance(stock, product), -60.0)
                back = self._ask(order, (order.order_line, 2.0, {}))
                credit = back.settlement_ids.move_id
                self.assertEqual((credit.state, credit.amount_untaxed), ("posted", 200))
                self.assertEqual(self._cost_of_goods(credit), 0.0)
                self.assertEqual(self._balance(stock, product), -60.0)
                finance = self.users["finance"]
                step = self._step("settle", "finance")
                step._reverse(back.settlement_ids.with_user(finance), "It was not ours")
                self.assertEqual(self._balance(stock, product), -60.0)
