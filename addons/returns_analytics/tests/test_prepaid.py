"""What had been paid for goods that are not billed any more is told while it waits."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon


@tagged("post_install", "-at_install")
class TestPrepaidTold(ExchangeCommon):
    def test_a_fee_that_the_order_bills_is_in_the_profit_of_its_return(self):
        fee = {"kind": "restocking", "amount": 10.0, "mode": "percent"}
        self._rule(fee="charged", fee_ids=[Command.create(fee)])
        order = self._sell(until="delivered")
        goods = order.order_line
        back = self._ask(order, (goods, 1.0))
        self._receive(back)
        self._inspect(back)
        fees = [("order_id", "=", back.id), ("kind", "=", "fee")]
        self.assertFalse(self.env["returns.profit"].search(fees))
        bill = self._invoice(order)
        self.env.flush_all()
        told = self.env["returns.profit"].search(fees)
        item = bill.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.returns_is_fee
        )
        self.assertEqual((told.amount, told.amount), (5.0, -item.balance))

    def test_gaps_and_the_statement_tell_it_until_it_is_paid_back(self):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        order = self._sell(until="delivered")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 180.0,
                "journal_id": bank.id,
            }
        )
        payment.action_post()
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids.filtered(lambda known: known.kind == "prepaid")
        self.env.flush_all()
        self.env["returns.gap"]._find(back)
        gap = self.env["returns.gap"].search(
            [("order_id", "=", back.id), ("kind", "=", "prepaid_not_paid")]
        )
        self.assertEqual((gap.settlement_id, gap.amount), (row, 180.0))
        self.assertEqual(gap.action_open_return()["res_id"], row.id)
        today = fields.Date.today()
        for days, nature in ((0, "coming"), (20, "gap")):
            statement = self.env["returns.statement"].create(
                {"date_from": today, "date_to": today + timedelta(days=days)}
            )
            found = [
                (told["section"], told["nature"], told["closing"])
                for told in self.env["returns.statement.build"]._build(statement)
                if told["kind"] == "prepaid_not_paid"
                and told.get("order_id") == back.id
            ]
            self.assertEqual(found, [("steps", nature, 180.0)])
        payment.action_draft()
        payment.action_cancel()
        self.env.flush_all()
        self.env["returns.gap"]._find(back)
        self.assertFalse(gap.exists())
