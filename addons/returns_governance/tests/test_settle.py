from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestSettle(ReturnsCommon):
    """How much goes back, by which document, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax_included = cls.tax.copy({"name": "Test 19% included", "amount": 19.0})
        cls.tax_included.price_include_override = "tax_included"

    def _service(self, name, price):
        return self.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": price,
                "taxes_id": [Command.set(self.tax.ids)],
                "invoice_policy": "order",
            }
        )

    def _return_in_steps(self, order, steps):
        """Returns of one unit after another, each settled before the next."""
        credits = self.env["account.move"]
        for quantity in steps:
            back = self._create_return(
                order, [(order.order_line[:1], quantity)], until="inspected"
            )
            credits |= back.settlement_ids.move_id
        return credits

    def test_partial_refunds_sum_up_to_what_was_paid(self):
        order = self._sell([(self.belt, 3.0, {"price_unit": 3.333, "discount": 7.5})])
        credits = self._return_in_steps(order, [1.0, 1.0, 1.0])
        self.assertEqual(len(credits), 3)
        self.assertEqual(set(credits.mapped("state")), {"posted"})
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")), order.invoice_ids[0].amount_total, 2
        )
        self.assertAlmostEqual(
            sum(credits.mapped("amount_tax")),
            order.invoice_ids.filtered(
                lambda m: m.move_type == "out_invoice"
            ).amount_tax,
            2,
        )

    def test_a_discounted_line_gives_back_the_net_price(self):
        order = self._sell([(self.shirt, 2.0, {"discount": 30.0})])
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        credit = back.settlement_ids.move_id
        self.assertAlmostEqual(credit.amount_untaxed, 35.0, 2)
        self.assertAlmostEqual(credit.amount_total, 42.0, 2)
        self.assertEqual(credit.invoice_line_ids.discount, 30.0)

    def test_three_for_two_and_a_coupon_sum_up_to_what_was_paid(self):
        coupon = self._service("Coupon", 0.0)
        order = self._sell(
            [
                (self.shirt, 3.0),
                (self.belt, 2.0),
                # three for two: one shirt is free, by a line of its own
                (self.shirt, 1.0, {"price_unit": -50.0}),
                (coupon, 1.0, {"price_unit": -10.0}),
            ],
            until="confirmed",
        )
        order.order_line[2:].qty_delivered_method = "manual"
        order.order_line[2:].qty_delivered = 1.0
        for line in order.order_line[:2]:
            for move in line.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
        order.order_line[:2].move_ids.picking_id._action_done()
        self._invoice(order)
        invoice = order.invoice_ids
        self._pay(invoice)
        shirts, belts = order.order_line[:2]
        credits = self.env["account.move"]
        for line, quantity in (
            (shirts, 1.0),
            (belts, 1.0),
            (shirts, 1.0),
            (belts, 1.0),
            (shirts, 1.0),
        ):
            back = self._create_return(order, [(line, quantity)], until="inspected")
            credits |= back.settlement_ids.move_id
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")), invoice.amount_total, 2
        )
        self.assertAlmostEqual(sum(credits.mapped("amount_tax")), invoice.amount_tax, 2)

    def test_a_rate_that_changed_after_the_sale_does_not_matter(self):
        order = self._sell([(self.shirt, 2.0)])
        invoice = order.invoice_ids
        self.tax.amount = 7.0
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids.move_id
        self.assertAlmostEqual(credit.amount_tax, invoice.amount_tax, 2)
        self.assertAlmostEqual(credit.amount_total, 120.0, 2)
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertEqual(credit.invoice_line_ids.tax_ids, self.tax)

    def test_included_taxes_are_given_back_as_they_were(self):
        self.belt.taxes_id = self.tax_included
        order = self._sell([(self.belt, 3.0)])
        invoice = order.invoice_ids
        credits = self._return_in_steps(order, [1.0, 2.0])
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")), invoice.amount_total, 2
        )
        self.assertAlmostEqual(sum(credits.mapped("amount_tax")), invoice.amount_tax, 2)
        self.assertAlmostEqual(credits[0].amount_total, 29.99, 2)

    def test_a_line_without_tax_is_given_back_to_the_cent(self):
        self.belt.taxes_id = False
        order = self._sell([(self.belt, 3.0, {"price_unit": 3.333333})])
        credits = self._return_in_steps(order, [1.0, 1.0, 1.0])
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")),
            order.invoice_ids.filtered(
                lambda m: m.move_type == "out_invoice"
            ).amount_total,
            2,
        )

    def test_the_preview_is_what_is_posted(self):
        order = self._sell([(self.belt, 3.0, {"price_unit": 3.333})])
        line = order.order_line
        step = self.env["returns.step.settle"]
        for quantity in (1.0, 2.0):
            preview = step._preview_amounts(
                [{"sale_line": line, "quantity": quantity}]
            )[0]
            back = self._create_return(order, [(line, quantity)], until="inspected")
            credit = back.settlement_ids.move_id
            self.assertAlmostEqual(preview["total"], credit.amount_total, 2)
            self.assertAlmostEqual(preview["tax"], credit.amount_tax, 2)
            self.assertAlmostEqual(back.amount_due, credit.amount_total, 2)
            self.assertAlmostEqual(back.amount_paid, credit.amount_total, 2)

    def test_what_an_earlier_return_will_get_is_not_promised_twice(self):
        order = self._sell([(self.belt, 3.0, {"price_unit": 3.333, "tax_ids": False})])
        line = order.order_line
        backs = [self._create_return(order, [(line, 1.0)]) for _i in range(3)]
        promised = [back.amount_due for back in backs]
        self.assertAlmostEqual(sum(promised), order.invoice_ids.amount_total, 2)
        for back in reversed(backs):
            self._receive(back)
            self._inspect(back)
        settled = [back.amount_settled for back in backs]
        self.assertEqual(settled, promised)

    def test_the_credit_note_has_the_fields_of_its_invoice(self):
        order = self._sell()
        back = self._create_return(order, until="inspected")
        credit, invoice = back.settlement_ids.move_id, order.invoice_ids[0]
        for name in ("partner_id", "currency_id", "journal_id", "fiscal_position_id"):
            self.assertEqual(credit[name], invoice[name], name)
        self.assertEqual(credit.invoice_origin, order.name)
        self.assertEqual(credit.invoice_line_ids.sale_line_ids, order.order_line)
        self.assertEqual(
            credit.invoice_line_ids.account_id, invoice.invoice_line_ids.account_id
        )
        self.assertEqual(credit.returns_order_id, back)
        self.assertEqual(credit.returns_credit_kind, "return")

    def test_a_foreign_currency_is_refunded_at_the_rate_of_the_invoice(self):
        currency = self.env.ref("base.CHF")
        currency.active = True
        today = fields.Date.today()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": currency.id, "name": "2020-01-01", "rate": 2.0},
            ]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "CHF", "currency_id": currency.id}
        )
        order = self._sell(pricelist_id=pricelist.id, until="invoiced")
        invoice = order.invoice_ids
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": today, "rate": 4.0}
        )
        back = self._create_return(order, until="inspected")
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.currency_id, currency)
        self.assertAlmostEqual(credit.amount_total, invoice.amount_total, 2)
        self.assertAlmostEqual(
            credit.amount_total_signed, -invoice.amount_total_signed, 2
        )

    # --- unpaid, partly paid, not invoiced ----------------------------------------
    def test_an_unpaid_invoice_is_lowered_and_nothing_is_paid_out(self):
        order = self._sell(until="invoiced")
        invoice = order.invoice_ids
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        row = back.settlement_ids
        self.assertEqual(row.state, "paid")
        self.assertEqual(row.open_amount, 0.0)
        self.assertAlmostEqual(invoice.amount_residual, 120.0, 2)
        self.assertEqual(back.money_state, "settled")
        self.assertFalse(back.outbox_ids)

    def test_a_partly_paid_invoice_gives_back_only_what_is_too_much(self):
        order = self._sell(until="invoiced")
        invoice = order.invoice_ids
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 100.0})._create_payments()
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        self.assertAlmostEqual(row.amount, 180.0, 2)
        self.assertEqual(row.state, "to_pay")
        self.assertAlmostEqual(row.open_amount, 100.0, 2)
        self.assertEqual(back.money_state, "due")

    def test_finance_pays_by_hand_with_odoos_own_payment(self):
        order = self._sell()
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        self.assertEqual(row.state, "to_pay")
        self._pay(row.move_id.with_user(self.users["finance"]))
        self.assertEqual(row.state, "paid")
        self.assertEqual(back.money_state, "settled")

    def test_before_the_invoice_less_is_invoiced_and_nothing_credited(self):
        order = self._sell([(self.shirt, 5.0)], until="delivered")
        line = order.order_line
        self.assertEqual(line.qty_to_invoice, 5.0)
        back = self._create_return(order, [(line, 2.0)], until="inspected")
        row = back.settlement_ids
        self.assertEqual(row.kind, "less_to_invoice")
        self.assertFalse(row.move_id)
        self.assertAlmostEqual(row.amount, 120.0, 2)
        self.assertEqual(back.line_ids.quantity_refunded, 2.0)
        self.assertEqual(line.qty_to_invoice, 3.0)
        self._invoice(order)
        self.assertEqual(order.invoice_ids.invoice_line_ids.quantity, 3.0)
        self.assertEqual(line.qty_to_invoice, 0.0)

    def test_a_draft_invoice_bills_what_the_customer_keeps(self):
        for policy in ("order", "delivery"):
            with self.subTest(policy):
                self.shirt.invoice_policy = policy
                order = self._sell([(self.shirt, 5.0)], until="delivered")
                line = order.order_line
                invoice = order._create_invoices()
                back = self._create_return(order, [(line, 2.0)], until="inspected")
                self.assertEqual(back.settlement_ids.kind, "less_to_invoice")
                self.assertEqual(invoice.invoice_line_ids.quantity, 3.0)
                self.assertEqual(line.qty_to_invoice, 0.0)
                invoice.action_post()
                self.assertAlmostEqual(invoice.amount_total, 180.0, 2)

    def test_nothing_is_left_to_invoice_after_a_refund(self):
        for policy in ("order", "delivery"):
            for release in ("request", "receipt", "inspection"):
                with self.subTest(policy=policy, release=release):
                    self.shirt.invoice_policy = policy
                    order = self._sell([(self.shirt, 5.0)])
                    line = order.order_line
                    back = self._create_return(order, [(line, 2.0)])
                    self._change_release(back, release)
                    if release == "request":
                        self.assertEqual(back.line_ids.quantity_refunded, 2.0)
                        self.assertEqual(line.qty_to_invoice, 0.0)
                        self.assertEqual(line.invoice_status, "invoiced")
                    self._receive(back)
                    self.assertEqual(line.qty_to_invoice, 0.0)
                    self._inspect(back)
                    self.assertEqual(back.line_ids.quantity_refunded, 2.0)
                    self.assertEqual(line.qty_to_invoice, 0.0)
                    self.assertEqual(line.invoice_status, "invoiced")
                    self.assertEqual(line.untaxed_amount_to_invoice, 0.0)
                    self.assertEqual(line.amount_to_invoice, 0.0)
                    self.assertEqual(order.invoice_status, "invoiced")

    def _change_release(self, back, rule):
        """Let another release rule decide this return, and what is due happen."""
        decision = back.line_ids.decision_id
        decision._machine_write({"outcomes": {**decision.outcomes, "release": rule}})
        self.env["returns.step.advance"]._after(back)

    # --- when ---------------------------------------------------------------------
    def test_each_release_rule_lets_go_at_its_moment_and_not_before(self):
        order = self._sell([(self.shirt, 5.0)])
        moments = ("request", "carrier_scan", "receipt", "inspection")
        for place, rule in enumerate(moments):
            with self.subTest(rule):
                back = self._create_return(order, [(order.order_line, 1.0)])
                self._change_release(back, rule)
                steps = (
                    lambda back=back: None,
                    lambda back=back: self._scan(back),
                    lambda back=back: self._receive(back),
                    lambda back=back: self._inspect(back),
                )
                for moment, step in enumerate(steps):
                    step()
                    self.assertEqual(
                        back.line_ids.quantity_refunded, float(moment >= place)
                    )

    def _scan(self, back):
        self._step("label", "agent")._scan(
            back.parcel_ids.with_user(self.users["agent"]),
            {"status": "accepted", "occurred_at": fields.Datetime.now()},
        )

    def test_by_hand_needs_finance_and_a_reason(self):
        back = self._create_return()
        self._change_release(back, "manual")
        self._receive(back)
        self._inspect(back)
        self.assertFalse(back.settlement_ids)
        self.assertEqual(
            self.env["returns.step.settle"]._held_because(back)[back],
            ["awaiting_release"],
        )
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            back.with_user(self.users["agent"]).action_release("Please")
        with self.assertRaisesRegex(UserError, "BAD_REQUEST"):
            back.with_user(self.users["finance"]).action_release()
        back.with_user(self.users["finance"]).action_release("A good customer")
        self.assertEqual(back.settlement_ids.move_id.state, "posted")
        self.assertIn("released", back.event_ids.mapped("what"))
        self.assertEqual(back.settlement_ids.user_id, self.users["finance"])

    def test_an_automatic_refund_that_is_off_waits_for_finance(self):
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        back = self._create_return(until="inspected")
        self.assertFalse(back.settlement_ids)
        self.assertEqual(back.money_state, "due")
        self._step("settle", "finance")._run(
            back.with_user(self.users["finance"]), {"by_hand": True}
        )
        self.assertEqual(back.settlement_ids.move_id.state, "posted")

    def test_a_disposition_without_refund_pays_nothing(self):
        quarantine = self.env.ref("returns_governance.disposition_quarantine")
        quarantine.refund_effect = "none"
        order = self._sell([(self.shirt, 2.0)])
        back = self._create_return(order, until="received")
        line = back.line_ids
        self._inspect(back, self.grade_x, {line: 1.0})
        self.assertFalse(back.settlement_ids)
        self._inspect(back, self.grade_a, {line: 1.0})
        self.assertEqual(line.quantity_refunded, 1.0)
        self.assertAlmostEqual(line.amount_due, 60.0, 2)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)

    def test_a_withdrawal_of_everything_gives_the_delivery_back(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "fixed_price": 4.9,
                "product_id": self._service("Delivery", 4.9).id,
            }
        )
        for withdrawal, part, expected in (
            (True, False, 185.88),
            (True, True, 60.0),
            (False, False, 180.0),
        ):
            with self.subTest(withdrawal=withdrawal, part=part):
                order = self._sell(until="confirmed")
                order.set_delivery_line(carrier, 4.9)
                self._deliver(order)
                self._invoice(order)
                goods = order.order_line.filtered(lambda line: not line.is_delivery)
                request = self._request(
                    order,
                    [(goods, 1.0 if part else 3.0)],
                    withdrawal=withdrawal,
                    requested_at=fields.Datetime.now(),
                )
                preview = self.env["returns.api.preview"]._of(request)
                self.assertAlmostEqual(preview["money"]["due"], expected, 2)
                back = self._create_return(
                    order,
                    [(goods, 1.0 if part else 3.0)],
                    until="inspected",
                    withdrawal=withdrawal,
                )
                self.assertAlmostEqual(back.amount_due, expected, 2)
                self.assertAlmostEqual(back.amount_settled, expected, 2)
                self.assertLessEqual(back.amount_due, back.amount_paid)

    # --- batches and posting ------------------------------------------------------
    def test_credit_notes_of_one_batch_meet_their_own_invoices(self):
        orders = [self._sell([(self.shirt, 4.0)], until="invoiced") for _n in range(2)]
        backs = self.env["returns.order"]
        for order in orders + orders:
            backs |= self._create_return(
                order, [(order.order_line, 1.0)], until="received"
            )
        self.company.returns_posting = "queue"
        for back in backs:
            self._inspect(back)
        rows = backs.outbox_ids
        self.assertEqual(set(rows.mapped("state")), {"waiting"})
        self.assertEqual(set(backs.settlement_ids.mapped("state")), {"to_post"})
        rows._post_waiting(rows)
        self.assertEqual(set(rows.mapped("state")), {"done"})
        for order, invoice in [(order, order.invoice_ids[-1:]) for order in orders]:
            invoice = order.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
            self.assertAlmostEqual(invoice.amount_residual, 120.0, 2)
            met = invoice._get_all_reconciled_invoice_partials()
            self.assertEqual(
                {item["aml"].move_id for item in met},
                set(order.invoice_ids - invoice),
            )
        self.assertEqual(set(backs.mapped("money_state")), {"settled"})

    def test_the_queue_is_woken_at_once_and_posts(self):
        self.company.returns_posting = "queue"
        cron = self.env.ref("returns_governance.ir_cron_post")
        Trigger = self.env["ir.cron.trigger"]
        before = Trigger.search_count([("cron_id", "=", cron.id)])
        back = self._create_return(self._sell(until="invoiced"), until="inspected")
        woken = Trigger.search_count([("cron_id", "=", cron.id)])
        self.assertGreater(woken, before)
        self.assertEqual(back.settlement_ids.state, "to_post")
        self.assertEqual(back.money_state, "due")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(back.settlement_ids.state, "paid")
        self.assertEqual(back.outbox_ids.state, "done")
        self.assertEqual(back.case_state, "closed")

    def test_a_posting_that_fails_stops_nobody_else(self):
        self.company.returns_posting = "queue"
        income = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        account = income.copy({"code": "CLOSED"})
        cap = self._make_product(
            "Cap", 50.0, 20.0, property_account_income_id=account.id
        )
        good, bad = (
            self._create_return(
                self._sell([(product, 3.0)], until="invoiced"), until="inspected"
            )
            for product in (self.shirt, cap)
        )
        move = bad.settlement_ids.move_id
        account.active = False
        rows = (good | bad).outbox_ids
        rows._post_waiting(rows)
        self.assertEqual(good.settlement_ids.move_id.state, "posted")
        self.assertEqual(move.state, "draft")
        self.assertEqual(bad.goods_state, "disposed")
        raised = bad.exception_ids.filtered(lambda e: e.code == "posting_failed")
        self.assertEqual(raised.state, "open")
        self.assertIn("is archived", raised.note)
        self.assertEqual(bad.outbox_ids.state, "failed")
        account.active = True
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            bad.outbox_ids.with_user(self.users["agent"]).action_retry()
        bad.outbox_ids.with_user(self.users["finance"]).action_retry()
        bad.outbox_ids._post_waiting(bad.outbox_ids)
        self.assertEqual(move.state, "posted")
        self.assertEqual(raised.state, "closed")

    def test_the_posting_mode_of_the_company_decides(self):
        for mode, state in (("call", "posted"), ("draft", "draft"), ("queue", "draft")):
            with self.subTest(mode):
                self.company.returns_posting = mode
                back = self._create_return(
                    self._sell(until="invoiced"), until="inspected"
                )
                self.assertEqual(back.settlement_ids.move_id.state, state)
                self.assertEqual(bool(back.outbox_ids), mode == "queue")
        # a draft that finance posts by hand goes on like any other
        back.outbox_ids._machine_write({"state": "failed"})
        back.settlement_ids.move_id.with_user(self.users["finance"]).action_post()
        self.assertEqual(back.settlement_ids.state, "paid")
        self.assertIn("settled", back.event_ids.mapped("what"))

    def test_rows_of_money_cannot_be_typed(self):
        back = self._create_return(until="inspected")
        row = back.settlement_ids
        for attempt in (
            lambda: row.write({"amount": 1.0}),
            lambda: row.line_ids.write({"amount": 1.0}),
            lambda: row.unlink(),
            lambda: row.copy(),
            lambda: back.line_ids.write({"quantity_released": 3.0}),
        ):
            with self.assertRaisesRegex(UserError, "APPEND_ONLY|GUARDED_FIELD"):
                attempt()
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            row.move_id.write({"returns_order_id": False})
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            self.env["account.move"].with_context(
                default_returns_credit_kind="return"
            ).create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_line_ids": [
                        Command.create({"name": "x", "quantity": 1, "price_unit": 5})
                    ],
                }
            )
