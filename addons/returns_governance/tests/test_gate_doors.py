"""Ways to give credit that do not look like it: each is shut, and says why."""

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ReturnsCommon

DAY = fields.Date.today


class DoorsCommon(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="test_clerk",
            groups="base.group_user,account.group_account_invoice,"
            "sales_team.group_sale_salesman_all_leads",
        )
        cls.finance = cls.users["finance"]
        cls.other = cls.env["res.partner"].create({"name": "An Accomplice"})

    def _assert_shut(self, attempt, code="REFUND_GATE"):
        with self.assertRaises(UserError) as caught:
            with self.env.cr.savepoint():
                attempt()
        self.assertIn(f"[{code}]", str(caught.exception))
        self.env.invalidate_all()

    def _document(self, lines, user=None, **values):
        """A draft credit note with lines of these values."""
        return (
            self.env["account.move"]
            .with_user(user or self.clerk)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_date": DAY(),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Credit",
                                "quantity": 1.0,
                                "tax_ids": [Command.set(self.tax.ids)],
                                **line,
                            }
                        )
                        for line in lines
                    ],
                    **values,
                }
            )
        )

    def _linked(self, order, **values):
        """The values of a line that gives back one unit."""
        line = order.order_line[:1]
        return {
            "product_id": line.product_id.id,
            "price_unit": 50.0,
            "sale_line_ids": [Command.set(line.ids)],
            **values,
        }

    def _released(self, order=None, quantity=1.0):
        """A return that has released units, and nobody has made its credit note."""
        self.company.returns_posting = "draft"
        self.env["returns.automation"].search([]).active = False
        order = order or self._sell()
        back = self._create_return(order, [(order.order_line, quantity)])
        self._receive(back)
        self._inspect(back)
        return back


