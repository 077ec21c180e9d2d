"""Invoices in another currency than their order, to the cent of both currencies."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .api_common import ApiCase
from .payout_common import PayoutCommon
from .test_settle_fees import FeesCommon


class ForeignCommon(FeesCommon):
    """A company in dollars, and a euro of two dollars.

    The shop bills in euro at a rate of its own: a shirt of 50 dollars for 24.99.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.euro.rate_ids.unlink()
        cls._rate(20, 2.0)
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": cls.euro.id}
        )
        cls.finance = cls.users["finance"]

    @classmethod
    def _rate(cls, days, dollars, currency=None):
        cls.env["res.currency.rate"].create(
            {
                "currency_id": (currency or cls.euro).id,
                "name": date.today() - timedelta(days=days),
                "inverse_company_rate": dollars,
            }
        )

    def _bill(self, order, price, currency=None, quantity=None, paid=True):
        """Bill what is to bill in another currency, at a price there."""
        invoice = order._create_invoices()
        invoice.currency_id = currency or self.euro
        goods = invoice.invoice_line_ids.filtered(lambda item: item.price_unit > 0)
        goods.price_unit = price
        if quantity:
            goods.quantity = quantity
        invoice.action_post()
        if paid:
            self._pay(invoice)
        return invoice

    def _foreign(self, price=24.99, quantity=2.0, paid=True, **values):
        """Shirts of 60 dollars with tax that were billed in euro."""
        order = self._sell([(self.shirt, quantity, values)], until="delivered")
        return order, self._bill(order, price, paid=paid)

    def _taxes(self, moves):
        """{tax: amount} of documents, and None for what is no tax."""
        found = {}
        for item in moves.line_ids:
            if item.tax_line_id or item.display_type in ("product", "rounding"):
                amount = item.amount_currency * item.move_id.direction_sign
                known = found.get(item.tax_line_id.id, 0.0)
                found[item.tax_line_id.id] = round(known + amount, 2)
        return found


