"""What gift cards and wallets had paid goes back on them, once, and in the books."""

import random
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.returns_governance.const import TENDER_ORDERS

from .card_common import CardCommon


@tagged("post_install", "-at_install")
class TestGiftCard(CardCommon):
    """A sale of 180 that a gift card of 50 and a provider have paid."""

    def _paid(self, back):
        """{how: sum} of what a return has paid out."""
        found = {}
        for row in back.settlement_ids.filtered(lambda row: row.kind == "payout"):
            if row.state == "paid":
                found[row.tender] = round(found.get(row.tender, 0.0) + row.amount, 2)
        return found

    def test_each_tender_gets_back_what_it_gave_in_the_companys_order(self):
        for order_of, first, second in (
            ("provider,voucher,hand", {"original": 120.0}, [10.0, 50.0]),
            ("voucher,provider,hand", {"voucher": 50.0, "original": 70.0}, [60.0, 0.0]),
        ):
            with self.subTest(order_of):
                self.company.returns_tender_order = order_of
                card = self._card(50.0)
                order = self._order_with(card)
                self.assertEqual((card.points, order.amount_total), (0.0, 130.0))
                spent = self._balance()
                one = self._back(order, 2.0)
                self._run_cron()
                self.assertEqual(self._paid(one), first)
                two = self._back(order, 1.0)
                self._run_cron()
                self.assertEqual(
                    self._paid(two).get("original", 0.0), second[0], "never more"
                )
                self.assertEqual(self._paid(two).get("voucher", 0.0), second[1])
                self.assertEqual(card.points, 50.0)
                for back in (one, two):
                    self.assertEqual(self._credit(back).move_id.amount_residual, 0.0)
                    self.assertEqual(back.case_state, "closed")
                    self.assertFalse(back.exception_ids)
                # Spending took 50 off what is owed; now it is owed again.
                self.assertEqual(self._balance() - spent, -50.0)
                both = one | two
                told = card.history_ids.filtered(
                    lambda row: row.order_model == "returns.order"
                )
                self.assertIn(told.description, both.mapped("name"))
                self.assertEqual(told.issued, 50.0)
                self.assertIn("refilled", both.event_ids.mapped("what"))

    def test_whatever_comes_back_no_tender_gives_more_than_it_took(self):
        """Orders, cards, orders of tenders and returns of chance."""
        rnd = random.Random(11)
        orders = [key for key, _name in TENDER_ORDERS]
        for turn in range(3):
            self.company.returns_tender_order = orders[turn % len(orders)]
            gave = [rnd.randint(500, 2500) / 100 for _card in range(rnd.randint(1, 3))]
            cards = [self._card(points) for points in gave]
            lines = [(self.shirt, rnd.randint(1, 2)), (self.belt, rnd.randint(1, 2))]
            order = self._order_with(*cards, lines=lines)
            total = sum(order.order_line.filtered("tax_ids").mapped("price_total"))
            took = [
                round(points - card.points, 2)
                for points, card in zip(gave, cards, strict=True)
            ]
            units = [
                line
                for line in order.order_line[:2]
                for _unit in range(int(line.product_uom_qty))
            ]
            rnd.shuffle(units)
            paid = {}
            for line in units:
                back = self._ask(order, (line, 1.0))
                self._receive(back)
                self._inspect(back)
                self._run_cron()
                for how, amount in self._paid(back).items():
                    paid[how] = round(paid.get(how, 0.0) + amount, 2)
                for card, points in zip(cards, gave, strict=True):
                    self.assertLessEqual(card.points, points + 0.001)
            self.assertAlmostEqual(sum(paid.values()), total, 2)
            self.assertEqual(paid.get("voucher", 0.0), round(sum(took), 2))
            for card, points in zip(cards, gave, strict=True):
                self.assertAlmostEqual(card.points, points, 2)

    def test_several_cards_and_one_that_pays_everything(self):
        cards = [self._card(50.0), self._card(40.0)]
        order = self._order_with(*cards)
        back = self._back(order)
        self._run_cron()
        self.assertEqual([card.points for card in cards], [50.0, 40.0])
        self.assertEqual(self._paid(back), {"voucher": 90.0, "original": 90.0})
        big = self._card(500.0)
        order = self._order_with(big)
        self.assertEqual((order.amount_total, big.points), (0.0, 320.0))
        back = self._back(order)
        self._run_cron()
        self.assertEqual((self._paid(back), big.points), ({"voucher": 180.0}, 500.0))
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))

    def test_a_fee_is_taken_off_before_anything_goes_back(self):
        self.company._returns_fee_product("restocking").taxes_id = False
        fee = {"kind": "restocking", "amount": 20.0, "mode": "fixed"}
        self._rule(fee="charged", fee_ids=[Command.create(fee)])
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        self._run_cron()
        self.assertEqual(self._paid(back), {"original": 130.0, "voucher": 30.0})
        self.assertEqual(card.points, 30.0)

    def test_points_of_another_worth_come_back_as_they_went(self):
        program = self._program("gift_card")
        program.reward_ids.discount = 0.5
        card = self._card(100.0, program)
        self.company.returns_tender_order = "voucher,provider,hand"
        order = self._order_with(card)
        self.assertEqual((order.amount_total, card.points), (130.0, 0.0))
        self._back(order, 1.0)
        self._run_cron()
        self.assertEqual(card.points, 100.0)
        # An order in another currency, at a rate that has changed since.
        other = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "t",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 3.0})],
            }
        )
        prices = self.env["product.pricelist"].create(
            {"name": "Other", "currency_id": other.id}
        )
        before = self._balance()
        card = self._card(40.0)
        order = self._order_with(card, pricelist_id=prices.id)
        self.assertEqual((card.points, self._balance() - before), (0.0, 40.0))
        other.rate_ids.rate = 2.0
        for _unit in range(3):
            self._back(order, 1.0)
            self._run_cron()
        self.assertEqual((card.points, self._balance() - before), (40.0, 0.0))

    def test_who_takes_store_credit_or_exchanges_has_the_rest_paid_back_rightly(self):
        card = self._card(50.0)
        order = self._order_with(card)
        back = self._back(order, 1.0, resolution="store_credit")
        self._run_cron()
        given = back.settlement_ids.filtered(lambda row: row.kind == "store_credit")
        self.assertEqual((given.amount, self._paid(back)), (60.0, {}))
        back = self._back(order, 2.0)
        self._run_cron()
        self.assertEqual((self._paid(back), card.points), ({"original": 120.0}, 0.0))
        # For a belt of 35.99 the customer has 24.01 to get; the card is asked first.
        self.company.returns_tender_order = "voucher,provider,hand"
        card = self._card(50.0)
        order = self._order_with(card)
        back = self._back(order, 1.0, resolution="exchange", exchange_product=self.belt)
        self._run_cron()
        self.assertEqual((self._paid(back), card.points), ({"voucher": 24.01}, 24.01))

    # --- cards that cannot take it ----------------------------------------------------
    def test_a_card_that_has_lapsed_is_followed_by_a_new_one(self):
        self.company.returns_tender_order = "voucher,provider,hand"
        yesterday = fields.Date.today() - timedelta(days=1)
        for values in ({"expiration_date": yesterday}, {"active": False}):
            with self.subTest(values):
                card = self._card(70.0)
                lines = [(self.shirt, 1.0), (self.belt, 2.0)]
                order = self._order_with(card, lines=lines)
                card.points = 5.0  # what has lapsed on it stays lapsed
                card.write(values)
                one = self._back(order, 1.0)
                self._run_cron()
                new = one.settlement_ids.card_id
                self.assertEqual(new.program_id, self.gifts)
                self.assertEqual(new.partner_id, self.partner)
                self.assertEqual((new.points, card.points), (60.0, 5.0))
                self.assertTrue(new.active)
                self.assertFalse(new.expiration_date)
                self.assertIn("could not be spent", one.outbox_ids.message)
                two = self._ask(order, (order.order_line[1], 1.0))
                self._receive(two)
                self._inspect(two)
                self._run_cron()
                self.assertEqual(two.settlement_ids.card_id, new, "the same once more")
                self.assertEqual(new.points, 70.0)

    def test_a_wallet_that_was_archived_is_followed_by_the_customers_other_one(self):
        wallets = self._program("ewallet")
        old = self._card(50.0, wallets, partner_id=self.partner.id)
        order = self._order_with(old)
        old.active = False
        other = self._card(7.0, wallets, partner_id=self.partner.id)
        self._back(order)
        self._run_cron()
        self.assertEqual((old.points, other.points), (0.0, 57.0))

    def test_what_no_card_can_take_is_paid_by_hand_and_says_why(self):
        self.company.returns_tender_order = "voucher,provider,hand"
        card = self._card(50.0)
        order = self._order_with(card)
        self.gifts.active = False
        back = self._back(order)
        credit = self._credit(back)
        self.assertEqual(credit.hand_amount, 50.0)
        self.assertIn("archived", credit.card_words)
        self.assertIn("archived", self._dialog(credit).card_words)
        # A card whose spending bore a tax of its own.
        taxed = self._program("gift_card")
        taxed.payment_program_discount_product_id.taxes_id = self.tax
        back = self._back(self._order_with(self._card(50.0, taxed)))
        self.assertIn("with tax", self._credit(back).card_words)
        self.assertEqual(self._credit(back).hand_amount, 50.0)
        # The program ended after it was planned.
        self.gifts.active = True
        order = self._order_with(self._card(50.0))
        back = self._back(order)
        self.gifts.active = False
        self._run_cron()
        box = back.outbox_ids.filtered("card_line_id")
        self.assertEqual(box.state, "failed")
        self.assertIn("archived", box.message)
        self.assertEqual(self._open_exceptions(back), ["payout_failed"])
        self.assertEqual(self._paid(back), {"original": 130.0}, "the other's fate")
        self._say("instead", box, "Their shop has closed")
        self.assertEqual(self._credit(back).hand_amount, 50.0)
        self.assertEqual(self._open_exceptions(back), [])

    # --- at most once -----------------------------------------------------------------
    def test_what_fails_half_way_leaves_nothing_and_is_tried_again(self):
        role = type(self.env["returns.payout.voucher"])
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        box = back.outbox_ids.filtered("card_line_id")
        entries = self.env["account.move"].search_count([])
        with patch.object(role, "_append", side_effect=UserError("No paper")):
            self._run_cron()
        self.assertEqual((box.state, box.message), ("failed", "No paper"))
        self.assertEqual((card.points, self._balance()), (0.0, 50.0))
        self.assertFalse(card.history_ids.filtered(lambda row: row.issued))
        box.with_user(self.finance).action_retry()
        # The process ends three times; then it is a person's.
        with patch.object(role, "_append", side_effect=ZeroDivisionError):
            self._run_cron()
        self.assertEqual((box.state, box.attempts), ("failed", 3))
        self.assertEqual(card.points, 0.0)
        self.assertEqual(self.env["account.move"].search_count([]), entries + 1)
        box.with_user(self.finance).action_retry()
        self._run_cron()
        self.assertEqual((box.state, card.points), ("done", 50.0))
        self.assertEqual(self._open_exceptions(back), [])

    def test_a_process_that_ends_after_its_commit_does_not_pay_twice(self):
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        box = back.outbox_ids.filtered("card_line_id")
        role = self.env["returns.payout.voucher"]
        box._machine_write({"state": "sending", "attempts": 1})
        role._give(box)
        self.assertEqual(card.points, 50.0)
        self.assertEqual(role._try(box)[0], "done")
        self._run_cron()
        self.assertEqual((box.state, card.points), ("done", 50.0))
        with self.assertRaises(errors.UniqueViolation), self.env.cr.savepoint():
            with self.assertLogs("odoo.sql_db"):
                role._give(box)
        self.env.invalidate_all()
        # And one that ended before its commit goes on by itself.
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        box = back.outbox_ids.filtered("card_line_id")
        box._machine_write({"state": "sending", "attempts": 1})
        self._run_cron()
        self.assertEqual((box.state, card.points), ("done", 50.0))

    # --- taken back -------------------------------------------------------------------
    def test_a_refund_that_is_taken_back_leaves_the_card_again(self):
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        self._run_cron()
        given = back.settlement_ids.filtered("card_line_id")
        for move in (self._credit(back).move_id, given.entry_id):
            with self.assertRaisesRegex(UserError, "REFUND_GATE"):
                move.button_draft()
            with self.assertRaisesRegex(UserError, "REFUND_GATE"):
                move.button_cancel()
        self._reverse(self._credit(back))
        self.assertEqual((card.points, self._balance()), (0.0, 50.0))
        counter = self._credit(back).filtered(lambda row: row.amount < 0)
        self.assertEqual(counter.move_id.amount_residual, 130.0, "the customer owes it")
        self.assertFalse(back.exception_ids)
        # Refunded once more, it goes back once more.
        step = self._step("settle", "finance")
        step._release_by_hand(back.with_user(self.finance), "It was ours after all")
        self._run_cron()
        self.assertEqual((card.points, self._balance()), (50.0, 0.0))

    def test_what_was_spent_of_it_stays_open_and_finance_is_told(self):
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        self._run_cron()
        card.points = 20.0
        self._reverse(self._credit(back))
        counter = self._credit(back).filtered(lambda row: row.amount < 0)
        self.assertEqual((card.points, counter.move_id.amount_residual), (0.0, 160.0))
        told = back.exception_ids.filtered(lambda e: e.code == "store_credit_spent")
        self.assertIn("30.00", told.note)

    def test_a_payout_that_was_not_sent_is_dropped_with_its_refund(self):
        card = self._card(50.0)
        back = self._back(self._order_with(card))
        self._reverse(self._credit(back))
        self._run_cron()
        box = back.outbox_ids.filtered("card_line_id")
        self.assertEqual((box.state, card.points), ("dropped", 0.0))

    # --- before the bill --------------------------------------------------------------
    def test_goods_that_come_back_before_the_bill_free_the_card(self):
        card = self._card(150.0)
        order = self._order_with(card, until="delivered")
        back = self._back(order, 2.0)
        self.assertEqual(back.settlement_ids.kind, "less_to_invoice")
        self.assertEqual(card.points, 90.0, "60 of the order are left to pay")
        self.assertIn(back.name, card.history_ids.mapped("description"))
        invoice = self._invoice(order)
        self.assertEqual(invoice.amount_total, 0.0)
        last = self._back(order, 1.0)
        self._run_cron()
        self.assertEqual((self._paid(last), card.points), ({"voucher": 60.0}, 150.0))

    def test_an_unpaid_invoice_is_met_before_the_card_gets_anything(self):
        card = self._card(50.0)
        order = self._order_with(card, paid=False)
        one = self._back(order, 2.0)
        self.assertFalse(one.outbox_ids.filtered(lambda box: box.kind == "payout"))
        two = self._back(order, 1.0)
        self._run_cron()
        self.assertEqual((self._paid(two), card.points), ({"voucher": 50.0}, 50.0))