@tagged("post_install", "-at_install")
class TestDocuments(DoorsCommon):
    """Documents of every type."""

    def test_a_discount_beside_it_hides_no_credit(self):
        order = self._sell()
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.belt.id,
                "product_uom_qty": 1.0,
                "price_unit": -1.0,
            }
        )
        move = self._document(
            [
                {"price_unit": 500.0},
                self._linked(
                    order,
                    quantity=-1.0,
                    sale_line_ids=[Command.set(order.order_line.ids)],
                ),
            ],
            move_type="out_invoice",
        )
        self._assert_shut(move.action_post)

    def test_a_bill_below_zero_is_credit(self):
        for kind in ("out_invoice", "out_receipt"):
            with self.subTest(kind):
                move = self._document([{"price_unit": -50.0}], move_type=kind)
                self._assert_shut(
                    lambda move=move: move.write({"state": "posted"}), "ACCESS_DENIED"
                )

    def test_a_line_below_zero_for_nothing_sold_is_credit(self):
        lines = [{"price_unit": 200.0}, {"price_unit": -150.0}]
        move = self._document(lines, move_type="out_invoice")
        with self.assertRaises(AccessError) as denied:
            move.action_post()
        for word in ("180.00", "on the line that it is for", "ask finance"):
            self.assertIn(word, str(denied.exception))
        self.env.invalidate_all()
        move.with_user(self.finance).action_post()
        raised = self.env["returns.exception"].search([("move_id", "=", move.id)])
        self.assertEqual(raised.mapped("code"), ["unexplained_credit"])
        # A discount on its line is a price, and what the system bills is its own.
        lines = [{"price_unit": 200.0, "discount": 75.0}]
        self._document(lines, move_type="out_invoice").action_post()
        lines = [{"price_unit": 200.0}, {"price_unit": -10.0}]
        move = self._document(lines, move_type="out_invoice")
        move.sudo().action_post()
        self.assertEqual(move.state, "posted")

    def test_a_note_on_an_order_is_nothing_sold(self):
        order = self._sell(until="confirmed")
        note = self.env["sale.order.line"].create(
            {"order_id": order.id, "name": "Thank you", "display_type": "line_note"}
        )
        tie = [Command.set(note.ids)]
        move = self._document([{"price_unit": 500.0, "sale_line_ids": tie}])
        self._assert_shut(move.action_post)

    def test_what_is_in_no_product_line_is_credit_too(self):
        order = self._sell()
        back = self._released(order)
        move = self._document([self._linked(order)])
        tax = move.line_ids.filtered("tax_line_id")
        term = move.line_ids.filtered(lambda i: i.display_type == "payment_term")
        # The tax of 10 is made 40, and the customer gets 30 more.
        move.with_context(skip_invoice_sync=True).write(
            {
                "line_ids": [
                    Command.update(tax.id, {"amount_currency": 40.0}),
                    Command.update(term.id, {"amount_currency": -90.0}),
                ]
            }
        )
        self.assertAlmostEqual(move.amount_total, 90.0, 2)
        self._assert_shut(move.action_post, "ACCESS_DENIED")
        self.assertFalse(back.settlement_ids)

    def test_sold_lines_stand_behind_sales_alone(self):
        order = self._sell()
        receivable = self.partner.property_account_receivable_id
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        items = [
            {
                "account_id": income.id,
                "debit": 50.0,
                "sale_line_ids": [Command.set(order.order_line.ids)],
            },
            {
                "account_id": receivable.id,
                "credit": 50.0,
                "partner_id": self.partner.id,
            },
        ]
        entries = self.env["account.move"].with_user(self.finance)
        entry = entries.create({"line_ids": [Command.create(vals) for vals in items]})
        self._assert_shut(entry.action_post)
        bill = self._document([self._linked(order)], move_type="in_invoice")
        self._assert_shut(bill.action_post)
        entry.line_ids.sale_line_ids = False
        entry.action_post()
        for name, attempt in {
            "from the entry": lambda: entry.line_ids[:1].write(
                {"sale_line_ids": [Command.set(order.order_line.ids)]}
            ),
            "from the order": lambda: order.order_line.write(
                {"invoice_lines": [Command.link(entry.line_ids[:1].id)]}
            ),
        }.items():
            with self.subTest(name):
                self._assert_shut(attempt)
        # An entry by hand gives no ground to pay the customer either.
        payment = self.env["account.payment"].with_user(self.clerk)
        values = {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": self.partner.id,
            "amount": 50.0,
        }
        self._assert_shut(lambda: payment.create(values).action_post(), "ACCESS_DENIED")

    def test_credit_goes_to_the_customer_of_the_order(self):
        order = self._sell()
        back = self._released(order)
        move = self._document([self._linked(order)], partner_id=self.other.id)
        self._assert_shut(move.action_post)
        move.partner_id = self.partner
        move.action_post()
        self.assertEqual(move.returns_order_id, back)
        # So does the draft that a return has made.
        back = self._released(self._sell())
        self._step("settle", "finance")._release_by_hand(
            back.with_user(self.finance), "Now"
        )
        draft = back.credit_move_ids.with_user(self.clerk)
        draft.partner_id = self.other
        self._assert_shut(draft.action_post)

    def test_credit_is_in_the_currency_that_was_paid(self):
        order = self._sell()
        self._released(order)
        strong = self.env["res.currency"].search(
            [("id", "!=", self.company.currency_id.id), ("active", "=", False)], limit=1
        )
        strong.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": strong.id, "rate": 0.1, "name": "2020-01-01"}
        )
        move = self._document([self._linked(order)], currency_id=strong.id)
        self._assert_shut(move.action_post)

    def test_a_job_posts_only_what_finance_has_written(self):
        values = {"auto_post": "at_date", "date": DAY()}
        theirs = self._document([{"price_unit": 90.0}], **values)
        job = theirs.with_user(SUPERUSER_ID)
        self._assert_shut(job._post, "ACCESS_DENIED")
        own = self._document([{"price_unit": 10.0}], self.finance, **values)
        own.with_user(SUPERUSER_ID)._post()
        self.assertEqual(own.state, "posted")
        raised = self._document([{"price_unit": 10.0}], self.finance, **values)
        raised.with_user(self.clerk).invoice_line_ids.price_unit = 1000.0
        self._assert_shut(raised.with_user(SUPERUSER_ID)._post, "ACCESS_DENIED")


