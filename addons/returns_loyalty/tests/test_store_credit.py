from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon
from odoo.addons.returns_governance.tests.kept_common import KeptCommon


@tagged("post_install", "-at_install")
class TestStoreCredit(KeptCommon, ExchangeCommon):
    """A credit note is paid with a wallet or a gift card, and no money goes out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._returns_set_up_credit()
        cls.program = cls.company.returns_credit_program_id
        cls._rule(credit_bonus="percent", credit_percent=10.0)

    def _credited(self, quantity=1.0, order=None, **values):
        order = order or self._sell([(self.shirt, 3.0)])
        back = self._ask(
            order,
            (order.order_line[0], quantity, {"resolution": "store_credit", **values}),
        )
        self._receive(back)
        self._inspect(back)
        return back

    def _given(self, back):
        return back.settlement_ids.filtered(lambda row: row.kind == "store_credit")

    def _balance(self, account):
        items = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(items.mapped("balance"))

    def test_credit_and_bonus_go_on_the_customers_wallet(self):
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        web = self.env["account.analytic.account"].create(
            {"name": "Web", "plan_id": plan.id}
        )
        spread = {str(web.id): 100.0}
        order = self._sell([(self.shirt, 3.0, {"analytic_distribution": spread})])
        back = self._credited(order=order)
        given, credit = self._given(back), back.settlement_ids[0].move_id
        self.assertEqual((given.amount, given.bonus), (60.0, 6.0))
        self.assertEqual(given.card_id.points, 66.0)
        self.assertEqual(given.card_id.partner_id, self.partner)
        self.assertEqual(credit.amount_residual, 0.0)
        self.assertFalse(back.outbox_ids.filtered(lambda box: box.kind == "payout"))
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))
        self.assertEqual(back.amount_settled, 60.0, "the bonus is no refund")
        owed = self.company.returns_credit_account_id
        self.assertEqual(self._balance(owed), -66.0)
        self.assertEqual(self._balance(self.company.returns_bonus_account_id), 6.0)
        bonus = given.entry_id.line_ids.filtered(
            lambda item: item.account_id == self.company.returns_bonus_account_id
        )
        self.assertEqual(bonus.analytic_distribution, spread)
        again = self._given(self._credited())
        self.assertEqual(again.card_id, given.card_id, "one wallet for a customer")
        self.assertEqual(again.card_id.points, 132.0)
        history = again.card_id.history_ids
        told = history.filtered(lambda row: row.order_model == "returns.order")
        self.assertEqual(told.mapped("issued"), [66.0, 66.0])
        told = self.env["returns.snapshot"]._of(back)[0]["settlements"]
        self.assertIn(
            {
                "kind": "store_credit",
                "amount": 60.0,
                "state": "paid",
                "document": f"…{given.card_id.code[-4:]}",
            },
            told,
        )

    def test_a_wallet_gets_what_the_order_says_of_an_invoice_in_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        rate = {"currency_id": euro.id, "name": "2020-01-01"}
        self.env["res.currency.rate"].create({**rate, "inverse_company_rate": 2.0})
        order = self._sell([(self.shirt, 2.0)], until="delivered")
        invoice = order._create_invoices()
        invoice.currency_id = euro
        invoice.invoice_line_ids.price_unit = 24.99  # of 50 dollars
        invoice.action_post()
        self._pay(invoice)
        back = self._credited(quantity=2.0, order=order)
        given, credit = self._given(back), back.settlement_ids[0].move_id
        self.assertEqual((given.amount, given.bonus), (59.98, 6.0))
        self.assertEqual(given.currency_id, euro)
        self.assertEqual(credit.amount_residual, 0.0)
        self.assertEqual(given.card_id.points, 132.0, "dollars of the order, and 10%")
        self.assertEqual((back.amount_settled, back.money_state), (120.0, "settled"))
        self._step("settle", "finance")._reverse(
            back.settlement_ids[0].with_user(self.users["finance"]), "A mistake"
        )
        self.assertEqual(given.card_id.points, 0.0)
        self.assertEqual(back.amount_settled, 0.0)

    def test_a_gift_card_is_a_new_card_each_time(self):
        cards = self.env.ref("loyalty.gift_card_program")
        cards.company_id = self.company
        self.company.returns_credit_program_id = cards
        first, second = self._credited(), self._credited()
        cards = self._given(first).card_id | self._given(second).card_id
        self.assertEqual(len(cards), 2)
        self.assertEqual(cards.mapped("points"), [66.0, 66.0])

    def test_money_and_credit_on_one_return_go_their_own_ways(self):
        order = self._sell([(self.shirt, 1.0), (self.belt, 1.0)])
        shirt, belt = order.order_line
        back = self._ask(
            order, (shirt, 1.0, {"resolution": "store_credit"}), (belt, 1.0)
        )
        self._receive(back)
        self._inspect(back)
        credit = back.settlement_ids[0]
        self.assertEqual(self._given(back).amount, 60.0)
        self.assertEqual((credit.amount, credit.open_amount), (95.99, 35.99))
        self.assertEqual(back.money_state, "due")

    def test_what_was_never_paid_earns_no_credit(self):
        order = self._sell([(self.shirt, 1.0)], until="invoiced")
        back = self._credited(order=order)
        self.assertFalse(self._given(back))
        credit = order.invoice_ids.filtered("reversed_entry_id")
        self.assertEqual((credit.amount_total, credit.amount_residual), (60.0, 0.0))
        self.assertEqual(back.money_state, "settled")

    def _reverse(self, back):
        credit = back.settlement_ids.filtered(
            lambda row: row.kind == "credit_note" and row.amount > 0
        )
        step = self._step("settle", "finance")
        step._reverse(credit.with_user(self.users["finance"]), "It was not ours")

    def test_a_refund_that_is_taken_back_takes_credit_and_bonus_along(self):
        back = self._credited()
        given = self._given(back)
        self._reverse(back)
        self.assertEqual(given.card_id.points, 0.0)
        rows = self._given(back)
        self.assertEqual(sum(rows.mapped("amount")), 0.0)
        self.assertEqual(sum(rows.mapped("bonus")), 0.0)
        counter = back.settlement_ids.filtered(
            lambda row: row.kind == "credit_note" and row.amount < 0
        )
        self.assertEqual(counter.move_id.amount_residual, 0.0)
        self.assertEqual(self._balance(self.company.returns_credit_account_id), 0.0)
        self.assertEqual(self._balance(self.company.returns_bonus_account_id), 0.0)
        self.assertFalse(back.exception_ids)

    def test_what_was_spent_stays_open_and_finance_is_told(self):
        back = self._credited()
        given = self._given(back)
        given.card_id.points -= 30.0
        self._reverse(back)
        self.assertEqual(given.card_id.points, 0.0)
        counter = back.settlement_ids.filtered(
            lambda row: row.kind == "credit_note" and row.amount < 0
        )
        self.assertEqual(counter.move_id.amount_residual, 30.0)
        # The wallet owed 66, 30 of it were spent (booked by the order that spent it).
        self.assertEqual(self._balance(self.company.returns_credit_account_id), -30.0)
        self.assertEqual(self._balance(self.company.returns_bonus_account_id), 0.0)
        told = back.exception_ids.filtered(lambda e: e.code == "store_credit_spent")
        self.assertIn("30.00", told.note)
        self._pay(counter.move_id)
        self.env["returns.exception"]._sweep()
        self.assertEqual(told.state, "closed")

    def test_who_withdraws_is_paid_with_money_unless_he_agreed(self):
        order = self._sell([(self.shirt, 1.0)])
        with self.assertRaisesRegex(UserError, "RESOLUTION_NOT_ALLOWED.*consent"):
            self._ask(
                order,
                (order.order_line, 1.0, {"resolution": "store_credit"}),
                withdrawal=True,
            )
        back = self._ask(
            order,
            (
                order.order_line,
                1.0,
                {"resolution": "store_credit", "credit_consent": True},
            ),
            withdrawal=True,
        )
        self.assertTrue(back.line_ids.credit_consent)
        self._receive(back)
        self.assertEqual(self._given(back).amount, 60.0)

    def test_a_company_without_a_wallet_does_not_offer_it(self):
        self.company.returns_credit_program_id = False
        with self.assertRaisesRegex(UserError, "RESOLUTION_NOT_ALLOWED"):
            self._credited()
        self._rule()
        gaps = self.env["returns.setup.gap"].search(
            [("code", "=", "store_credit_none"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(gaps.res_id, self.company.id)
        self.company._returns_set_up_credit()
        self.assertTrue(self.company.returns_credit_program_id)
        self.assertFalse(gaps.search([("id", "=", gaps.id)]))

    def test_the_documents_behind_it_stay_in_the_books(self):
        given = self._given(self._credited())
        for move in (given.credit_id.move_id, given.entry_id):
            with self.assertRaisesRegex(UserError, "Reverse the settlement"):
                move.button_draft()

    def _unreconciled(self, items):
        """As data of before the guard, or a repair of the database would leave it."""
        partials = items.matched_debit_ids | items.matched_credit_ids
        released = (partials.debit_move_id | partials.credit_move_id).move_id
        partials.with_env(released._returns_released().env).unlink()
        self.env.invalidate_all()

    def test_nobody_opens_again_what_a_card_has_got(self):
        back = self._credited()
        given = self._given(back)
        entry, credit = given.entry_id, given.credit_id
        clerk = self._billing_clerk()
        items = self._receivable(entry)
        self._assert_kept(entry, f"{back.name}.*66.*card|card.*{back.name}")
        with self.assertRaisesRegex(UserError, rf"REFUND_GATE.*{back.name}"):
            with self.env.cr.savepoint():
                items.with_user(clerk).remove_move_reconcile()
        self.env.invalidate_all()
        self.assertEqual(credit.state, "paid")
        # Even where somebody got past that, it is not paid out as well.
        self._unreconciled(items)
        self.assertEqual(credit.move_id.amount_residual, 60.0)
        self.assertEqual((credit.state, credit.open_amount), ("paid", 0.0))
        self.assertEqual((credit.hand_amount, back.money_state), (0.0, "settled"))
        gate = self.env["returns.gate.payment"].sudo()
        whose = (self.partner, self.company, self.company.currency_id)
        self.assertEqual(gate._open_credit(*whose), 0.0)
        payment = self.env["account.payment"].with_user(clerk)
        payment = payment.create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 60.0,
            }
        )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            payment.action_post()
        # A return that is taken back finds its card.
        self.assertEqual(given.card_id.points, 66.0)

    def test_a_fee_is_borne_by_the_goods_that_it_is_for(self):
        self._rule(
            credit_bonus="percent",
            credit_percent=10.0,
            fee="charged",
            fee_ids=[
                Command.create(
                    {"kind": "restocking", "amount": 10.0, "mode": "percent"}
                )
            ],
        )
        self.company._returns_fee_product("restocking").taxes_id = False
        alone = self._given(self._credited())
        self.assertEqual((alone.amount, alone.bonus), (55.0, 5.5))
        order = self._sell([(self.shirt, 1.0), (self.belt, 1.0)])
        shirt, belt = order.order_line
        back = self._ask(
            order, (shirt, 1.0, {"resolution": "store_credit"}), (belt, 1.0)
        )
        self._receive(back)
        self._inspect(back)
        given = self._given(back)
        self.assertEqual((given.amount, given.bonus), (55.0, 5.5))
        # 35.99 for the belt, less 10 % of its 29.99.
        self.assertEqual(given.credit_id.open_amount, 32.99)

    def test_who_handles_returns_opens_the_order_and_the_card(self):
        order = self._sell([(self.shirt, 1.0)])
        card = self._given(self._credited(order=order)).card_id
        for role in ("agent", "finance", "auditor"):
            user = self.users[role]
            self.assertTrue(Form(order.with_user(user)).record)
            self.assertEqual(card.with_user(user).points, 66.0)
        with self.assertRaises(AccessError):
            card.with_user(self.users["inspector"]).read(["code"])

    def test_spending_lowers_what_is_owed(self):
        product = self.program.payment_program_discount_product_id
        self.assertEqual(
            product.with_company(self.company).property_account_income_id,
            self.company.returns_credit_account_id,
        )
