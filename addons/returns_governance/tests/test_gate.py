from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestGate(ReturnsCommon):
    """No credit comes into the books, on any path, before it may."""

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

    # --- documents ----------------------------------------------------------------
    def _invoice_of(self, order):
        return order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")

    def _by_hand(self, order, quantity=1.0, price=50.0, linked=True, **values):
        """A draft credit note typed by the clerk."""
        line = order.order_line[:1]
        return (
            self.env["account.move"]
            .with_user(self.clerk)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": order.partner_id.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Credit",
                                "product_id": line.product_id.id if linked else False,
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.set(self.tax.ids)],
                                "sale_line_ids": [
                                    Command.set(line.ids if linked else [])
                                ],
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    def _reversal(self, order, modify=False, user=None):
        invoice = self._invoice_of(order)
        wizard = (
            self.env["account.move.reversal"]
            .with_user(user or self.clerk)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "reason": "Wrong"})
        )
        wizard.modify_moves() if modify else wizard.refund_moves()
        return wizard.new_move_ids

    def _assert_shut(self, attempt, code="REFUND_GATE"):
        with self.assertRaisesRegex((UserError, AccessError), code):
            with self.env.cr.savepoint():
                attempt()
        self.env.invalidate_all()

    # --- without a return ---------------------------------------------------------
    def test_no_way_of_posting_passes_the_gate(self):
        order = self._sell()
        move = self._by_hand(order)
        for name, attempt in {
            "button": lambda: move.action_post(),
            "hook": lambda: move._post(soft=False),
            "write": lambda: move.write({"state": "posted"}),
            "assignment": lambda: setattr(move, "state", "posted"),
            "default": lambda: self._by_hand_posted(order),
        }.items():
            with self.subTest(name):
                self._assert_shut(attempt)
        self.assertEqual(move.state, "draft")

    def _by_hand_posted(self, order):
        line = order.order_line
        Move = self.env["account.move"].with_user(self.clerk)
        return Move.with_context(default_state="posted").create(
            {
                "move_type": "out_refund",
                "partner_id": order.partner_id.id,
                "invoice_date": fields.Date.today(),
                "name": "RINV/SNEAKED/1",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Credit",
                            "quantity": 1.0,
                            "price_unit": 5.0,
                            "sale_line_ids": [Command.set(line.ids)],
                        }
                    )
                ],
            }
        )

    def test_the_refusal_names_document_order_and_way_out(self):
        order = self._sell()
        move = self._by_hand(order)
        with self.assertRaises(UserError) as refused:
            move.action_post()
        text = str(refused.exception)
        for word in (order.name, "Shirt", "Make a return", "goodwill"):
            self.assertIn(word, text)

    def test_the_reversal_wizard_waits_for_a_return(self):
        order = self._sell()
        credit = self._reversal(order)
        self.assertEqual(credit.state, "draft")
        self._assert_shut(credit.action_post)

    def test_a_credit_without_links_is_tied_by_invoice_and_product(self):
        order = self._sell()
        credit = self._reversal(order)
        credit.invoice_line_ids.write({"sale_line_ids": [Command.clear()]})
        self._assert_shut(credit.action_post)

    def test_a_negative_line_on_an_invoice_is_credit_too(self):
        order = self._sell()
        move = (
            self.env["account.move"]
            .with_user(self.clerk)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": order.partner_id.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "New", "quantity": 1, "price_unit": 500.0}
                        ),
                        Command.create(
                            {
                                "name": "Back",
                                "product_id": self.shirt.id,
                                "quantity": -1.0,
                                "price_unit": 50.0,
                                "sale_line_ids": [Command.set(order.order_line.ids)],
                            }
                        ),
                    ],
                }
            )
        )
        self._assert_shut(move.action_post)

    def test_linking_after_posting_meets_the_gate(self):
        order = self._sell()
        move = self._by_hand(order, linked=False).with_user(self.finance)
        move.action_post()
        line = move.invoice_line_ids.with_user(self.finance)
        for name, attempt in {
            "from the document": lambda: line.write(
                {"sale_line_ids": [Command.set(order.order_line.ids)]}
            ),
            "from the order": lambda: order.order_line.write(
                {"invoice_lines": [Command.link(line.id)]}
            ),
        }.items():
            with self.subTest(name):
                self._assert_shut(attempt)

    def test_a_posted_credit_cannot_be_raised(self):
        order = self._sell()
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        line = back.settlement_ids.move_id.invoice_line_ids.with_user(self.finance)
        for vals in ({"price_unit": 90.0}, {"quantity": 2.0}):
            with self.subTest(vals):
                self._assert_shut(lambda vals=vals: line.write(vals))

    def test_no_flag_in_a_context_opens_the_gate(self):
        order = self._sell()
        move = self._by_hand(order)
        for flags in (
            {"returns_correcting": True},
            {"returns_pass": True},
            {"move_reverse_cancel": True},
            {"returns_correcting": {"any": "thing"}},
        ):
            with self.subTest(flags):
                self._assert_shut(move.with_context(**flags).action_post)
                self._assert_shut(
                    lambda flags=flags: move.with_context(**flags).write(
                        {"returns_credit_kind": "correction"}
                    ),
                    "GUARDED_FIELD",
                )

    # --- goodwill, corrections, nothing -------------------------------------------
    def test_goodwill_is_a_right_of_finance_and_bounded_by_what_was_paid(self):
        order = self._sell()
        move = self._by_hand(order, price=20.0)
        self._assert_shut(
            lambda: move.write({"returns_credit_kind": "goodwill"}), "GUARDED_FIELD"
        )
        move.with_user(self.finance).write({"returns_credit_kind": "goodwill"})
        self._assert_shut(move.action_post, "ACCESS_DENIED")
        move.with_user(self.finance).action_post()
        self.assertEqual(move.state, "posted")
        sold = self.env["returns.sold.line"].search(
            [("sale_line_id", "in", order.order_line.ids)]
        )
        self.assertAlmostEqual(sold.amount_credited, 24.0, 2)
        more = self._by_hand(order, quantity=3.0).with_user(self.finance)
        more.write({"returns_credit_kind": "goodwill"})
        self._assert_shut(more.action_post, "REFUND_EXCEEDS_PAID")

    def test_goodwill_lowers_what_a_return_gives_back(self):
        order = self._sell([(self.shirt, 3.0)])
        move = self._by_hand(order, price=30.0).with_user(self.finance)
        move.write({"returns_credit_kind": "goodwill"})
        move.action_post()
        back = self._create_return(order, until="inspected")
        self.assertAlmostEqual(back.amount_settled, 180.0 - 36.0, 2)

    def test_reverse_and_reissue_is_a_correction(self):
        order = self._sell()
        reissue = self._reversal(order, modify=True)
        reversal = self._invoice_of(order)[:1].reversal_move_ids
        self.assertEqual(reversal.state, "posted")
        self.assertEqual(reversal.returns_credit_kind, "correction")
        self.assertFalse(reissue.returns_credit_kind)
        self.assertEqual(reissue.state, "draft")
        # Until the reissue posts, the reversal counts as credit: nothing is left.
        back = self._create_return(order, until="inspected")
        self.assertAlmostEqual(back.amount_settled, 0.0, 2)
        reissue.action_post()
        order = self._sell()
        self._reversal(order, modify=True).action_post()
        back = self._create_return(order, until="inspected")
        self.assertAlmostEqual(back.amount_settled, 180.0, 2)
        # and only what the customer still has is left to correct
        self._assert_shut(
            lambda: self._reversal_of(back.settlement_ids.invoice_id),
            "REFUND_EXCEEDS_PAID",
        )

    def _pay_out(self, amount, user=None):
        payment = (
            self.env["account.payment"]
            .with_user(user or self.clerk)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": self.partner.id,
                    "amount": amount,
                }
            )
        )
        payment.action_post()

    def _assert_given_up(self, bill):
        """Below what was paid only finance posts it, and it is to be explained."""
        with self.assertRaises(AccessError) as denied, self.env.cr.savepoint():
            bill.with_user(self.clerk).action_post()
        for word in ("ACCESS_DENIED", "180.00", "make a return", "finance"):
            self.assertIn(word, str(denied.exception))
        self.env.invalidate_all()
        bill.with_user(self.finance).action_post()
        raised = self.env["returns.exception"].search([("move_id", "=", bill.id)])
        self.assertEqual(raised.mapped("code"), ["unexplained_credit"])

    def test_a_reissue_gives_nothing_up_that_was_paid(self):
        order = self._sell()
        lower = self._reversal(order, modify=True)
        self._assert_shut(lambda: self._pay_out(180.0), "ACCESS_DENIED")
        lower.with_user(self.clerk).invoice_line_ids.price_unit = 0.01
        self._assert_given_up(lower)
        # The same or a higher sum is the accountant's, and a lower one of what
        # nobody has paid.
        higher = self._reversal(self._sell(), modify=True).with_user(self.clerk)
        higher.invoice_line_ids.price_unit = 60.0
        higher.action_post()
        self.assertEqual(higher.state, "posted")
        unpaid = self._reversal(self._sell(until="invoiced"), modify=True)
        unpaid = unpaid.with_user(self.clerk)
        unpaid.invoice_line_ids.price_unit = 10.0
        unpaid.action_post()
        self.assertEqual(unpaid.state, "posted")

    def test_nor_does_a_bill_that_was_reset(self):
        invoice = self._sell().invoice_ids.with_user(self.clerk)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 0.01
        self._assert_shut(lambda: self._pay_out(179.0), "ACCESS_DENIED")
        self._assert_given_up(invoice)
        same = self._sell().invoice_ids.with_user(self.clerk)
        same.button_draft()
        same.ref = "By mail"
        same.action_post()
        self.assertEqual(same.state, "posted")
        self._assert_shut(
            lambda: same.write({"returns_freed_amount": 0.0}), "GUARDED_FIELD"
        )

    def test_a_correction_holds_what_it_freed_and_nothing_else(self):
        self._create_return(until="inspected")  # 180 to pay
        unpaid = self._sell(until="invoiced")
        self._reversal(unpaid, modify=True)
        gate = self.env["returns.gate.payment"].sudo()
        whose = (self.partner, self.company, self.company.currency_id)
        self.assertAlmostEqual(gate._open_credit(*whose), 180.0, 2)
        paid = self._sell()
        anew = self._reversal(paid, modify=True)
        self.assertAlmostEqual(gate._open_credit(*whose), 180.0, 2)
        self._pay_out(60.0)
        # The draft is given up, and the order is billed anew.
        anew.unlink()
        self._assert_shut(lambda: self._pay_out(130.0))
        self._pay_out(100.0)
        correction = paid.invoice_ids.filtered(
            lambda move: move.returns_credit_kind == "correction"
        )
        bill = paid._create_invoices()
        bill.with_user(self.clerk).action_post()
        self.assertEqual(correction.returns_reissue_id, bill)
        # The money is for the bill that is open in its place, until that is paid.
        self.company.returns_payment_proof = "booked"
        self.assertAlmostEqual(gate._open_credit(*whose), 20.0, 2)
        self._pay(bill)
        self.assertAlmostEqual(gate._open_credit(*whose), 200.0, 2)

    def _reversal_of(self, invoice):
        self.env["account.move.reversal"].with_user(self.clerk).with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).modify_moves()

    def test_credit_for_nothing_sold_needs_finance_and_an_explanation(self):
        order = self._sell()
        move = self._by_hand(order, linked=False)
        self._assert_shut(move.action_post, "ACCESS_DENIED")
        move.with_user(self.finance).action_post()
        raised = self.env["returns.exception"].search([("move_id", "=", move.id)])
        self.assertEqual(raised.mapped("code"), ["unexplained_credit"])

    # --- with a return ------------------------------------------------------------
    def test_a_credit_by_hand_waits_for_the_gate_of_the_return(self):
        self.company.returns_posting = "draft"
        self.env["returns.automation"].search([]).active = False
        order = self._sell()
        back = self._create_return(order, [(order.order_line, 2.0)])
        self._assert_shut(self._by_hand(order).action_post)
        self._receive(back, {back.line_ids: 1.0})
        self._inspect(back)
        self._assert_shut(self._by_hand(order, quantity=2.0).action_post)
        move = self._by_hand(order)
        move.action_post()
        self.assertEqual(move.returns_order_id, back)
        self.assertEqual(back.line_ids.quantity_refunded, 1.0)
        self.assertAlmostEqual(back.amount_settled, 60.0, 2)
        self._assert_shut(self._by_hand(order).action_post)

    def test_a_draft_of_a_return_is_posted_as_it_is_or_not_at_all(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        move = back.settlement_ids.move_id.with_user(self.finance)
        move.invoice_line_ids.price_unit = 60.0
        self._assert_shut(move.action_post)
        move.invoice_line_ids.price_unit = 50.0
        move.action_post()
        self.assertEqual(back.amount_settled, 180.0)

    def _change_line(self, move, **values):
        line = move.invoice_line_ids[:1]
        move.write({"invoice_line_ids": [Command.update(line.id, values)]})

    def test_the_lines_of_a_return_stay_as_the_return_made_them(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        move = back.settlement_ids.move_id.with_user(self.clerk)
        loss = self.env["account.account"].search(
            [("account_type", "=", "expense")], limit=1
        )
        ways = {
            "no tax, one net": {"tax_ids": [Command.clear()], "price_unit": 60.0},
            "another quantity": {"quantity": 1.0, "price_unit": 150.0},
            "another account": {"account_id": loss.id},
        }
        for name, values in ways.items():
            with self.subTest(name):
                self._assert_shut(
                    lambda values=values: (
                        self._change_line(move, **values),
                        self.assertAlmostEqual(move.amount_total, 180.0, 2),
                        move.action_post(),
                    )
                )
        self._assert_shut(
            lambda: (move.write({"invoice_date": "2025-01-15"}), move.action_post())
        )
        with self.assertRaises(UserError) as refused, self.env.cr.savepoint():
            self._change_line(move, quantity=1.0, price_unit=150.0)
            move.action_post()
        for word in (back.name, "1 × [SHIRT]", "3 × [SHIRT]", "cancel it"):
            self.assertIn(word, str(refused.exception))
        self.env.invalidate_all()
        # What is not money finance may put right.
        move = move.with_user(self.finance)
        other_journal = move.sudo().journal_id.copy({"code": "RETN"})
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        move.write(
            {
                "ref": "As told on the phone",
                "payment_reference": "Anna",
                "narration": "Thank you",
                "invoice_date": fields.Date.today(),
                "invoice_date_due": tomorrow,
                "journal_id": other_journal.id,
            }
        )
        self._change_line(move, name="The shirts that were too small")
        move.action_post()
        self.assertEqual(back.amount_settled, 180.0)
        # Nor by way of the draft, once it was posted.
        for name, values in ways.items():
            with self.subTest(f"{name}, again"):
                self._assert_shut(
                    lambda values=values: (
                        move.with_user(self.clerk).button_draft(),
                        self._change_line(move.with_user(self.clerk), **values),
                        move.with_user(self.clerk).action_post(),
                    )
                )
        move.with_user(self.clerk).button_draft()
        move.with_user(self.clerk).action_post()
        self.assertEqual((move.state, back.amount_settled), ("posted", 180.0))

    def test_what_takes_a_refund_back_stays_too(self):
        back = self._create_return(until="inspected")
        journal = back.credit_move_ids.journal_id
        journal.active = False  # so that it stays a draft
        counter = self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(self.finance), "A mistake"
        )
        journal.active = True
        move = counter.move_id.with_user(self.clerk)
        self.assertEqual(move.state, "draft")
        self._change_line(move, price_unit=0.01)
        self._assert_shut(move.action_post)
        self._change_line(move, price_unit=50.0)
        move.action_post()
        self.assertEqual(move.amount_total, 180.0)

    def test_a_credit_by_hand_gives_the_tax_that_was_paid(self):
        self.company.returns_posting = "draft"
        self.env["returns.automation"].search([]).active = False
        order = self._sell()
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        move = self._by_hand(order, price=60.0)
        move.invoice_line_ids.tax_ids = False
        self._assert_shut(move.action_post)
        move.invoice_line_ids.write(
            {"tax_ids": [Command.set(self.tax.ids)], "price_unit": 50.0}
        )
        move.action_post()
        self.assertEqual(back.amount_settled, 60.0)

    def test_a_draft_of_a_return_goes_when_the_goods_were_a_mistake(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        lead = self.users["warehouse_lead"]
        self._step("inspect", "warehouse_lead")._reverse(
            back.inspection_ids.with_user(lead), "Another customer's parcel"
        )
        self.assertEqual(back.settlement_ids.state, "cancelled")
        self.assertEqual(back.settlement_ids.move_id.state, "cancel")

    def test_a_draft_of_a_return_waits_for_an_exception_that_came_since(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "weight_mismatch",
                    "order_id": back.id,
                    "company_id": back.company_id.id,
                    "cause": f"order {back.id}",
                    "note": "An empty box",
                }
            ]
        )
        move = back.settlement_ids.move_id
        self._assert_shut(move.with_user(self.finance).action_post)
        self.env["returns.exception"]._clear(
            "weight_mismatch", [f"order {back.id}"], "It was the scale"
        )
        move.with_user(self.finance).action_post()
        self.assertEqual(move.state, "posted")

    def test_a_credit_of_a_return_can_be_cancelled_and_is_made_anew(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        first = back.settlement_ids
        self._assert_shut(first.move_id.with_user(self.finance).unlink)
        first.move_id.with_user(self.finance).button_cancel()
        self.assertEqual(first.state, "cancelled")
        self.env["returns.step.advance"]._after(back)
        self.assertEqual(len(back.settlement_ids), 2)
        self.assertAlmostEqual(back.settlement_ids[-1].amount, 180.0, 2)

    def test_a_credit_of_a_return_is_taken_back_by_the_return_alone(self):
        order = self._sell()
        back = self._create_return(order, until="inspected")
        credit = back.credit_move_ids
        Wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=credit.ids
        )
        for user in (self.clerk, self.finance):
            wizard = Wizard.with_user(user).create({"journal_id": credit.journal_id.id})
            for attempt in (wizard.refund_moves, wizard.modify_moves):
                with self.assertRaises(UserError) as refused:
                    attempt()
                for word in ("REFUND_GATE", back.name, "Reverse the settlement"):
                    self.assertIn(word, str(refused.exception))
        # Nor by hand, past the dialog.
        values = {"move_type": "out_invoice", "reversed_entry_id": credit.id}
        bill = credit.with_user(self.clerk).copy(values)
        bill.invoice_date = fields.Date.today()
        self._assert_shut(bill.action_post)
        self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(self.finance), "A mistake"
        )
        self.assertEqual(back.amount_settled, 0.0)

    def test_goodwill_that_is_reversed_is_no_second_sale(self):
        order = self._sell()
        move = self._by_hand(order, quantity=3.0).with_user(self.finance)
        move.write({"returns_credit_kind": "goodwill"})
        move.action_post()
        self._reversal_of_credit(move).action_post()
        sources, _rows = self.env["returns.paid"]._sources(order.order_line)[
            order.order_line
        ]
        self.assertEqual(float(sum(s.total for s in sources)), 180.0)
        self.assertEqual(float(sum(s.credited_total for s in sources)), 0.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        sold = self.env["returns.sold.line"].search(
            [("sale_line_id", "=", order.order_line.id)]
        )
        self.assertEqual(sold.amount_credited, 0.0)
        back = self._create_return(order, until="inspected")
        self.assertAlmostEqual(back.amount_settled, 180.0, 2)

    def _reversal_of_credit(self, credit):
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.finance)
            .with_context(active_model="account.move", active_ids=credit.ids)
            .create({"journal_id": credit.journal_id.id})
        )
        wizard.refund_moves()
        return wizard.new_move_ids.with_user(self.finance)

    def test_an_invoice_under_a_return_stays_as_it_is(self):
        order = self._sell(until="invoiced")
        self._create_return(order)
        invoice = self._invoice_of(order).with_user(self.clerk)
        for name, attempt in {
            "reset": invoice.button_draft,
            "cancel": invoice.button_cancel,
            "write": lambda: invoice.write({"state": "draft"}),
            "lower": lambda: invoice.invoice_line_ids.write({"price_unit": 1.0}),
            "unlink line": lambda: invoice.invoice_line_ids.write(
                {"sale_line_ids": [Command.clear()]}
            ),
            "delete": lambda: invoice.with_context(force_delete=True).unlink(),
        }.items():
            with self.subTest(name):
                self._assert_shut(attempt)

    def test_an_invoice_without_returns_is_nobodys_business(self):
        order = self._sell(until="invoiced")
        invoice = self._invoice_of(order).with_user(self.clerk)
        invoice.button_draft()
        invoice.invoice_line_ids.write({"price_unit": 40.0})
        invoice.action_post()
        self.assertAlmostEqual(invoice.amount_untaxed, 120.0, 2)

    def test_an_invoice_that_was_credited_is_not_lowered_below_it(self):
        order = self._sell(until="invoiced")
        move = self._by_hand(order, quantity=2.0).with_user(self.finance)
        move.write({"returns_credit_kind": "goodwill"})
        move.action_post()
        invoice = self._invoice_of(order).with_user(self.clerk)
        self._assert_shut(lambda: invoice.invoice_line_ids.write({"price_unit": 10.0}))
        self._assert_shut(invoice.button_draft, "REFUND_EXCEEDS_PAID")