@tagged("post_install", "-at_install")
class TestForeignInvoice(ForeignCommon):
    # --- all, and in parts ----------------------------------------------------------
    def test_all_of_it_comes_back_exactly_in_both_currencies(self):
        order, invoice = self._foreign()
        self.assertEqual(invoice.amount_total, 59.98)
        back = self._create_return(order, until="inspected")
        row, line = back.settlement_ids, back.line_ids
        self.assertEqual(back.currency_id, order.currency_id)
        self.assertEqual((back.amount_paid, back.amount_due), (120.0, 120.0))
        self.assertEqual((back.amount_settled, back.amount_tax), (120.0, 20.0))
        self.assertEqual((line.amount_due, line.amount_settled), (120.0, 120.0))
        self.assertEqual((row.amount, row.currency_id), (59.98, self.euro))
        self.assertEqual((row.amount_order, row.open_amount), (120.0, 59.98))
        credit = row.move_id
        self.assertEqual(credit.currency_id, self.euro)
        self.assertEqual(credit.invoice_currency_rate, invoice.invoice_currency_rate)
        self.assertEqual(self._taxes(credit), self._taxes(invoice))
        sold = line.sold_line_id
        self.assertEqual(sold.amount_credited, 120.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        self.assertEqual(order.invoice_status, "invoiced")
        # What is said of it is in the order's currency, what is paid in its own.
        self.assertIn("59.98", back.money_words)
        snapshot = self.env["returns.snapshot"]._of(back)[0]
        self.assertEqual(snapshot["money"]["settled"], 120.0)
        self.assertEqual(snapshot["settlements"][0]["amount"], 120.0)
        self._rate(0, 4.0)
        payout = self._pay_out(credit)
        self.assertEqual((payout.amount, payout.currency_id), (59.98, self.euro))
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))
        self.assertIn("120.00", back.money_words)
        events = {e.what: e.data for e in back.event_ids}
        self.assertEqual(events["settled"]["amount"], 120.0)
        self.assertEqual(events["settled"]["document"], [59.98, "EUR"])

    def _pay_out(self, credit):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=credit.ids
        )
        return wizard.create({})._create_payments()

    def test_piece_by_piece_it_sums_up_and_never_passes_either(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        yen.rate_ids.unlink()
        self._rate(20, 0.007, yen)
        for price, currency, cents in (
            (16.67, self.euro, 2),
            (7142.0, yen, 0),  # a yen is less than a cent
            (0.01, self.euro, 2),  # and a cent of euro may be 20 dollars
        ):
            with self.subTest(currency.name, price=price):
                order = self._sell(
                    [(self.shirt, 3.0, {"price_unit": 33.33})], until="delivered"
                )
                invoice = self._bill(order, price, currency)
                due = billed = 0.0
                for turn in range(1, 4):
                    back = self._create_return(
                        order, [(order.order_line, 1.0)], until="inspected"
                    )
                    self.assertEqual(back.amount_due, back.amount_settled)
                    due += back.amount_due
                    billed += back.settlement_ids.amount
                    self.assertLessEqual(round(due, 2), 119.99)
                    self.assertLessEqual(round(billed, cents), invoice.amount_total)
                    self.assertAlmostEqual(due, 119.99 * turn / 3, delta=12.0)
                self.assertEqual(round(due, 2), 119.99)
                self.assertEqual(round(billed, cents), invoice.amount_total)
                self.assertEqual(back.line_ids.sold_line_id.amount_credited, 119.99)

    def test_an_order_abroad_that_is_billed_at_home(self):
        order = self._sell(
            [(self.shirt, 2.0, {"price_unit": 25.0})],
            until="delivered",
            pricelist_id=self.pricelist.id,
        )
        self.assertEqual(order.amount_total, 60.0)
        # A channel has paid out 96.10 dollars for the 50 euro.
        invoice = self._bill(order, 48.05, self.company.currency_id)
        back = self._create_return(
            order, [(order.order_line, 1.0)], until="inspected"
        )
        rest = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        self.assertEqual(back.currency_id, self.euro)
        self.assertEqual((back.amount_due, rest.amount_due), (30.0, 30.0))
        credits = (back | rest).settlement_ids.move_id
        self.assertEqual(credits.currency_id, self.company.currency_id)
        self.assertEqual(sum(credits.mapped("amount_total")), invoice.amount_total)
        self.assertEqual(self._taxes(credits), self._taxes(invoice))
        self.assertEqual(sum(credits.mapped("amount_total_signed")), -115.32)

    def test_bills_of_one_line_in_two_currencies(self):
        order = self._sell([(self.shirt, 4.0)], until="delivered")
        abroad = self._bill(order, 26.0, quantity=2.0)
        home = self._invoice(order)
        self._pay(home)
        self.assertEqual((abroad.amount_total, home.amount_total), (62.4, 120.0))
        backs = self.env["returns.order"]
        for quantity in (1.0, 2.0, 1.0):
            backs |= self._create_return(
                order, [(order.order_line, quantity)], until="inspected"
            )
        self.assertEqual(backs.mapped("amount_settled"), [60.0, 120.0, 60.0])
        rows = backs.settlement_ids
        by_invoice = {
            bill: [row.amount for row in rows if row.invoice_id == bill]
            for bill in (abroad, home)
        }
        self.assertEqual(by_invoice, {abroad: [31.2, 31.2], home: [60.0, 60.0]})
        self.assertEqual(backs.line_ids.sold_line_id.amount_credited, 240.0)

    def test_an_order_discount_is_spread_in_both_currencies(self):
        order = self._sell(
            [(self.shirt, 1.0), (self.belt, 1.0)], until="confirmed"
        )
        self._discount(order, 0.1)
        self._deliver(order)
        invoice = order._create_invoices()
        invoice.currency_id = self.euro
        for item in invoice.invoice_line_ids:
            item.price_unit *= 0.47
        invoice.action_post()
        total = 0.0
        for line in order.order_line.filtered(lambda l: l.product_id.is_storable):
            back = self._create_return(order, [(line, 1.0)], until="inspected")
            self.assertAlmostEqual(back.amount_due, line.price_total * 0.9, delta=0.01)
            total += back.amount_due
        self.assertEqual(round(total, 2), order.amount_total)
        self.assertEqual(invoice.amount_residual, 0.0, "all of it was credited")

    # --- less than all ---------------------------------------------------------------
    def test_fees_and_deductions(self):
        self._charge(
            ("restocking", 10.0, "percent"),
            ("return_shipping", 5.0),
            deduction_ids=[
                Command.create({"condition_id": self.grade_b.id, "percent": 30.0})
            ],
        )
        order, invoice = self._foreign()
        back = self._back(order, until="received")
        line = back.line_ids
        self._inspect(back, quantities={line: 1.0})
        first = back.settlement_ids
        # 24.99 + 5.00, less 2.50 + 2.50 of fees and a tenth of tax on them.
        self.assertEqual(first.move_id.amount_total, 24.49)
        self.assertEqual(first.amount_order, 60.0 - 11.0)
        self._inspect(back, self.grade_b, quantities={line: 1.0})
        second = back.settlement_ids - first
        # 30 percent off 24.99 + 5.00, and a tenth of what is left of it, 0.18 of tax.
        self.assertEqual(second.move_id.amount_untaxed, 15.74)
        self.assertEqual(second.move_id.amount_total, 17.49 + 3.5 - 1.75 - 0.18)
        # 17.49 of 49.98 euro are 34.99 of 100 dollars; the tenth is 3.50, its tax 0.36.
        self.assertEqual(second.amount_order, 34.99 + 7.0 - 3.86)
        self.assertEqual((back.amount_due, back.amount_settled), (87.13, 87.13))
        self.assertEqual(back.amount_fees, 14.86)
        # A fee of more than the goods leaves a document of nothing, in both.
        self._charge(("handling", 400.0))
        order, invoice = self._foreign()
        back = self._back(order)
        self.assertEqual(back.settlement_ids.move_id.amount_total, 10.0)
        self.assertGreaterEqual(back.amount_due, 0.0)
        # What is taken back gives its fees back, too.
        self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(self.finance), "A mistake"
        )
        self.assertEqual(back.amount_settled, 0.0)
        self.assertEqual(sum(back.settlement_ids.mapped("amount")), 0.0)
        self.assertEqual(sum(back.settlement_ids.mapped("amount_order")), 0.0)

    def test_the_standard_delivery_goes_back_with_the_last_of_the_goods(self):
        self._charge(fee="none", refund_shipping="always")
        express = self.env["product.product"].create(
            {
                "name": "Express",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": [Command.set(self.tax.ids)],
            }
        )
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Express",
                "fixed_price": 20.0,
                "product_id": express.id,
                "returns_express": True,
                "returns_standard_price": 5.0,
            }
        )
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        order.set_delivery_line(carrier, 20.0)
        self._deliver(order)
        invoice = order._create_invoices()
        invoice.currency_id = self.euro
        for item in invoice.invoice_line_ids:
            item.price_unit *= 0.5
        invoice.action_post()
        goods = order.order_line.filtered(lambda line: not line.is_delivery)
        back = self._back(order, [(goods, 2.0)])
        self.assertEqual((back.amount_delivery, back.amount_due), (6.0, 126.0))
        self.assertEqual(back.amount_settled, 126.0)
        self.assertEqual(back.settlement_ids.move_id.amount_total, 63.0)

    def test_a_refund_is_taken_back_and_given_again(self):
        order, invoice = self._foreign(quantity=3.0, price=16.67)
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        counter = self._step("settle", "finance")._reverse(
            row.with_user(self.finance), "A mistake"
        )
        self.assertEqual((counter.amount, counter.amount_order), (-60.01, -180.0))
        self.assertEqual(counter.move_id.currency_id, self.euro)
        self.assertEqual(back.amount_settled, 0.0)
        self.assertEqual(back.line_ids.sold_line_id.amount_credited, 0.0)
        back.with_user(self.finance).action_release("It was right")
        self.assertEqual(back.amount_settled, 180.0)
        self.assertEqual(back.settlement_ids[-1].move_id.amount_total, 60.01)
        # Reset to draft and posted again, it counts once.
        credit = back.settlement_ids[-1].move_id
        credit.button_draft()
        self.assertEqual(back.amount_settled, 0.0)
        credit.action_post()
        self.assertEqual((back.amount_settled, back.amount_due), (180.0, 180.0))

    # --- a price of its own -----------------------------------------------------------
    def test_people_approve_what_leaves_the_company(self):
        """An invoice above its order does not pass a limit by what the order says."""
        self._charge(fee="none", approval="above", approval_above=150.0)
        low, _invoice = self._foreign()
        self.assertEqual(self._back(low, until="requested").case_state, "authorised")
        high, invoice = self._foreign(price=100.0)
        self.assertEqual(invoice.amount_total_signed, 480.0)
        back = self._back(high, until="requested")
        self.assertEqual((back.amount_due, back.case_state), (120.0, "to_approve"))
        self.assertEqual(back.approval_ids.amount, 480.0)

    # --- what is left to people -------------------------------------------------------
    def test_an_exchange_needs_one_currency(self):
        order, invoice = self._foreign()
        line = order.order_line
        self._charge(fee="none", offer_exchange=True, offer_refund=True)
        back = self._back(
            order,
            [(line, 1.0, {"resolution": "exchange"}), (line, 1.0)],
        )
        told = back.exception_ids.filtered(lambda e: e.code == "posting_failed")
        self.assertIn("an exchange needs both in one currency", told.note)
        self.assertEqual(back.settlement_ids.amount_order, 60.0, "the other goes on")
        with self.assertRaisesRegex(UserError, "Shirt in EUR"):
            back.with_user(self.finance).action_release("The customer waits")

    def test_what_is_not_billed_yet_stays_in_the_currency_of_the_order(self):
        order = self._sell([(self.shirt, 3.0)], until="delivered")
        self._bill(order, 25.0, quantity=1.0)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 120.0,
                "journal_id": self.env["account.journal"]
                .search(
                    [("type", "=", "bank"), ("company_id", "=", self.company.id)],
                    limit=1,
                )
                .id,
            }
        )
        payment.action_post()
        back = self._create_return(order, until="inspected")
        kinds = {row.kind: row for row in back.settlement_ids}
        self.assertEqual(back.amount_settled, 180.0)
        self.assertEqual(kinds["credit_note"].amount, 30.0)
        self.assertEqual(kinds["credit_note"].amount_order, 60.0)
        self.assertEqual(kinds["less_to_invoice"].amount, 120.0)
        self.assertEqual(kinds["prepaid"].open_amount, 120.0)

    def test_a_down_payment_in_another_currency_is_left_to_a_person(self):
        order = self._sell([(self.shirt, 1.0)], until="delivered")
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 50,
            }
        ).create_invoices()
        order.invoice_ids.currency_id = self.euro
        order.invoice_ids.action_post()
        goods = order.order_line.filtered(lambda line: line.product_id == self.shirt)
        back = self._create_return(order, [(goods, 1.0)], until="inspected")
        told = back.exception_ids.filtered(lambda e: e.code == "posting_failed")
        self.assertIn("bills a down payment in EUR", told.note)


