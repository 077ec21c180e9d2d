from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .exchange_common import ExchangeCommon


@tagged("post_install", "-at_install")
class TestAdvanceExchange(ExchangeCommon):
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
