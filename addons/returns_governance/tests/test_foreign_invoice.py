"""Invoices in another currency than their order."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestForeignInvoice(ReturnsCommon):
    """A company in dollars sells two shirts for 100 dollars and 20 of tax, and bills
    them in euro, at two dollars each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.euro.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.euro.id,
                "name": date.today() - timedelta(days=20),
                "inverse_company_rate": 2.0,
            }
        )

    def _sell_and_bill(self, price=24.99, quantity=2.0, paid=True, **values):
        order = self._sell([(self.shirt, quantity, values)], until="delivered")
        invoice = order._create_invoices()
        invoice.currency_id = self.euro
        invoice.invoice_line_ids.price_unit = price
        invoice.action_post()
        if paid:
            self._pay(invoice)
        return order

    def test_all_of_it_comes_back(self):
        order = self._sell_and_bill()
        invoice = order.invoice_ids
        self.assertEqual(invoice.amount_total, 59.98)
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        self.assertEqual((back.amount_due, back.amount_settled), (120.0, 120.0))
        self.assertEqual(back.amount_tax, 20.0)
        self.assertEqual((row.amount, row.currency_id), (59.98, self.euro))
        self.assertEqual((row.amount_order, row.open_amount), (120.0, 59.98))
        credit = row.move_id
        self.assertEqual(credit.amount_total, 59.98)
        self.assertEqual(credit.amount_tax, invoice.amount_tax)

    def test_piece_by_piece(self):
        order = self._sell_and_bill(price=16.67, quantity=3.0)
        invoice = order.invoice_ids
        line = order.order_line
        sums = []
        for _turn in range(3):
            back = self._create_return(order, [(line, 1.0)], until="inspected")
            sums.append((back.amount_due, back.settlement_ids.amount))
        self.assertEqual(sum(due for due, _billed in sums), 180.0, sums)
        self.assertEqual(
            round(sum(billed for _due, billed in sums), 2), invoice.amount_total, sums
        )
