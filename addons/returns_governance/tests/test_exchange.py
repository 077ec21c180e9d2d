from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .exchange_common import ExchangeCommon


@tagged("post_install", "-at_install")
class TestExchange(ExchangeCommon):
    """Goods that go out for what comes back: held at once, sent when released."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule()

    def _free(self, product):
        product.invalidate_recordset()
        return product.free_qty

    # --- exchange ---------------------------------------------------------------------
    def test_an_even_exchange_holds_sends_and_settles_without_money(self):
        before = self._free(self.shirt)
        back = self._ask_exchange()
        row = back.exchange_ids
        self.assertEqual((row.state, row.kind, row.even), ("held", "exchange", True))
        self.assertEqual(self._free(self.shirt), before - 4, "3 sold, 1 held")
        self.assertEqual(row.sale_order_id.returns_exchange_for_id, back)
        with self.assertRaisesRegex(UserError, r"EXCHANGE_HELD.*inspection"):
            self._send(row)
        self._receive(back)
        self._inspect(back)
        self.assertEqual(row.state, "released")
        credit = back.settlement_ids.move_id
        bill = row.sale_order_id.invoice_ids
        self.assertEqual(credit.amount_total, bill.amount_total)
        self.assertEqual((credit.amount_residual, bill.amount_residual), (0.0, 0.0))
        self.assertEqual(back.settlement_ids.mapped("state"), ["paid"])
        self.assertFalse(back.outbox_ids.filtered(lambda box: box.kind == "payout"))
        self.assertEqual((back.case_state, back.next_step), ("authorised", "send"))
        picking = self._send(row)
        self.assertEqual((picking.state, row.state), ("done", "sent"))
        self.assertEqual(back.line_ids.quantity_exchanged, 1.0)
        self.assertEqual(back.case_state, "closed")
        self.assertEqual(row.sale_order_id.order_line.qty_to_invoice, 0.0)
        told = self.env["returns.snapshot"]._of(back)[0]
        self.assertEqual(told["lines"][0]["exchange"]["sent"], 1.0)
        self.assertEqual(told["lines"][0]["quantity"]["exchanged"], 1.0)
        self.assertEqual(
            {"exchange_order", "invoice", "transfer", "credit_note"},
            {document["kind"] for document in told["documents"]},
        )

    def test_what_came_back_worn_is_deducted_and_the_new_one_costs_the_whole(self):
        self._rule(
            deduction_ids=[
                (0, 0, {"condition_id": self.grade_a.id, "percent": 30.0}),
            ]
        )
        back = self._ask_exchange()
        self._receive(back)
        self._inspect(back)
        bill = back.exchange_ids.sale_order_id.invoice_ids
        self.assertEqual(bill.amount_total, 60.0, "50 and 20% tax, as paid")
        self.assertEqual(back.settlement_ids.amount, 42.0)
        self.assertEqual(bill.amount_residual, 18.0)

    def test_the_customer_owes_the_difference_on_the_bill_alone(self):
        back = self._ask_exchange(product=self.coat)
        self._receive(back)
        self._inspect(back)
        bill = back.exchange_ids.sale_order_id.invoice_ids
        credit = back.settlement_ids.move_id
        self.assertEqual((credit.amount_total, bill.amount_total), (60.0, 96.0))
        self.assertEqual((credit.amount_residual, bill.amount_residual), (0.0, 36.0))
        self.assertEqual(back.money_state, "settled")

    def test_the_customer_is_paid_the_difference_of_the_credit(self):
        order = self._sell([(self.coat, 1.0)])
        back = self._ask_exchange(order, product=self.shirt)
        self._receive(back)
        self._inspect(back)
        bill = back.exchange_ids.sale_order_id.invoice_ids
        credit = back.settlement_ids.move_id
        self.assertEqual((bill.amount_residual, credit.amount_residual), (0.0, 36.0))
        self.assertEqual(back.settlement_ids.open_amount, 36.0)
        self.assertEqual(back.money_state, "due")
        self._pay(credit)
        self.assertEqual(back.money_state, "settled")

    def test_the_bonus_lowers_what_is_owed_and_is_never_paid_out(self):
        self._rule(exchange_bonus="percent", exchange_percent=20.0)
        dear = self._ask_exchange(product=self.coat)
        self.assertEqual(
            dear.exchange_ids.sale_line_id.price_subtotal, 70.0, "80 less 20% of 50"
        )
        cheap = self._ask_exchange(product=self.belt)
        self.assertEqual(cheap.exchange_ids.sale_line_id.price_subtotal, 29.99)

    def test_cents_of_a_discounted_order_leave_nothing_open(self):
        order = self._sell([(self.belt, 3.0, {"discount": 12.5})])
        back = self._ask_exchange(order, quantity=1.0)
        again = self._ask_exchange(order, quantity=2.0)
        for each in (back, again):
            self._receive(each)
            self._inspect(each)
            bill = each.exchange_ids.sale_order_id.invoice_ids
            self.assertEqual(bill.amount_total, each.settlement_ids.amount)
            self.assertEqual(bill.amount_residual, 0.0)

    def test_only_as_much_leaves_as_was_released(self):
        back = self._ask_exchange(quantity=3.0)
        row, line = back.exchange_ids, back.line_ids
        self._receive(back, {line: 2.0})
        self._inspect(back)
        with self.assertRaisesRegex(UserError, "2 of 3 may be sent"):
            self._send(row)
        move = row.move_ids
        move.quantity = 2.0
        move.picked = True
        move.picking_id._action_done()
        self.assertEqual((row.quantity_sent, line.quantity_exchanged), (2.0, 2.0))
        self.assertEqual(sum(row.sale_line_id.invoice_lines.mapped("quantity")), 2.0)
        self._receive(back)
        self._inspect(back)
        self._send(row)
        self.assertEqual(sum(row.sale_line_id.invoice_lines.mapped("quantity")), 3.0)
        self.assertEqual(back.case_state, "closed")

    def test_stock_that_is_short_is_waited_for_and_told(self):
        rare = self._make_product("Rare", 50.0, 20.0, tracking="lot")
        back = self._ask_exchange(product=rare)
        self.assertEqual(back.exchange_ids.state, "waiting")
        told = self.env["returns.snapshot"]._of(back)[0]["lines"][0]["exchange"]
        self.assertEqual((told["state"], told["sku"]), ("waiting", "RARE"))
        self.assertIn("waits for stock", back.event_ids.mapped("sentence")[-1])

    # --- freed ------------------------------------------------------------------------
    def test_what_is_given_up_is_held_no_more(self):
        before = self._free(self.coat)
        back = self._ask_exchange(quantity=3.0, product=self.coat)
        row = back.exchange_ids
        cancel = self._step("cancel")
        cancel._run(
            back.with_user(self.users["agent"]),
            {back.id: {"lines": [{"line": back.line_ids, "quantity": 1.0}]}},
        )
        self.assertEqual((row.quantity_freed, self._free(self.coat)), (1.0, before - 2))
        self.assertEqual(row.sale_line_id.product_uom_qty, 2.0)
        cancel._run(back.with_user(self.users["agent"]), {back.id: {}})
        self.assertEqual((row.state, self._free(self.coat)), ("freed", before))
        self.assertEqual(row.sale_order_id.state, "cancel")
        self.assertEqual(back.case_state, "cancelled")

    def test_a_refused_approval_and_an_expiry_free_the_goods(self):
        self._rule(approval="above", approval_above=10.0)
        before = self._free(self.coat)
        back = self._ask_exchange(product=self.coat)
        self.assertEqual(back.case_state, "to_approve")
        self.assertEqual(self._free(self.coat), before - 1, "held from the request on")
        with self.assertRaisesRegex(UserError, "approval of the return"):
            self._send(back.exchange_ids)
        back.approval_ids.with_user(self.users["manager"]).action_refuse("No")
        self.assertEqual(back.case_state, "rejected")
        self.assertEqual(self._free(self.coat), before)
        self._rule(expiry="days", expire_days=5)
        back = self._ask_exchange(product=self.coat)
        back._machine_write({"authorised_at": "2026-01-01 00:00:00"})
        self.env["returns.order"]._cron_expire()
        self.assertEqual(back.case_state, "expired")
        self.assertEqual(self._free(self.coat), before)

    def test_nobody_gives_up_the_goods_past_the_return(self):
        back = self._ask_exchange()
        row = back.exchange_ids
        sale = row.sale_order_id
        with self.assertRaisesRegex(UserError, "EXCHANGE_HELD"):
            sale._action_cancel()
        user = self.env.ref("base.user_admin")
        with self.assertRaisesRegex(UserError, "EXCHANGE_HELD"):
            sale.picking_ids.with_user(user).action_cancel()
        for record, values in (
            (row.move_ids, {"returns_exchange_id": False}),
            (row.sale_line_id, {"returns_exchange_id": False}),
            (sale, {"returns_exchange_for_id": False}),
            (row, {"quantity": 5.0}),
        ):
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD|APPEND_ONLY"):
                record.write(values)
        with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
            self.env["sale.order"].with_context(
                default_returns_exchange_for_id=back.id
            ).create({"partner_id": self.partner.id})

    # --- replacement ------------------------------------------------------------------
    def test_a_replacement_is_approved_at_what_its_goods_are_worth(self):
        self._rule(approval="above", approval_above=100.0)
        order = self._sell([(self.shirt, 3.0), (self.belt, 1.0)])
        shirts, belts = order.order_line
        ask = {"resolution": "replacement"}
        request = self._request(
            order,
            [(shirts, 2.0, ask)],
            channel=self.channel,
            requested_at=fields.Datetime.now(),
        )
        told = self.env["returns.api.preview"]._of(request)
        self.assertEqual(told["money"]["due"], 0.0)
        back = self._submit(request)
        self.assertEqual((back.case_state, back.amount_due), ("to_approve", 0.0))
        approval = back.approval_ids
        self.assertEqual((approval.amount, approval.limit), (120.0, 100.0))
        with self.assertRaisesRegex(UserError, "EXCHANGE_HELD"):
            self._send(back.exchange_ids)
        approval.with_user(self.users["manager"]).action_approve("A good customer")
        self.assertEqual(back.case_state, "authorised")
        self._receive(back)
        self._inspect(back)
        self._send(back.exchange_ids)
        self.assertEqual((back.case_state, len(back.approval_ids)), ("closed", 1))
        # With a refund beside it, both count; below the limit nobody is asked.
        back = self._ask(order, (shirts, 1.0, ask), (belts, 1.0))
        self.assertEqual(back.case_state, "authorised")
        back = self._ask(self._sell([(self.shirt, 3.0)]))
        self.assertEqual(back.approval_ids.amount, 180.0)

    def test_a_replacement_is_free_and_can_come_back_itself(self):
        order = self._sell([(self.shirt, 1.0)])
        line = order.order_line
        back = self._ask(order, (line, 1.0, {"resolution": "replacement"}))
        row = back.exchange_ids
        self.assertEqual((back.amount_due, back.money_state), (0.0, "none"))
        self.assertEqual(row.sale_line_id, line)
        self.assertEqual(row.move_ids.state, "assigned")
        with self.assertRaisesRegex(UserError, "EXCHANGE_HELD"):
            self._send(row)
        self._receive(back)
        self._inspect(back)
        self._send(row)
        self.assertEqual(back.case_state, "closed")
        self.assertFalse(back.settlement_ids)
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1.0, 0.0))
        self.assertEqual(order.invoice_status, "invoiced")
        # What was sent in its place is worth what was paid for it.
        again = self._ask(order, (line, 1.0))
        self.assertEqual(again.amount_due, 60.0)
        self._receive(again)
        self._inspect(again)
        self.assertEqual(again.settlement_ids.amount, 60.0)
        with self.assertRaisesRegex(UserError, "QUANTITY_EXCEEDS_RETURNABLE"):
            self._ask(order, (line, 1.0))

    def test_finance_can_send_it_before_its_time(self):
        order = self._sell([(self.shirt, 1.0)])
        back = self._ask(order, (order.order_line, 1.0, {"resolution": "replacement"}))
        self.assertFalse(back.with_user(self.users["finance"]).step_gates["settle"])
        back.with_user(self.users["finance"]).action_release("The customer waits")
        self._send(back.exchange_ids)
        self.assertEqual(back.exchange_ids.state, "sent")
        self.assertEqual(back.case_state, "authorised", "the old one is still to come")

    def test_a_credit_that_is_taken_back_holds_the_goods_again(self):
        back = self._ask_exchange()
        self._receive(back)
        self._inspect(back)
        step = self._step("settle", "finance")
        step._reverse(
            back.settlement_ids.with_user(self.users["finance"]), "Not our goods"
        )
        with self.assertRaisesRegex(UserError, "credit was taken back"):
            self._send(back.exchange_ids)

    # --- several ----------------------------------------------------------------------
    def test_each_line_settles_its_own_way(self):
        order = self._sell([(self.shirt, 2.0), (self.belt, 1.0), (self.coat, 1.0)])
        shirt, belt, coat = order.order_line
        back = self._ask(
            order,
            (shirt, 2.0, {"resolution": "exchange"}),
            (belt, 1.0, {"resolution": "replacement"}),
            (coat, 1.0),
        )
        self._receive(back)
        self._inspect(back)
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.amount_total, 216.0, "two shirts and the coat")
        self.assertEqual(back.settlement_ids.open_amount, 96.0, "the coat is paid out")
        self._pay(credit)
        self.assertEqual(back.case_state, "authorised")
        for row in back.exchange_ids:
            self._send(row)
        self.assertEqual(back.case_state, "closed")
        self.assertEqual(back.line_ids.mapped("quantity_exchanged"), [2.0, 1.0, 0.0])

    # --- what is asked ----------------------------------------------------------------
    def test_what_cannot_be_given_is_refused_at_once(self):
        service = self.env["product.product"].create(
            {"name": "Help", "type": "service", "default_code": "HELP"}
        )
        with self.assertRaisesRegex(UserError, "BAD_REQUEST.*Help"):
            self._ask_exchange(product=service)
        with self.assertRaisesRegex(UserError, "RESOLUTION_NOT_ALLOWED"):
            order = self._sell()
            self._ask(order, (order.order_line[0], 1.0, {"resolution": "repair"}))

    def test_an_agent_asks_for_it_on_the_screen(self):
        order = self._sell([(self.shirt, 1.0)])
        agent = self.users["agent"]
        wizard = self.env["returns.add.wizard"].with_user(agent)
        wizard = wizard.with_context(active_model="sale.order", active_ids=order.ids)
        with Form(wizard) as form:
            with form.line_ids.edit(0) as line:
                line.quantity = 1.0
                line.resolution = "exchange"
                line.exchange_product_id = self.coat
        form.record.action_confirm()
        draft = order.order_line.returns_line_ids.order_id
        self.assertTrue(draft.wants_exchange)
        draft.channel_id = self.channel
        draft.with_user(agent).action_submit()
        row = draft.exchange_ids
        self.assertEqual((row.product_id, row.state), (self.coat, "held"))
        self.assertIn("Held for return", row.move_ids.picking_id.returns_hold)
        self.assertIn("inspection", row.move_ids.picking_id.returns_hold)
