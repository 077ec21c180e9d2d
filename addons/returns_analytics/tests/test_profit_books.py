from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon
from odoo.addons.returns_governance.tests.write_down_common import WriteDownCommon

from .common import AnalyticsCommon

RECKONED = ("label", "labour", "refurbish")


@tagged("post_install", "-at_install")
class TestProfitAgreesWithTheBooks(AnalyticsCommon, ExchangeCommon, WriteDownCommon):
    """What returns earned and cost, on their page, is what the ledger says of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"returns_hour_cost": 30.0, "returns_label_cost": 4.0})
        cls.env["returns.labour"].create({"step": "receive", "minutes": 2.0})
        plan = cls.env["account.analytic.plan"].create({"name": "Shops"})
        cls.shop = cls.env["account.analytic.account"].create(
            {"name": "Web", "plan_id": plan.id}
        )
        cls.spread = {str(cls.shop.id): 100.0}
        cls.gives_credit = "returns.store.credit" in cls.env
        if cls.gives_credit:
            cls.company._returns_set_up_credit()
        places = ((cls.grade_a, "restock"), (cls.grade_c, "quarantine"))
        cls._rule(
            disposition_ids=[
                Command.create(
                    {
                        "condition_id": grade.id,
                        "disposition_id": cls.env.ref(
                            f"returns_governance.disposition_{place}"
                        ).id,
                    }
                )
                for grade, place in places
            ],
            credit_bonus="percent",
            credit_percent=10.0,
            advance="charge",
            advance_days=14,
            fee="charged",
            fee_ids=[
                Command.create(
                    {"kind": "return_shipping", "mode": "fixed", "amount": 4.9}
                )
            ],
            deduction_ids=[
                Command.create({"condition_id": cls.grade_c.id, "percent": 15.0})
            ],
        )

    # --- the story --------------------------------------------------------------------
    def _goods(self, valuation):
        """Twenty that cost 20 and sell for 49.99, and others to take instead."""
        goods = self._costed("average", valuation)
        goods.list_price = 49.99
        other = self._costed("average", valuation)
        other.list_price = 79.95
        for product, cost in ((goods, 20.0), (other, 33.33)):
            self._bought(product, 20.0, cost)
        return goods, other

    def _sold(self, product, quantity):
        return self._sell(
            [
                (
                    product,
                    quantity,
                    {"analytic_distribution": self.spread, "price_unit": 49.99},
                )
            ]
        )

    def _close(self):
        """The closing, with which periodic valuation books what it costs."""
        try:
            with self.env.cr.savepoint():
                self.company.action_close_stock_valuation(auto_post=True)
        except UserError as error:
            self.assertIn("correctly closed", str(error))

    def _ways(self, orders, other):
        """Every way of a return, one of each; the returns."""
        money, credit, swap, ahead, charged = orders
        backs = [self._refunded(money)]
        if self.gives_credit:
            wish = {"resolution": "store_credit"}
            backs.append(self._come(credit, 2.0, **wish))
        wish = {"resolution": "exchange", "exchange_product": other}
        backs.append(self._come(swap, 1.0, **wish))
        self._send(backs[-1].exchange_ids)
        for order in (ahead, charged):
            backs.append(self._wish(order, 1.0, resolution="replacement"))
            self._send(backs[-1].exchange_ids)
        row = backs[-1].exchange_ids
        row.move_ids.write({"date": fields.Datetime.now() - timedelta(days=15)})
        row.invalidate_recordset(["sent_at"])
        self.env.add_to_compute(row._fields["sent_at"], row)
        self.env["returns.exchange"]._cron_unreturned()
        self.assertTrue(row.charge_move_id)
        return self.env["returns.order"].union(*backs)

    def _refunded(self, order):
        """Less a deduction and a fee; two are written down, one of them is scrapped."""
        back = self._ask(order)
        self._receive(back)
        self._inspect(back, self.grade_c, {back.line_ids: 2.0})
        self._inspect(back, self.grade_a, {back.line_ids: 1.0})
        back.parcel_ids._machine_write({"label_mode": "label"})
        self.rule.percent = 20.0
        down = self._downs(back)
        down.with_user(self.users["finance"]).action_measure_again()
        self._move(down.product_id, down.location_id, self.loss_place, 1.0)
        return back

    def _wish(self, order, quantity, **wish):
        return self._ask(order, (order.order_line, quantity, wish))

    def _come(self, order, quantity, **wish):
        back = self._wish(order, quantity, **wish)
        self._receive(back)
        self._inspect(back)
        return back

    def _undone(self, backs):
        """The charged one comes after all, and finance takes two refunds back."""
        self._receive(backs[-1])
        self._inspect(backs[-1])
        finance = self.users["finance"]
        for back in backs[:2]:
            rows = back.settlement_ids.filtered(lambda row: row.kind == "credit_note")
            step = self._step("settle", "finance")
            step._reverse(rows.with_user(finance), "It was not ours")

    # --- what is asked of it ----------------------------------------------------------
    def _rows(self, backs):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["returns.profit"].search([("order_id", "in", backs.ids)])
        self.assertEqual(len(set(rows.ids)), len(rows))
        return rows

    def _result_items(self, domain):
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                # Taxes without an account of their own lie on that of the goods.
                ("display_type", "!=", "tax"),
                "|",
                ("account_id.account_type", "=like", "income%"),
                ("account_id.account_type", "=like", "expense%"),
                *domain,
            ]
        )

    def _assert_told(self, backs):
        """Each row is what its item says, and no item of an entry is left out."""
        rows = self._rows(backs)
        booked = rows.filtered(lambda row: row.res_model == "account.move.line")
        items = self.env["account.move.line"].browse(booked.mapped("res_id"))
        self.assertEqual(len(items), len(booked), "each item once")
        for row, item in zip(booked, items, strict=True):
            self.assertEqual(row.amount, -item.balance, item.name)
            self.assertEqual(row.action_open()["res_id"], item.move_id.id)
        every = self._result_items([("move_id", "in", items.move_id.ids)])
        self.assertEqual(set(every.ids), set(items.ids))
        return rows, items

    def _tell(self, valuation):
        """The whole story; (returns, last document before it)."""
        goods, other = self._goods(valuation)
        orders = [self._sold(goods, 3.0) for _number in range(5)]
        self._close()
        last = self.env["account.move"].search([], order="id desc", limit=1).id
        return self._ways(orders, other), last

    def _assert_is_the_result(self, backs, last, found=0.0):
        """What the company earned and lost since is what the rows come to.

        :param float found: value of goods that only the closing knows to be here
        """
        self._close()
        ours = self._result_items([("move_id", ">", last)])
        rows = self._rows(backs).filtered(lambda row: row.kind not in RECKONED)
        self.assertAlmostEqual(
            sum(rows.mapped("amount")) + found, -sum(ours.mapped("balance")), 2
        )

    def test_every_entry_of_returns_is_told_once_to_the_cent(self):
        backs, last = self._tell("real_time")
        rows, items = self._assert_told(backs)
        kinds = {"revenue", "goods", "fee", "write_down", "exchange", "sent", "label"}
        kinds |= {"labour"} | ({"bonus"} if self.gives_credit else set())
        self.assertEqual(set(rows.mapped("kind")), kinds)
        # Each carries the analytic accounts of the sale, fees and bonus with it.
        self.assertEqual(
            {str(item.analytic_distribution) for item in items}, {str(self.spread)}
        )
        self.assertAlmostEqual(
            sum(items.analytic_line_ids.mapped("amount")),
            -sum(items.mapped("balance")),
            2,
        )
        self._assert_is_the_result(backs, last)
        sums = {back: back.profit for back in backs}
        for back, amount in sums.items():
            own = rows.filtered(lambda row, back=back: row.order_id == back)
            self.assertAlmostEqual(amount, sum(own.mapped("amount")), 2)
        # One is sent ahead and one was charged: what the goods cost, and the charge.
        ahead, charged = backs[-2:]
        self.assertAlmostEqual(sums[ahead], -20.0, 2)
        self.assertAlmostEqual(sums[charged], 29.99, 2)
        self._undone(backs)
        self._assert_told(backs)
        # With their refunds five are the customers' again, and are not sent back yet.
        returned = 5 if self.gives_credit else 4
        self._assert_is_the_result(backs, last, found=returned * 20.0)
        # The charge went back, less the fee; to take it in was a minute or two.
        self.assertAlmostEqual(charged.profit, 4.9 - 1.0, 2)

    def test_periodic_valuation_comes_to_the_result_of_its_closing(self):
        backs, last = self._tell("periodic")
        rows, _items = self._assert_told(backs)
        sent = rows.filtered(lambda row: row.kind == "sent")
        self.assertEqual(sorted(sent.mapped("amount")), [-33.33, -20.0, -20.0])
        self.assertEqual(set(sent.mapped("res_model")), {"stock.move"})
        self._assert_is_the_result(backs, last)
        self._undone(backs)
        self._assert_told(backs)
        self._assert_is_the_result(backs, last)