@tagged("post_install", "-at_install")
class TestForeignGate(ForeignCommon):
    """By hand no cent more than by the return, in the currency of the invoice."""

    def _reversal(self, invoice):
        """The draft of a credit note by Odoo's own dialog."""
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.finance)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Wrong"})
        )
        wizard.refund_moves()
        return wizard.new_move_ids

    def _assert_shut(self, move, code="REFUND_GATE"):
        with self.assertRaisesRegex(UserError, code), self.env.cr.savepoint():
            move.action_post()
        self.env.invalidate_all()

    def _released(self, **values):
        """A return whose money is released and waits for a document by hand."""
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        order, invoice = self._foreign(**values)
        back = self._create_return(order, until="inspected")
        self.assertFalse(back.settlement_ids)
        return order, back

    def test_a_return_takes_a_credit_note_by_hand_for_its_own(self):
        order, back = self._released()
        move = self._reversal(order.invoice_ids)
        self.assertEqual(move.currency_id, self.euro)
        move.invoice_line_ids.price_unit = 25.0
        self._assert_shut(move)  # two cents more
        move.invoice_line_ids.price_unit = 24.99
        move.currency_id = self.company.currency_id
        self._assert_shut(move)  # in a currency of nothing that was billed
        move.currency_id = self.euro
        move.action_post()
        row = back.settlement_ids
        self.assertEqual((row.amount, row.amount_order), (59.98, 120.0))
        self.assertEqual((back.amount_settled, back.amount_due), (120.0, 120.0))

    def test_a_smaller_credit_note_leaves_the_rest_of_the_worth(self):
        order, back = self._released(quantity=3.0, price=16.67)
        move = self._reversal(order.invoice_ids)
        move.invoice_line_ids.quantity = 1.0
        move.action_post()
        self.assertEqual((back.amount_settled, back.amount_due), (59.99, 180.0))
        back.with_user(self.finance).action_release("The rest")
        self.assertEqual(back.amount_settled, 180.0)
        self.assertEqual(sum(back.settlement_ids.mapped("amount")), 60.01)

    def test_goodwill_counts_in_both_currencies(self):
        order, invoice = self._foreign(quantity=3.0, price=16.67)
        move = self._reversal(order.invoice_ids)
        item = move.invoice_line_ids
        item.write({"quantity": 1.0, "price_unit": 50.02})
        move.with_user(self.finance).returns_credit_kind = "goodwill"
        self.assertEqual(move.amount_total, 60.02)
        self._assert_shut(move, "REFUND_EXCEEDS_PAID")  # a cent of euro
        item.price_unit = 10.0
        move.action_post()
        back = self._create_return(order, until="inspected")
        # 12 of 60.01 euro were given already.
        self.assertEqual(back.settlement_ids.amount, 48.01)
        self.assertAlmostEqual(back.amount_due, 144.0, delta=0.01)
        self.assertAlmostEqual(
            back.line_ids.sold_line_id.amount_credited, 180.0, delta=0.0
        )

    def test_an_invoice_that_is_issued_anew_in_the_currency_of_the_order(self):
        order, back = self._released()
        invoice = order.invoice_ids
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Currency"})
        )
        wizard.modify_moves()
        anew = order.invoice_ids.filtered(lambda move: move.state == "draft")
        anew.currency_id = self.company.currency_id
        anew.invoice_line_ids.price_unit = 50.0
        anew.action_post()
        back.with_user(self.finance).action_release("Issued anew")
        row = back.settlement_ids
        self.assertEqual((row.amount, row.currency_id), (120.0, order.currency_id))
        self.assertEqual((row.invoice_id, row.amount_order), (anew, 0.0))
        self.assertEqual(back.line_ids.sold_line_id.amount_credited, 240.0)

    def test_a_document_that_waits_is_held_to_its_amount(self):
        self.company.returns_posting = "draft"
        order, _invoice = self._foreign()
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids.move_id
        credit.invoice_line_ids.price_unit = 25.5
        self._assert_shut(credit)

    def test_two_currencies_do_not_stand_for_each_other(self):
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        order = self._sell([(self.shirt, 4.0)], until="delivered")
        self._bill(order, 26.0, quantity=2.0)
        home = self._invoice(order)
        back = self._create_return(order, until="inspected")
        self._assert_shut(self._reversal(home))
        back.with_user(self.finance).action_release("It is all here")
        self.assertEqual(back.amount_settled, 240.0)
        rows = {row.currency_id: row.amount for row in back.settlement_ids}
        self.assertEqual(rows, {self.euro: 62.4, order.currency_id: 120.0})


