"""Never more goes out than came in: discounts, write-offs and bad debts."""

from odoo import Command
from odoo.tests import tagged

from .payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestNeverMoreOut(PayoutCommon):
    """Orders of two shirts at 60 with tax, of which not all was paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loss = cls.env["account.account"].create(
            {"name": "Discounts", "code": "DISC", "account_type": "expense"}
        )
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.loss
        cls.general = cls.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", cls.company.id)], limit=1
        )

    def _order(self, **values):
        return self._sell([(self.shirt, 2.0)], until="invoiced", **values)

    def _term(self, way):
        return self.env["account.payment.term"].create(
            {
                "name": f"2/10 {way}",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": way,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )

    def _register(self, invoice, **values):
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(values)
            ._create_payments()
        )

    def _balance(self, account, moves):
        items = moves.line_ids.filtered(lambda item: item.account_id == account)
        return sum(items.mapped("balance"))

    def _pay_back(self, back):
        """Finance pays all that is open; returns the sum."""
        rows = back.settlement_ids.filtered("hand_amount")
        if not rows:
            return 0.0
        dialog = self._dialog(rows)
        dialog.line_ids.write({"tender": "bank", "agreed": "By phone"})
        dialog.line_ids.account_id = self.account
        dialog.action_confirm()
        return sum(dialog.payment_ids.mapped("amount"))

    def setUp(self):
        super().setUp()
        self.account = self._account()
        self.account.allow_out_payment = True

    # --- early payment ----------------------------------------------------------------
    def test_an_early_payment_discount_is_not_paid_out(self):
        for way in ("included", "mixed", "excluded"):
            with self.subTest(way):
                order = self._order(payment_term_id=self._term(way).id)
                invoice = order.invoice_ids
                payment = self._register(invoice)
                self.assertEqual(invoice.amount_residual, 0.0)
                came, out = payment.amount, []
                credits = self.env["account.move"]
                for _turn in range(2):
                    back = self._create_return(
                        order, [(order.order_line, 1.0)], until="inspected"
                    )
                    out.append(self._pay_back(back))
                    credits |= back.settlement_ids.move_id
                    self.assertEqual(back.money_state, "settled")
                self.assertAlmostEqual(sum(out), came, 2)
                self.assertAlmostEqual(out[0], out[1], 2)
                self.assertAlmostEqual(
                    sum(credits.mapped("amount_total")), invoice.amount_total, 2
                )
                self.assertEqual(set(credits.mapped("amount_residual")), {0.0})
                taken_back = credits.returns_settlement_ids.written_off_id
                booked = self._balance(self.loss, payment.move_id | taken_back)
                self.assertAlmostEqual(booked, 0.0, 2, "the discount is gone")
                taxes = (
                    invoice | payment.move_id | credits | taken_back
                ).line_ids.filtered("tax_repartition_line_id")
                self.assertAlmostEqual(sum(taxes.mapped("balance")), 0.0, 2)

    def test_the_discount_of_a_down_payment_is_not_paid_out_either(self):
        order = self._sell(
            [(self.shirt, 2.0)],
            until="confirmed",
            payment_term_id=self._term("included").id,
        )
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 50.0,
            }
        ).create_invoices()
        first = order.invoice_ids
        first.action_post()
        came = self._register(first).amount
        self._deliver(order)
        final = order._create_invoices(final=True)
        final.action_post()
        came += self._register(final).amount
        self.assertAlmostEqual(came, 117.6, 2)
        out = 0.0
        for _turn in range(2):
            goods = order.order_line.filtered(lambda line: line.product_id.is_storable)
            back = self._create_return(order, [(goods, 1.0)], until="inspected")
            out += self._pay_back(back)
        self.assertAlmostEqual(out, came, 2)
        moves = self.env["account.move"].search(
            [("line_ids.partner_id", "=", self.partner.id), ("state", "=", "posted")]
        )
        self.assertAlmostEqual(self._balance(self.loss, moves), 0.0, 2)

    def test_a_discount_in_another_currency_is_exact_there(self):
        other = self.env["res.currency"].create(
            {
                "name": "FOR",
                "symbol": "F",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 1.37})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": other.id}
        )
        order = self._sell(
            [(self.shirt, 2.0, {"price_unit": 1.84})],
            until="invoiced",
            pricelist_id=pricelist.id,
        )
        payment = self._register(
            order.invoice_ids,
            amount=3.1,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
        )
        self.assertEqual((payment.amount, payment.currency_id), (3.1, other))
        rows = self.env["returns.settlement"]
        for _turn in range(2):
            back = self._create_return(
                order, [(order.order_line, 1.0)], until="inspected"
            )
            rows |= back.settlement_ids
        self.assertAlmostEqual(sum(rows.mapped("open_amount")), 3.1, 2)

    # --- written off at the payment ---------------------------------------------------
    def test_what_was_written_off_at_the_payment_is_not_paid_out(self):
        order = self._order()
        self._register(
            order.invoice_ids,
            amount=100.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
        )
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        row = back.settlement_ids
        self.assertEqual((row.amount, row.amount_written_off), (60.0, 10.0))
        self.assertEqual((row.open_amount, row.hand_amount), (50.0, 50.0))
        self.assertFalse(row._is_paid_out(), "no money has gone")
        self.assertEqual(self._pay_back(back), 50.0)
        self.assertTrue(row._is_paid_out())

    def test_a_refund_that_is_taken_back_gives_the_write_off_back(self):
        order = self._order()
        payment = self._register(
            order.invoice_ids,
            amount=100.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
        )
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        entry = row.written_off_id
        counter = self._step("settle", "finance")._reverse(
            row.with_user(self.finance), "Found to be another's"
        )
        self.assertEqual(row.move_id.amount_residual, 0.0)
        self.assertEqual(counter.move_id.sudo().amount_residual, 0.0)
        self.assertFalse(row.written_off_id)
        booked = payment.move_id | entry | entry.reversal_move_ids
        self.assertAlmostEqual(self._balance(self.loss, booked), 20.0, 2)

    # --- never paid -------------------------------------------------------------------
    def test_of_a_bad_debt_nothing_is_paid_out(self):
        order = self._order()
        invoice = order.invoice_ids
        owed = invoice.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.loss.id, "debit": 120.0}),
                    Command.create(
                        {
                            "account_id": owed.account_id.id,
                            "partner_id": self.partner.id,
                            "credit": 120.0,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (entry.line_ids | owed).filtered(
            lambda item: item.account_id == owed.account_id
        ).reconcile()
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        self.assertEqual((row.state, row.hand_amount), ("paid", 0.0))
        self.assertEqual(row.amount_written_off, 120.0)
        self.assertFalse(row._is_paid_out())
        self.assertEqual((back.case_state, back.money_state), ("closed", "settled"))
        self.assertAlmostEqual(
            self._balance(self.loss, entry | row.written_off_id), 0.0, 2
        )

    def test_what_was_paid_in_full_books_nothing_more(self):
        order = self._order()
        self._register(order.invoice_ids)
        back = self._create_return(order, until="inspected")
        self.assertFalse(back.settlement_ids.written_off_id)
        self.assertEqual(back.settlement_ids.hand_amount, 120.0)
