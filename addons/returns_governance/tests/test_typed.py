"""What a clerk types over RPC: links, customers, accounts and amounts of documents.

Core lets most of them be written, also on what is posted. Each of these ways got money
out that had not come in, or sent it to somebody else; the gate looks at what is true.
"""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .exchange_common import ExchangeCommon
from .payout_common import PayoutCommon


class TypedCommon(PayoutCommon, ExchangeCommon):
    """A shop with a clerk who may sell, bill and pay, and an accomplice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")
        cls._rule()
        cls.accomplice = cls.env["res.partner"].create({"name": "An Accomplice"})

    def _outbound(self, amount, partner=None, **values):
        """Paid by the clerk, in the books."""
        payment = (
            self.env["account.payment"]
            .with_user(self.clerk)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": (partner or self.partner).id,
                    "amount": amount,
                    **values,
                }
            )
        )
        payment.action_post()
        return payment

    def _assert_shut(self, attempt, code="REFUND_GATE"):
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            attempt()
        self.assertIn(f"[{code}]", str(caught.exception))
        self.env.invalidate_all()
        return str(caught.exception)

    def _tear(self, moves):
        self._receivable(moves).with_user(self.clerk).remove_move_reconcile()

    def _goodwill(self, order, price, **values):
        """A credit note of finance for one unit of the order, without its invoice."""
        line = {
            "name": "Sorry",
            "product_id": self.shirt.id,
            "price_unit": price,
            "tax_ids": [Command.set(self.tax.ids)],
            "sale_line_ids": [Command.set(order.order_line.ids)],
        }
        credit = (
            self.env["account.move"]
            .with_user(self.finance)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": order.partner_id.id,
                    "invoice_date": fields.Date.today(),
                    "returns_credit_kind": "goodwill",
                    "invoice_line_ids": [Command.create(line)],
                    **values,
                }
            )
        )
        credit.action_post()
        return credit

    def _paid_by_hand(self, back):
        """Finance pays what waits of a return to the customer's account."""
        account = self.partner.bank_ids[:1] or self._account()
        account.allow_out_payment = True
        dialog = self._dialog(back.settlement_ids)
        dialog.line_ids.write(
            {"tender": "bank", "agreed": "By phone", "account_id": account.id}
        )
        dialog.action_confirm()
        return dialog.payment_ids


