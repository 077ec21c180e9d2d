from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..flow import unreturned
from .exchange_common import ExchangeCommon
from .kept_common import KeptCommon
from .valuation_common import ValuationCommon


@tagged("post_install", "-at_install")
class TestAdvanceExchange(KeptCommon, ExchangeCommon):
    """Sent at once; what is not sent back by the day is charged or told, once."""

    def _sent_ahead(self, resolution="exchange", days=15, **values):
        """An exchange that was sent some days ago, with nothing back."""
        order = self._sell([(self.shirt, 2.0)])
        back = self._ask(
            order, (order.order_line, 2.0, {"resolution": resolution, **values})
        )
        self._send(back.exchange_ids)
        row = back.exchange_ids
        row.move_ids.write({"date": fields.Datetime.now() - timedelta(days=days)})
        row.invalidate_recordset(["sent_at"])
        self.env.add_to_compute(row._fields["sent_at"], row)
        return back

    def _run(self):
        self.env["returns.exchange"]._cron_unreturned()

    def test_it_is_sent_at_once_and_charged_once(self):
        self._rule(advance="charge", advance_days=14)
        back = self._sent_ahead()
        row = back.exchange_ids
        self.assertEqual(row.state, "sent")
        self.assertFalse(back.settlement_ids, "no credit before the goods are back")
        early = self._sent_ahead(days=13)
        self._run()
        bill = row.charge_move_id
        self.assertEqual((bill.state, bill.amount_total), ("posted", 120.0))
        self.assertEqual(row.quantity_charged, 2.0)
        self._assert_kept(bill, f"{back.name}.*in exchange", reverse=False)
        self.assertFalse(early.exchange_ids.called_at)
        self._run()
        self.assertEqual(row.sale_order_id.invoice_ids, bill)
        self.assertFalse(back.exception_ids)
        # It comes after all: the credit pays the bill, and nothing is sent twice.
        self._receive(back)
        self._inspect(back)
        self.assertEqual(bill.amount_residual, 0.0)
        self.assertEqual(back.settlement_ids.state, "paid")
        self.assertEqual(row.sale_order_id.invoice_ids, bill)
        self.assertEqual(back.case_state, "closed")

    def test_only_what_is_missing_is_charged(self):
        self._rule(advance="charge", advance_days=14)
        back = self._sent_ahead()
        self._receive(back, {back.line_ids: 1.0})
        self._inspect(back)
        self._run()
        row = back.exchange_ids
        self.assertEqual(row.quantity_charged, 1.0)
        self.assertEqual(row.charge_move_id.amount_total, 60.0)
        bills = row.sale_order_id.invoice_ids
        self.assertEqual(sum(bills.mapped("amount_total")), 120.0)
        self.assertEqual(sum(bills.mapped("amount_residual")), 60.0)

    def test_what_is_back_in_time_costs_nothing(self):
        self._rule(advance="charge", advance_days=14)
        back = self._sent_ahead()
        self._receive(back)
        self._inspect(back)
        self._run()
        self.assertFalse(back.exchange_ids.called_at)
        self.assertEqual(back.case_state, "closed")
        self.assertFalse(back.exchange_ids.sale_order_id.invoice_ids.amount_residual)

    def test_what_came_back_in_time_does_not_keep_others_from_being_called(self):
        self._rule(advance="charge", advance_days=14)
        back = self._sent_ahead()
        self._receive(back)
        self._inspect(back)
        late = self._sent_ahead()
        with patch.object(unreturned, "MOST", 1):
            self._run()
        self.assertFalse(back.exchange_ids.called_at)
        self.assertEqual(late.exchange_ids.quantity_charged, 2.0)

    def test_a_person_is_told_once(self):
        self._rule(advance="escalate", advance_days=14)
        back = self._sent_ahead()
        self._run()
        self._run()
        self.assertEqual(back.exception_ids.code, "unreturned_exchange")
        self.assertFalse(back.exchange_ids.charge_move_id)
        self._receive(back)
        self.assertEqual(back.exception_ids.state, "closed")

    def test_a_replacement_that_is_kept_is_billed_and_paid_back_when_it_comes(self):
        self._rule(advance="charge", advance_days=14)
        back = self._sent_ahead("replacement")
        self._run()
        row = back.exchange_ids
        self.assertEqual(row.charge_move_id.amount_total, 120.0)
        self.assertEqual(row.sale_line_id.qty_to_invoice, 0.0)
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.settlement_ids.amount, 120.0)

    def test_it_is_charged_though_the_return_has_expired(self):
        self._rule(advance="charge", advance_days=14, expiry="days", expire_days=5)
        back = self._sent_ahead()
        back._machine_write({"authorised_at": "2026-01-01 00:00:00"})
        self.env["returns.order"]._cron_expire()
        self.assertEqual(back.case_state, "expired")
        self._run()
        self.assertEqual(back.exchange_ids.charge_move_id.amount_total, 120.0)

    def test_what_cannot_be_charged_is_told(self):
        self._rule(advance="charge", advance_days=14)
        back = self._sent_ahead()
        sale = back.exchange_ids.sale_order_id
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journal.active = False
        self._run()
        journal.active = True
        self.assertEqual(back.exception_ids.code, "unreturned_exchange")
        self.assertIn("could not be charged", back.exception_ids.note)
        self.assertFalse(sale.invoice_ids)

    def test_what_was_credited_before_it_came_is_not_charged_but_told(self):
        self._rule(advance="charge", advance_days=14, release="request")
        back = self._sent_ahead()
        self.assertEqual(back.settlement_ids.amount, 120.0)
        self._run()
        self.assertFalse(back.exchange_ids.quantity_charged)
        self.assertEqual(back.exception_ids.code, "unreturned_exchange")

    def test_nothing_leaves_before_the_return_is_authorised(self):
        self._rule(advance="charge", approval="above", approval_above=10.0)
        order = self._sell([(self.shirt, 1.0)])
        back = self._ask(order, (order.order_line, 1.0, {"resolution": "exchange"}))
        with self.assertRaisesRegex(UserError, "approval of the return"):
            self._send(back.exchange_ids)