@tagged("post_install", "-at_install")
class TestPayments(DoorsCommon):
    """Money that leaves."""

    def _credited(self, quantity=1.0, order=None):
        """A posted credit note that is open, of a return that is settled."""
        order = order or self._sell()
        back = self._create_return(
            order, [(order.order_line, quantity)], until="inspected"
        )
        return back.credit_move_ids

    def _outbound(self, amount, **values):
        return (
            self.env["account.payment"]
            .with_user(self.clerk)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": self.partner.id,
                    "amount": amount,
                    **values,
                }
            )
        )

    def test_a_payment_that_calls_the_customer_a_vendor(self):
        self._sell()
        payment = self._outbound(
            50.0,
            partner_type="supplier",
            destination_account_id=self.partner.property_account_receivable_id.id,
        )
        self._assert_shut(payment.action_post, "ACCESS_DENIED")

    def test_a_posted_payment_is_not_raised(self):
        self._credited()
        payment = self._outbound(60.0)
        payment.action_post()
        # In the books there is no second one, and no greater one.
        self._assert_shut(self._outbound(1.0).action_post)
        self._assert_shut(lambda: payment.write({"amount": 90.0}))

    def test_a_payment_without_an_entry_counts_as_well(self):
        self._credited()
        payment = self._outbound(60.0)
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertEqual((payment.state, payment.move_id.id), ("in_process", False))
        self._assert_shut(self._outbound(1.0).action_post)

    def _entry(self, journal_type, user=None, **values):
        """An entry by hand of 300 in the customer's favour."""
        journal = self.env["account.journal"].search(
            [("type", "=", journal_type), ("company_id", "=", self.company.id)], limit=1
        )
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        receivable = self.partner.property_account_receivable_id
        items = [
            {"account_id": income.id, "debit": 300.0},
            {
                "account_id": receivable.id,
                "credit": 300.0,
                "partner_id": self.partner.id,
            },
        ]
        entries = self.env["account.move"].with_user(user or self.clerk)
        entry = entries.create(
            {
                "journal_id": journal.id,
                "line_ids": [Command.create(vals) for vals in items],
                **values,
            }
        )
        entry.action_post()
        return entry

    def test_an_entry_by_hand_gives_no_ground_in_any_journal(self):
        small = self._outbound(1.0, payment_type="inbound")
        small.action_post()
        small.with_user(self.finance).action_returns_came_in()
        for journal_type in ("bank", "general"):
            self._entry(journal_type)
        # Nor one that says it is a payment's.
        self._entry("bank").write({"origin_payment_id": small.id})
        with self.assertRaises(AccessError) as denied:
            self._outbound(2.0).action_post()
        self.assertIn(self.partner.name, str(denied.exception))
        self.assertIn("Only finance", str(denied.exception))
        self.env.invalidate_all()
        # What came in is given back, and no more.
        self._outbound(1.0).action_post()
        self._assert_shut(self._outbound(1.0).action_post, "ACCESS_DENIED")
        # Finance pays more, and says what for.
        paid = self._outbound(1.0).with_user(self.finance)
        paid.action_post()
        raised = self.env["returns.exception"].search(
            [("cause", "=", f"payment {paid.id}")]
        )
        self.assertEqual(raised.code, "unexplained_credit")

    def test_what_a_payment_wrote_off_is_no_money(self):
        self.company.returns_payment_proof = "booked"
        invoice = self._sell(until="invoiced").invoice_ids
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        self.env["account.payment.register"].with_user(self.clerk).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(
            {
                "amount": 10.0,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": income.id,
            }
        )._create_payments()
        items = invoice.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        items.with_user(self.clerk).remove_move_reconcile()
        # Torn off its bill, it is for that bill as long as it is in the books.
        self._assert_shut(self._outbound(1.0).action_post, "ACCESS_DENIED")
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(invoice.returns_freed_amount, 0.0)
        self._assert_shut(self._outbound(11.0).action_post, "ACCESS_DENIED")
        self._outbound(10.0).action_post()

    def test_a_credit_torn_off_its_unpaid_invoice_is_no_ground(self):
        order = self._sell(until="invoiced")
        credit = self._credited(3.0, order)
        self.assertEqual(credit.amount_residual, 0.0)
        items = credit.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self._assert_shut(items.with_user(self.clerk).remove_move_reconcile)
        # Nor where it was torn off before.
        items.with_user(self.clerk).sudo().remove_move_reconcile()
        self._assert_shut(self._outbound(180.0).action_post, "ACCESS_DENIED")

    def test_the_bank_statement_is_a_ground_and_a_payout(self):
        def statement(amount):
            journal = self.env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
            )
            receivable = self.partner.property_account_receivable_id
            self.env["account.bank.statement.line"].create(
                {
                    "journal_id": journal.id,
                    "payment_ref": "By transfer",
                    "amount": amount,
                    "partner_id": self.partner.id,
                    "counterpart_account_id": receivable.id,
                }
            )

        statement(300.0)
        self._outbound(120.0).action_post()
        statement(-150.0)
        self._assert_shut(self._outbound(31.0).action_post, "ACCESS_DENIED")
        self._outbound(30.0).action_post()