@tagged("post_install", "-at_install")
class TestSetOff(TypedCommon):
    """What was never money does not become money."""

    def _entry(self, account_type):
        """An entry of the clerk's that settles 180 of the customer's."""
        account = self.env["account.account"].search(
            [("account_type", "=", account_type)], limit=1
        )
        receivable = self.partner.property_account_receivable_id
        items = [
            {"account_id": account.id, "debit": 180.0},
            {
                "account_id": receivable.id,
                "credit": 180.0,
                "partner_id": self.partner.id,
            },
        ]
        entries = self.env["account.move"].with_user(self.clerk)
        entry = entries.create({"line_ids": [Command.create(item) for item in items]})
        entry.action_post()
        return entry

    def test_an_invoice_that_an_entry_by_hand_has_settled_was_not_paid(self):
        order = self._sell(until="invoiced")
        invoice = order.invoice_ids
        entry = self._entry("asset_current")
        self._receivable(entry | invoice).with_user(self.clerk).reconcile()
        self.assertEqual(invoice.payment_state, "paid")
        back = self._create_return(order, until="inspected")
        told = self._assert_shut(lambda: self._outbound(180.0), "ACCESS_DENIED")
        self.assertIn("an entry by hand has settled", told)
        # Finance knows what came in, and says so.
        payment = self._paid_by_hand(back)
        raised = self.env["returns.exception"].search(
            [("cause", "=", f"payment {payment.id}")]
        )
        self.assertEqual(raised.code, "unexplained_credit")
        self.assertIn("what money", raised.note)

    def test_credit_is_not_torn_off_what_it_was_set_off_against(self):
        unpaid = self._sell(until="invoiced")
        credit = self._create_return(unpaid, until="inspected").credit_move_ids
        told = self._assert_shut(lambda: self._tear(credit))
        self.assertIn("Reverse the settlement", told)

        def by_way_of_the_draft():
            credit.with_user(self.clerk).button_draft()
            self._tear(credit)

        self._assert_shut(by_way_of_the_draft)
        # A document that is cancelled lets go.
        credit.with_user(self.clerk).button_cancel()
        invoice = unpaid.invoice_ids - credit
        self.assertEqual(invoice.amount_residual, 180.0)
        # The bill of an exchange was paid with the credit, and the goods are gone.
        back = self._ask_exchange(product=self.coat, quantity=2.0)
        self._receive(back)
        self._inspect(back)
        self._send(back.exchange_ids)
        self._assert_shut(lambda: self._tear(back.credit_move_ids))

    def test_credit_without_its_invoice_meets_what_was_not_paid(self):
        """Tied to the sold line, and not to its invoice."""
        order = self._sell(until="invoiced")
        self._goodwill(order, 50.0)
        self._assert_shut(lambda: self._outbound(60.0), "ACCESS_DENIED")
        self.company.returns_posting = "draft"
        self.env["returns.automation"].search([]).active = False
        order = self._sell(until="invoiced")
        back = self._create_return(order, until="inspected")
        line = {
            "product_id": self.shirt.id,
            "quantity": 3.0,
            "price_unit": 50.0,
            "tax_ids": [Command.set(self.tax.ids)],
            "sale_line_ids": [Command.set(order.order_line.ids)],
        }
        move = (
            self.env["account.move"]
            .with_user(self.clerk)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )
        invoice = order.invoice_ids - move
        move.action_post()
        self.assertEqual(move.returns_order_id, back)
        self.assertEqual(move.reversed_entry_id, invoice)
        self.assertEqual((move | invoice).mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(back.money_state, "settled")

    def test_goodwill_is_taken_back_as_far_as_the_customer_pays(self):
        order = self._sell()
        goodwill = self._goodwill(order, 100.0)
        self._pay(goodwill)
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=goodwill.ids)
            .create({"journal_id": goodwill.journal_id.id})
        )
        wizard.refund_moves()
        bill = wizard.new_move_ids.with_user(self.clerk)
        bill.action_post()
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        self.assertEqual(bill.amount_residual, 120.0)
        self.assertEqual(back.amount_settled, 20.0, "120 of 180 are out")
        self._pay(bill.with_user(self.env.user))
        sold = order.order_line.returns_line_ids.sold_line_id
        self.assertEqual(sold.amount_credited, 20.0)
        rest = self._create_return(order, [(order.order_line, 2.0)], until="inspected")
        self.assertEqual(back.amount_settled + rest.amount_settled, 180.0)

    def test_a_refund_that_is_given_anew_meets_what_was_paid_out_before(self):
        back = self._create_return(until="inspected")
        self._paid_by_hand(back)
        first = back.settlement_ids.filtered(lambda row: row.kind == "credit_note")
        counter = self._step("settle", "finance")._reverse(
            first.with_user(self.finance), "Another customer's parcel"
        )
        self.assertEqual(counter.move_id.amount_residual, 180.0)
        back.with_user(self.finance).action_release("It was hers after all")
        again = back.settlement_ids.filtered(lambda row: row.kind == "credit_note")[-1]
        self.assertEqual(again.amount, 180.0)
        self.assertEqual((again.open_amount, counter.move_id.amount_residual), (0, 0))
        self._assert_shut(lambda: self._outbound(1.0), "ACCESS_DENIED")
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))

    def test_what_was_paid_and_untied_is_not_paid_again(self):
        back = self._create_return(until="inspected")
        payment = self._paid_by_hand(back)
        row = back.settlement_ids.filtered(lambda row: row.kind == "credit_note")
        self._tear(row.move_id)
        self.assertEqual((row.open_amount, row.hand_amount), (180.0, 0.0))
        with self.assertRaisesRegex(UserError, "Nothing of this"):
            self._dialog(row)
        told = back.exception_ids.filtered(lambda e: e.state == "open")
        self.assertIn("which stands, was untied", told.note)
        self._receivable(row.move_id | payment.move_id).reconcile()
        told._close_gone()
        self.assertEqual((row.state, told.state), ("paid", "closed"))
        # One that nothing ties to the credit note counts as well.
        back = self._create_return(until="inspected")
        row = back.settlement_ids
        dialog = self._dialog(row)
        self._outbound(100.0)
        dialog.line_ids.write({"tender": "bank", "agreed": "By phone"})
        dialog.line_ids.account_id = self.partner.bank_ids
        dialog.action_confirm()
        self.assertFalse(dialog.payment_ids)
        self.assertIn("80.00 is open", dialog.summary)


