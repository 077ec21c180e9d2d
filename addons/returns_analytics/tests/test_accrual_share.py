from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon

from .accrual_common import AccrualCommon


@tagged("post_install", "-at_install")
class TestAccrualOfWhatIsGivenBack(AccrualCommon, ExchangeCommon):
    """What is kept of a price is no liability: discounts on lines of their own, and the
    fees that a return pays."""

    MONTHS = 2

    @classmethod
    def _set_up_policy(cls):
        """A tenth of the refund is kept, and a tenth of the order was let off."""
        cls.discount = cls.env["product.product"].create(
            {
                "name": "Discount",
                "type": "service",
                "taxes_id": [Command.set(cls.tax.ids)],
                "invoice_policy": "order",
            }
        )
        fee = {"kind": "restocking", "amount": 10.0, "mode": "percent"}
        cls._rule(fee="charged", fee_ids=[Command.create(fee)])

    def _lines(self):
        return [*super()._lines(), (self.discount, 1.0, {"price_unit": -200.0})]

    def _values(self):
        return {"channel": self.channel}

    def test_the_liability_is_what_is_really_given_back(self):
        accrual = self._accrual()
        line = accrual.line_ids
        # 100 at 20, less 200 on all: 18 each, and a tenth of that stays.
        self.assertEqual((line.expected, line.share), (5.0, 90.0))
        self.assertEqual(accrual.amount_liability, 5 * 18.0 * 0.9)
        self.assertEqual(accrual.amount_asset, 5 * 8.0)
        order = self.orders[-1]
        back = self._create_return(
            order, [(order.order_line[:1], 5.0)], **self._values()
        )
        self._take_in(back)
        this_month = fields.Date.end_of(self.end + relativedelta(days=1), "month")
        known = self._accrual(this_month)
        self.assertEqual((known.line_ids.known, known.line_ids.expected), (5.0, 0.0))
        self.assertEqual(known.amount_liability, accrual.amount_liability)
        self._receive(back)
        self._inspect(back)
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.amount_untaxed, accrual.amount_liability)

    def test_what_is_exchanged_is_not_paid_back(self):
        order = self.orders[-1]
        wanted = {"resolution": "replacement"}
        back = self._create_return(
            order, [(order.order_line[:1], 5.0, wanted)], **self._values()
        )
        self._take_in(back)
        this_month = fields.Date.end_of(self.end + relativedelta(days=1), "month")
        accrual = self._accrual(this_month)
        self.assertEqual((accrual.line_ids.known, accrual.amount_liability), (5.0, 0.0))
        self.assertEqual(accrual.amount_asset, 5 * 8.0, "the goods come back")


@tagged("post_install", "-at_install")
class TestAccrualOfSeveral(AccrualCommon):
    """Each category has its rate, and each month of dispatch what is still to come."""

    MONTHS = 3
    # units that come back in the month of dispatch and in those after it
    SHIRTS = (10.0, 5.0, 0.0)
    BELTS = (5.0, 5.0, 5.0)

    @classmethod
    def _set_up_policy(cls):
        cls._stock(cls.belt, 1000.0)
        cls.belt.write({"list_price": 10.0, "standard_price": 4.0})
        cls.belt.categ_id = cls.env["product.category"].create({"name": "Belts"})

    def _sent(self, age):
        order = self._sell([(self.shirt, 100.0), (self.belt, 50.0)], until="invoiced")
        sent = self.end.replace(day=10) - relativedelta(months=age)
        self._date(order.invoice_ids, sent)
        self._date_rows("stock_move", "date", order.picking_ids.move_ids, sent)
        shirts, belts = order.order_line
        for later in range(age + 1):
            units = ((shirts, self.SHIRTS[later]), (belts, self.BELTS[later]))
            lines = [(line, quantity) for line, quantity in units if quantity]
            back = self._create_return(order, lines, until="inspected")
            day = sent + relativedelta(months=later)
            self._date(back.settlement_ids.move_id, day)
            self._date_rows("returns_order", "requested_at", back, day)
            self._date_rows("returns_receipt", "occurred_at", back.receipt_ids, day)
        return order

    def test_each_category_and_month_has_its_own(self):
        accrual = self._accrual()
        months = [
            self.end.replace(day=1) - relativedelta(months=age) for age in range(2)
        ]
        told = {
            (line.categ_id.name, line.cohort): (line.returned, round(line.expected, 2))
            for line in accrual.line_ids
            if line.expected
        }
        # Of shirts 15 of 100 come, of belts 15 of 50, five of them in a third month.
        self.assertEqual(
            told,
            {
                ("Apparel", months[0]): (10.0, 5.0),
                ("Belts", months[0]): (5.0, 10.0),
                ("Belts", months[1]): (10.0, 5.0),
            },
        )
        self.assertEqual(accrual.amount_liability, 5 * 20.0 + 15 * 10.0)
        self.assertEqual(accrual.amount_asset, 5 * 8.0 + 15 * 4.0)