@tagged("post_install", "-at_install")
class TestAgain(DoorsCommon):
    """Reset to draft and posted again: the sums stay right, and nothing is billed."""

    def _sold(self, order):
        return self.env["returns.sold.line"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )

    def _assert_nothing_to_bill(self, order):
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0.0])
        self.assertEqual(order.invoice_status, "invoiced")
        with self.assertRaisesRegex(UserError, "No items are available"):
            with self.env.cr.savepoint():
                order._create_invoices(final=True)
        self.env.invalidate_all()

    def test_the_credit_note_of_a_return(self):
        for policy in ("order", "delivery"):
            with self.subTest(policy):
                product = self._make_product(
                    f"Hat {policy}", 50.0, 20.0, invoice_policy=policy
                )
                order = self._sell([(product, 3.0)])
                back = self._create_return(
                    order, [(order.order_line, 2.0)], until="inspected"
                )
                credit = back.credit_move_ids.with_user(self.finance)
                self._assert_nothing_to_bill(order)
                credit.button_draft()
                self.assertEqual(back.amount_settled, 0.0)
                self.assertEqual(back.money_state, "due")
                self.assertAlmostEqual(self._sold(order).amount_credited, 120.0, 2)
                self._assert_nothing_to_bill(order)
                # What it holds is nobody else's: one unit is left to give.
                goodwill = self._document(
                    [self._linked(order, price_unit=51.0)],
                    self.finance,
                    returns_credit_kind="goodwill",
                )
                self._assert_shut(goodwill.action_post, "REFUND_EXCEEDS_PAID")
                credit.action_post()
                self.assertAlmostEqual(back.amount_settled, 120.0, 2)
                self.assertAlmostEqual(self._sold(order).amount_credited, 120.0, 2)
                self.assertEqual(len(back.credit_move_ids), 1)
                self._assert_nothing_to_bill(order)

    def test_goodwill(self):
        order = self._sell()
        first, second = (
            self._document(
                [self._linked(order, quantity=2.0)],
                self.finance,
                returns_credit_kind="goodwill",
            )
            for _number in range(2)
        )
        first.action_post()
        self.assertAlmostEqual(self._sold(order).amount_credited, 120.0, 2)
        self._assert_nothing_to_bill(order)
        self._assert_shut(second.action_post, "REFUND_EXCEEDS_PAID")
        first.button_draft()
        self.assertAlmostEqual(self._sold(order).amount_credited, 0.0, 2)
        second.action_post()
        self._assert_shut(first.action_post, "REFUND_EXCEEDS_PAID")
        self._assert_nothing_to_bill(order)

    def test_a_hashed_document_is_not_written_out_of_the_books(self):
        order = self._sell()
        invoice = order.invoice_ids
        invoice.journal_id.restrict_mode_hash_table = True
        second = self._sell().invoice_ids
        self.assertTrue(second.inalterable_hash)
        self._assert_shut(lambda: second.write({"state": "draft"}))