@tagged("post_install", "-at_install")
class TestWhose(TypedCommon):
    """Money goes to the customer who was billed."""

    def test_another_customer_on_the_order_is_not_who_was_billed(self):
        self.company.returns_posting = "draft"
        order = self._sell()
        back = self._create_return(order, until="inspected")
        draft = back.credit_move_ids.with_user(self.clerk)
        for name in ("partner_id", "partner_invoice_id"):
            with self.subTest(name):
                self._assert_shut(
                    lambda name=name: (
                        order.with_user(self.clerk).write({name: self.accomplice.id}),
                        draft.write({"partner_id": self.accomplice.id}),
                        draft.action_post(),
                    )
                )
        # Somebody else may have been billed from the start.
        payer = self.env["res.partner"].create({"name": "Her company"})
        order = self._sell(partner_invoice_id=payer.id)
        back = self._create_return(order, until="inspected")
        back.credit_move_ids.action_post()
        self._assert_shut(lambda: self._outbound(180.0))
        self._outbound(180.0, payer)

    def test_posted_items_keep_customer_and_account(self):
        back = self._create_return(until="inspected")
        credit = self._receivable(back.credit_move_ids).with_user(self.clerk)
        payment = self._receivable(self._outbound(60.0).move_id)
        came_in = self._receivable(
            self._outbound(60.0, payment_type="inbound").move_id
        ).with_user(self.clerk)
        hidden = self.env["account.account"].search(
            [("account_type", "=", "asset_current")], limit=1
        )
        for item in (credit, payment.with_user(self.clerk), came_in):
            for values in (
                {"partner_id": self.accomplice.id},
                {"account_id": hidden.id},
            ):
                with self.subTest(move=item.move_id.name, values=values):
                    self._assert_shut(
                        lambda item=item, values=values: item.write(values)
                    )

    def test_what_a_document_reverses_is_not_typed(self):
        unpaid, paid = self._sell(until="invoiced"), self._sell()
        bill = paid.invoice_ids
        credit = self._create_return(unpaid, until="inspected").credit_move_ids
        credit = credit.with_user(self.clerk)
        self._assert_shut(
            lambda: credit.write({"reversed_entry_id": bill.id}), "GUARDED_FIELD"
        )
        self.company.returns_posting = "draft"
        more = self._sell(until="invoiced")
        draft = self._create_return(more, until="inspected").credit_move_ids
        draft = draft.with_user(self.clerk)
        draft.reversed_entry_id = bill
        self._assert_shut(draft.action_post)
        # A bill that says it takes goodwill back gives nothing up that was paid.
        goodwill = self._goodwill(self._sell(), 1.0)
        bill = bill.with_user(self.clerk)
        bill.button_draft()
        bill.write({"reversed_entry_id": goodwill.id})
        bill.invoice_line_ids.price_unit = 0.01
        self._assert_shut(bill.action_post, "ACCESS_DENIED")
        new = self._sell(until="delivered")._create_invoices().with_user(self.clerk)
        off = {"name": "Off", "price_unit": -149.0, "tax_ids": [Command.clear()]}
        new.write(
            {
                "reversed_entry_id": goodwill.id,
                "invoice_line_ids": [Command.create(off)],
            }
        )
        self._assert_shut(new.action_post, "ACCESS_DENIED")

    def test_quantity_and_price_of_what_was_sold_stay(self):
        """One unit of three is not made out to be all that was paid."""
        line = self._sell().invoice_ids.invoice_line_ids.with_user(self.clerk)
        for values in ({"quantity": 1.0}, {"price_unit": 80.0}, {"discount": 50.0}):
            with self.subTest(values):
                self._assert_shut(lambda values=values: line.write(values))

    def test_one_bill_is_given_back_once_whatever_orders_it_is_tied_to(self):
        paid, unbilled = self._sell(), self._sell(until="delivered")
        line = paid.invoice_ids.invoice_line_ids.with_user(self.clerk)
        line.write({"sale_line_ids": [Command.link(unbilled.order_line.id)]})
        for order in (unbilled, paid):
            self._create_return(order, until="inspected")
        gate = self.env["returns.gate.payment"].sudo()
        whose = (self.partner, self.company, self.company.currency_id)
        self.assertLessEqual(gate._open_credit(*whose), 180.0)
        self._assert_shut(lambda: self._outbound(181.0))

    def test_what_a_provider_has_told_is_not_typed(self):
        order = self._sell(partner=self.accomplice, until="invoiced")
        transaction = self._online(order).with_user(self.clerk)
        mine = self._sell().invoice_ids
        for values in (
            {"invoice_ids": [Command.link(mine.id)]},
            {"amount": 1000.0},
            {"state": "draft"},
            {"partner_id": self.partner.id},
        ):
            with self.subTest(values):
                self._assert_shut(
                    lambda values=values: transaction.write(values), "ACCESS_DENIED"
                )

    def test_a_posted_payment_keeps_its_account_and_a_sent_one_stays(self):
        self._create_return(until="inspected")
        accounts = [
            self._account(),
            self._account(self.accomplice, "DE75512108001245126199"),
        ]
        for account in accounts:
            account.allow_out_payment = True
        payment = self._outbound(180.0, partner_bank_id=accounts[0].id)
        self._assert_shut(lambda: payment.write({"partner_bank_id": accounts[1].id}))
        payment.with_user(self.finance).action_returns_bank_file()
        for undo in (payment.action_draft, payment.action_cancel):
            self._assert_shut(undo, "ACCESS_DENIED")
        payment.with_user(self.finance).action_cancel()
        self.assertEqual(payment.state, "canceled")