@tagged("post_install", "-at_install")
class TestForeignChannel(ForeignCommon, ApiCase):
    """A channel pays in the currency of the order; the books are in the invoice's."""

    def _returned(self, automatic=False):
        if not automatic:
            self.env["returns.automation"].search(
                [("code", "=", "refund_on_inspection")]
            ).active = False
        order, invoice = self._foreign()
        snapshot = self._submitted(order)
        self._call("receive", self._receipt(snapshot))
        self._call("inspect", self._findings(snapshot, ("SHIRT", 2, "A")))
        back = order.order_line.returns_line_ids.order_id
        return back, invoice

    def _settled(self, back, amount, reference):
        return self._call(
            "settled",
            {
                "settlement_ref": reference,
                "return": back.name,
                "amount": amount,
                "currency": back.currency_id.name,
                "tender": "card",
                "occurred_at": "2026-01-01T10:00:00Z",
            },
        )

    def test_parts_of_it_sum_up_in_both_currencies(self):
        back, invoice = self._returned()
        for turn, amount in enumerate((33.33, 60.0, 26.67)):
            answer = self._settled(back, amount, f"SET-{turn}")
            self.assertEqual(answer["settlements"][-1]["amount"], amount)
            self.assertEqual(back.settlement_ids[-1].amount_order, amount)
        rows = back.settlement_ids
        self.assertEqual(rows.mapped("kind"), ["channel_paid"] * 3)
        self.assertEqual(rows.mapped("currency_id"), self.euro)
        self.assertEqual(rows.mapped("amount")[:2], [16.66, 29.99])
        self.assertEqual(self._taxes(rows.move_id), self._taxes(invoice))
        self.assertEqual((back.amount_settled, back.money_state), (120.0, "settled"))
        self.assertFalse(back.exception_ids)

    def test_more_than_was_owed_is_told_in_the_currency_of_the_order(self):
        back, _invoice = self._returned()
        self._settled(back, 130.0, "SET")
        credit, more = back.settlement_ids
        self.assertEqual((credit.amount, credit.amount_order), (59.98, 120.0))
        self.assertEqual((more.amount, more.currency_id), (10.0, back.currency_id))
        self.assertEqual(back.exception_ids.code, "overpaid_by_channel")

    def test_it_pays_a_credit_note_that_waits(self):
        back, _invoice = self._returned(automatic=True)
        credit = back.settlement_ids
        self.assertEqual(credit.open_amount, 59.98)
        self._settled(back, 40.0, "SET-1")
        first = back.settlement_ids - credit
        self.assertEqual((first.amount, first.amount_order), (19.99, 40.0))
        self.assertEqual((first.currency_id, credit.open_amount), (self.euro, 39.99))
        self._settled(back, 80.0, "SET-2")
        self.assertEqual((credit.open_amount, credit.state), (0.0, "paid"))
        self.assertEqual((back.amount_settled, back.money_state), (120.0, "settled"))
        # 59.98 euro of two dollars are less than what the order says.
        self.assertEqual(back.amount_foreign, 120.0)
        self.assertEqual(back.amount_foreign_books, 119.96)
        self.assertEqual(back._foreign_more(), 0.0)
        self.assertFalse(back.exception_ids)


@tagged("post_install", "-at_install")
class TestForeignPayout(ForeignCommon, PayoutCommon):
    """Money goes back in the currency in which it came, to the payments it came by."""

    def test_each_payment_gets_its_own_back(self):
        order, invoice = self._foreign(paid=False)
        card = self._online(order, 40.0)
        self.assertEqual(card.currency_id, self.euro)
        self._pay(invoice)  # the rest, by transfer
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids
        self.assertEqual((credit.open_amount, credit.hand_amount), (59.98, 19.98))
        self._run_cron()
        refund = self._refunds(card)
        self.assertEqual((refund.amount, refund.currency_id), (-40.0, self.euro))
        self.assertEqual((credit.open_amount, back.amount_settled), (19.98, 120.0))
        self.assertIn("19.98", back.next_words)
        self.assertIn("19.98", back.money_words)
        self._account()
        self._dialog(credit).action_confirm()
        payment = credit.paid_by_ids.payment_id
        self.assertEqual((payment.amount, payment.currency_id), (19.98, self.euro))
        self.assertEqual((credit.open_amount, back.money_state), (0.0, "settled"))