@tagged("post_install", "-at_install")
class TestDownPayments(DoorsCommon):
    """Given back once, up to what was billed, and by what the order says alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell(cls, [(cls.shirt, 2.0)], until="confirmed")
        context = {"active_model": "sale.order", "active_ids": cls.order.ids}
        cls.env["sale.advance.payment.inv"].with_context(**context).create(
            {
                "advance_payment_method": "percentage",
                "amount": 50.0,
                "sale_order_ids": [Command.set(cls.order.ids)],
            }
        ).create_invoices()
        cls.bill = cls.order.invoice_ids
        cls.bill.action_post()
        cls._pay(cls, cls.bill)
        cls.down = cls.order.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )

    def _reversal(self):
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=self.bill.ids)
            .create({"journal_id": self.bill.journal_id.id})
        )
        wizard.refund_moves()
        return wizard.new_move_ids.with_user(self.clerk)

    def test_a_mark_on_a_line_makes_no_down_payment_of_goods(self):
        order = self._sell()
        values = self._linked(order, price_unit=5000.0, is_downpayment=True)
        self._assert_shut(self._document([values]).action_post)
        draft = self._document([self._linked(order)])
        draft.invoice_line_ids.write({"is_downpayment": True})
        self._assert_shut(draft.action_post)
        bill = self._document(
            [
                {"price_unit": 200.0},
                self._linked(order, price_unit=-150.0, is_downpayment=True),
            ],
            move_type="out_invoice",
        )
        self._assert_shut(bill.action_post)
        sold = order.order_line.with_user(self.clerk)
        self._assert_shut(lambda: sold.write({"is_downpayment": True}), "GUARDED_FIELD")
        # Marked from the start, they are goods all the same.
        marked = self._sell(until="confirmed")
        marked.order_line.is_downpayment = True
        draft = self._document([self._linked(marked)])
        self._assert_shut(draft.action_post)
        self._assert_shut(
            lambda: marked.order_line.with_user(self.clerk).write(
                {"product_uom_qty": 0.0}
            ),
            "GUARDED_FIELD",
        )

    def test_never_more_than_was_billed(self):
        quotation = self.order.copy({"order_line": False})
        quotation.order_line = [
            Command.create(
                {
                    "name": "Deposit",
                    "is_downpayment": True,
                    "product_uom_qty": 0.0,
                    "price_unit": 9000.0,
                }
            )
        ]
        for name, down, user in (
            ("nothing billed", quotation.order_line, self.clerk),
            ("less billed", self.down, self.clerk),
            ("less billed, finance", self.down, self.finance),
        ):
            with self.subTest(name):
                tie = [Command.set(down.ids)]
                move = self._document(
                    [{"price_unit": 300.0, "sale_line_ids": tie}],
                    user,
                    reversed_entry_id=self.bill.id,
                )
                self._assert_shut(move.action_post, "REFUND_EXCEEDS_PAID")

    def test_a_reversal_gives_it_back_once(self):
        self.assertAlmostEqual(self.bill.amount_total, 60.0, 2)
        # Typed by hand it is credit for nothing that was sold.
        tie = [Command.set(self.down.ids)]
        typed = self._document([{"price_unit": 50.0, "sale_line_ids": tie}])
        self._assert_shut(typed.action_post, "ACCESS_DENIED")
        stranger = self._reversal()
        stranger.partner_id = self.other
        self._assert_shut(stranger.action_post)
        first = self._reversal()
        first.action_post()
        self.assertEqual((first.state, first.amount_total), ("posted", 60.0))
        with self.assertRaises(UserError) as refused:
            self._reversal().action_post()
        self.assertIn("REFUND_EXCEEDS_PAID", str(refused.exception))
        self.assertIn(self.order.name, str(refused.exception))
        # Nor does its bill leave the books under the credit.
        self._assert_shut(
            self.bill.with_user(self.clerk).button_draft, "REFUND_EXCEEDS_PAID"
        )

    def test_what_was_deducted_is_not_credited_as_well(self):
        self._deliver(self.order)
        final = self.order._create_invoices(final=True)
        final.with_user(self.clerk).action_post()
        self.assertAlmostEqual(final.amount_total, 60.0, 2)
        self._assert_shut(self._reversal().action_post, "REFUND_EXCEEDS_PAID")