@tagged("post_install", "-at_install")
class TestAsked(TypedCommon):
    """What was asked for and what follows from it."""

    def test_nobody_types_what_follows_from_what_was_asked(self):
        order = self._sell([(self.belt, 1.0), (self.coat, 1.0)])
        belt, coat = order.order_line
        back = self._create_return(order, [(belt, 1.0)])
        other = self._create_return()
        line = back.line_ids.with_user(self.users["agent"])
        for values in (
            {"sale_line_id": coat.id},
            {"product_id": self.coat.id},
            {"sale_order_id": other.sale_order_ids.id},
            {"company_id": self.company.id},
        ):
            with self.subTest(values):
                self._assert_shut(
                    lambda values=values: line.write(values), "GUARDED_FIELD"
                )
        self._assert_shut(lambda: line.write({"order_id": other.id}), "RETURN_STATE")
        draft = (
            self.env["returns.order"]
            .with_user(self.users["agent"])
            .create({"partner_id": self.partner.id, "channel_id": self.web.id})
        )
        made = (
            self.env["returns.order.line"]
            .with_user(self.users["agent"])
            .with_context(default_sale_line_id=coat.id, default_product_id=self.coat.id)
            .create(
                {
                    "order_id": draft.id,
                    "sold_line_id": back.line_ids.sold_line_id.id,
                    "quantity": 1.0,
                }
            )
        )
        self.assertEqual((made.sale_line_id, made.product_id), (belt, self.belt))
