from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestCurrencies(ReturnsCommon):
    """A refund is in the currency of its order, at the rate of its invoice; what the
    rates do afterwards is an exchange difference, where Odoo puts it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.euro.rate_ids.unlink()
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": cls.euro.id}
        )

    def _rate(self, days, dollars):
        """A euro is worth so many dollars from so many days ago."""
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.euro.id,
                "name": date.today() - timedelta(days=days),
                "inverse_company_rate": dollars,
            }
        )

    def _sell_in_euro(self):
        """Two shirts at 50 euro with 20% of tax: 120 euro, invoiced ten days ago at two
        dollars."""
        self._rate(20, 2.0)
        order = self._sell(
            [(self.shirt, 2.0, {"price_unit": 50.0})],
            until="delivered",
            pricelist_id=self.pricelist.id,
        )
        invoice = order._create_invoices()
        invoice.invoice_date = date.today() - timedelta(days=10)
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 120.0)
        self.assertEqual(invoice.amount_total_signed, 240.0)
        return order

    def _pay_on(self, move, day):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({"payment_date": day})._create_payments()

    def _exchange(self, move):
        """What exchange differences there are on the receivable of a document: the
        profit (above zero) or loss."""
        lines = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        entries = partials.exchange_move_id
        self.assertTrue(
            all(
                entry.journal_id == self.company.currency_exchange_journal_id
                for entry in entries
            )
        )
        results = entries.line_ids.filtered(
            lambda line: line.account_type in ("income", "expense", "income_other")
        )
        return -sum(results.mapped("balance"))

    def test_the_rate_changes_between_invoice_and_credit(self):
        order = self._sell_in_euro()
        self._rate(5, 1.25)
        back = self._create_return(order, until="inspected")
        self.assertEqual(back.currency_id, self.euro)
        self.assertEqual((back.amount_due, back.amount_settled), (120.0, 120.0))
        credit = back.settlement_ids.move_id
        # The same rate takes out of the books just what the invoice put in.
        self.assertEqual(credit.invoice_currency_rate, 0.5)
        self.assertEqual(credit.amount_total, 120.0)
        self.assertEqual(credit.amount_total_signed, -240.0)
        self.assertEqual(order.invoice_ids.mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(self._exchange(credit), 0.0)
        for account, items in order.invoice_ids.line_ids.grouped("account_id").items():
            with self.subTest(account.name):
                self.assertEqual(sum(items.mapped("balance")), 0.0)

    def test_the_rate_changes_between_payment_credit_and_payout(self):
        order = self._sell_in_euro()
        invoice = order.invoice_ids
        self._pay_on(invoice, date.today() - timedelta(days=10))
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.amount_total_signed, -240.0)
        self._rate(0, 1.25)
        payout = self._pay_on(credit, date.today())
        self.assertEqual((payout.amount, payout.currency_id), (120.0, self.euro))
        self.assertEqual(payout.move_id.amount_total_signed, 150.0)
        self.assertEqual(credit.amount_residual, 0.0)
        # 240 dollars were owed, and 150 were enough.
        self.assertEqual(self._exchange(credit), 90.0)
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))
        receivable = order.invoice_ids.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).account_id
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.partner.id),
                ("account_id", "=", receivable.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(sum(items.mapped("balance")), 0.0)
        self.assertEqual(sum(items.mapped("amount_currency")), 0.0)

    def test_two_invoices_at_two_rates_are_credited_each_at_its_own(self):
        order = self._sell_in_euro()
        order.order_line.product_uom_qty = 4.0
        more = order.picking_ids.filtered(lambda picking: picking.state != "done")
        more.move_ids.picked = True
        more._action_done()
        self._rate(0, 1.25)
        order._create_invoices().action_post()
        back = self._create_return(order, until="inspected")
        credits = back.settlement_ids.move_id
        self.assertEqual(sorted(credits.mapped("amount_total_signed")), [-240, -150])
        self.assertEqual(back.amount_settled, 240.0)
        self.assertEqual(sum(map(self._exchange, credits)), 0.0)

    def test_the_tax_of_the_sale_is_given_back_whatever_holds_now(self):
        """A rate of another country, by the fiscal position at the time of the sale."""
        abroad = self.tax.copy({"name": "Abroad 25%", "amount": 25.0})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        abroad.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        order = self._sell(
            [(self.shirt, 2.0)],
            until="confirmed",
            fiscal_position_id=position.id,
        )
        self.assertEqual(order.order_line.tax_ids, abroad)
        self._deliver(order)
        self._invoice(order)
        # Since then the country has another rate, and the product another tax.
        abroad.copy({"name": "Abroad 27%", "amount": 27.0})
        self.shirt.taxes_id = False
        position.active = False
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.fiscal_position_id, position)
        self.assertEqual(credit.invoice_line_ids.tax_ids, abroad)
        self.assertEqual((credit.amount_untaxed, credit.amount_tax), (100.0, 25.0))

    def test_a_tax_on_a_cash_basis_is_given_back_as_far_as_it_was_due(self):
        """The tax of an invoice is due when that is paid, and so is its credit's."""
        self.company.tax_exigibility = True
        waiting = self.env["account.account"].create(
            {
                "name": "Tax not due yet",
                "code": "TAXWAIT",
                "account_type": "liability_current",
                "reconcile": True,
            }
        )
        due = self.tax.invoice_repartition_line_ids.account_id[:1]
        if not due:
            due = self.env["account.account"].create(
                {
                    "name": "Tax due",
                    "code": "TAXDUE",
                    "account_type": "liability_current",
                }
            )
            lines = (
                self.tax.invoice_repartition_line_ids
                | self.tax.refund_repartition_line_ids
            )
            lines.filtered(lambda line: line.repartition_type == "tax").account_id = due
        self.tax.write(
            {
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": waiting.id,
            }
        )

        def balances():
            items = self.env["account.move.line"].search(
                [
                    ("account_id", "in", (waiting | due).ids),
                    ("parent_state", "=", "posted"),
                ]
            )
            return tuple(
                round(
                    sum(item.balance for item in items if item.account_id == account),
                    2,
                )
                for account in (waiting, due)
            )

        paid = self._sell([(self.shirt, 2.0)])
        self.assertEqual(balances(), (0.0, -20.0), "paid: due")
        back = self._create_return(paid, until="inspected")
        self.assertEqual(balances(), (20.0, -20.0), "credited and not paid back")
        self._pay(back.settlement_ids.move_id)
        self.assertEqual(balances(), (0.0, 0.0), "paid back: not due any more")
        unpaid = self._sell([(self.shirt, 2.0)], until="invoiced")
        self.assertEqual(balances(), (-20.0, 0.0))
        self._create_return(unpaid, until="inspected")
        self.assertEqual(balances()[0], 0.0, "set off: nothing waits")
        self.assertEqual(balances()[1], 0.0, "and nothing was due")