@tagged("post_install", "-at_install")
class TestReplacementCost(KeptCommon, ExchangeCommon, ValuationCommon):
    """A replacement has no invoice: what it costs is booked as its goods move, and the
    stock account says what lies on the shelf."""

    def _product(self, method="average", valuation="real_time"):
        """Ten at 20, and one that is sold for 50."""
        product = self._costed(method, valuation)
        self._bought(product, 10.0, 20.0)
        return product

    def _replacement(self, product, quantity=1.0, **values):
        order = self._sell([(product, 3.0, {"price_unit": 50.0})])
        more = {"resolution": "replacement", **values}
        return self._ask(order, (order.order_line, quantity, more))

    def _off(self, product):
        """By how much the stock account is above the shelf, since the product came
        without a bill."""
        self.env.flush_all()
        self.env.invalidate_all()
        account = self.company.account_stock_valuation_id
        return round(200.0 + self._balance(account, product) - product.total_value, 2)

    def _cost(self, product):
        """What is booked as cost of the product, beside its three sold units."""
        expense = product.product_tmpl_id.get_product_accounts()["expense"]
        return round(self._balance(expense, product) - 60.0, 2)

    def _entries(self, back):
        return self.env["account.move"].search(
            [("returns_cost_line_id", "in", back.line_ids.ids)], order="id"
        )

    def test_what_is_kept_costs_what_it_left_at_and_nothing_once_it_is_back(self):
        self._rule(advance="escalate", advance_days=14)
        for method in ("average", "fifo", "standard"):
            with self.subTest(method=method):
                product = self._product(method)
                if method == "standard":
                    product.standard_price = 20.0
                back = self._replacement(product, 2.0)
                self.assertEqual(self._off(product), 0.0)
                self._send(back.exchange_ids)
                self.assertEqual((self._cost(product), self._off(product)), (40.0, 0.0))
                [entry] = self._entries(back)
                journal = self.company.account_stock_journal_id
                self.assertEqual(entry.journal_id, journal)
                self.assertIn(back.name, entry.ref)
                self._assert_kept(entry, f"{back.name}.*follows the goods")
                told = back.event_ids.filtered(lambda e: e.what == "replacement_cost")
                self.assertIn("40.00", told.sentence)
                # One comes back: its cost is taken back, the other stays.
                self._receive(back, {back.line_ids: 1.0})
                self.assertEqual((self._cost(product), self._off(product)), (20.0, 0.0))
                self._receive(back, {back.line_ids: 1.0})
                self.assertEqual((self._cost(product), self._off(product)), (0.0, 0.0))
                self._inspect(back)
                self.assertEqual(len(self._entries(back)), 3)

    def test_in_turn_only_the_difference_in_cost_is_booked(self):
        self._rule()
        product = self._product()
        back = self._replacement(product)
        self._receive(back)
        self._inspect(back)
        self.assertFalse(self._entries(back), "it waits for its replacement")
        # Dearer goods have come since: eight at 20 and eight at 30.
        self._bought(product, 8.0, 30.0)
        self._send(back.exchange_ids)
        # All of it happens within one second, and Odoo values by date.
        later = fields.Datetime.now() + timedelta(minutes=1)
        back.exchange_ids.move_ids.date = later
        self.assertEqual(self._cost(product), 5.0)
        self.assertEqual(self._off(product) + 240.0, 0.0)
        same = self._product()
        back = self._replacement(same)
        self._receive(back)
        self._inspect(back)
        self._send(back.exchange_ids)
        self.assertFalse(self._entries(back), "at the same cost nothing is booked")
        self.assertEqual(self._off(same), 0.0)

    def test_what_is_charged_has_its_own_cost_of_goods_sold(self):
        self._rule(advance="charge", advance_days=14)
        product = self._product()
        back = self._replacement(product)
        self._send(back.exchange_ids)
        self.assertEqual(self._cost(product), 20.0)
        row = back.exchange_ids
        row.move_ids.write({"date": fields.Datetime.now() - timedelta(days=20)})
        self.env.add_to_compute(row._fields["sent_at"], row)
        self.env["returns.exchange"]._cron_unreturned()
        self.assertEqual(row.charge_move_id.state, "posted")
        self.assertEqual((self._cost(product), self._off(product)), (20.0, 0.0))
        self.assertEqual(sum(self._entries(back).mapped("amount_total")), 40.0)
        # It comes after all, and is paid back: the credit note takes its cost back.
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.settlement_ids.amount, 60.0)
        self.assertEqual((self._cost(product), self._off(product)), (0.0, 0.0))
        self.assertEqual(len(self._entries(back)), 2)

    def test_periodic_goods_wait_for_the_closing_and_a_missing_account_is_told(self):
        self._rule(advance="escalate", advance_days=14)
        periodic = self._replacement(self._product(valuation="periodic"))
        self._send(periodic.exchange_ids)
        self.assertFalse(self._entries(periodic))
        product = self._product()
        back = self._replacement(product)
        journal = self.company.account_stock_journal_id
        self.company.account_stock_journal_id = False
        self._send(back.exchange_ids)
        self.assertEqual(back.exchange_ids.state, "sent")
        failed = back.exception_ids.filtered(lambda e: e.code == "posting_failed")
        self.assertIn("stock journal", failed.note)
        self.env["returns.exception"]._sweep()
        self.assertEqual(failed.state, "open")
        self.company.account_stock_journal_id = journal
        self.env["returns.exchange"]._cron_unreturned()
        self.assertEqual((failed.state, self._off(product)), ("closed", 0.0))
