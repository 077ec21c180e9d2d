from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ReturnsCommon
from .kept_common import KeptCommon
from .packs_common import PacksCommon
from .sister import make_sister


@tagged("post_install", "-at_install")
class TestHandover(KeptCommon, PacksCommon, ReturnsCommon):
    """One company sells, another receives: both ledgers balance at the transfer price,
    and a third company sees nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver, cls.target = make_sister(cls.env, "Receiver")
        cls.third = cls.env["res.company"].create({"name": "Third"})
        (cls.company | cls.receiver).inventory_valuation = "real_time"
        cls.warehouse.returns_owner_warehouse_id = cls.target

    def _come_back(self):
        """Three shirts that had cost 20 come back; two are fit for sale."""
        back = self._create_return()
        self._receive(back)
        self._inspect(back, quantities={back.line_ids: 2.0})
        self._inspect(back, self.grade_d, {back.line_ids: 1.0})
        return back

    def _list(self):
        model = self.env["returns.handover"].with_user(self.users["finance"])
        return model.create({"warehouse_id": self.warehouse.id})

    def _assert_balances(self, move):
        self.assertEqual(move.state, "posted")
        self.assertEqual(sum(move.line_ids.mapped("balance")), 0.0)

    def test_goods_go_over_at_the_transfer_price_and_both_ledgers_balance(self):
        self.warehouse.returns_transfer_percent = 80.0
        back = self._come_back()
        listed = self._list()
        self.assertEqual(listed.receiver_id.sudo(), self.receiver)
        self.assertEqual(listed.line_ids.mapped("quantity"), [2.0])
        self.assertEqual(listed.line_ids.order_id, back)
        self.assertEqual((listed.line_ids.price, listed.amount), (16.0, 32.0))
        with self.assertRaisesRegex(UserError, r"\[GUARDED_FIELD\]"):
            listed.line_ids.write({"price": 1.0})
        before = self.shirt.with_company(self.company).qty_available
        listed.action_confirm()
        done = listed.sudo()
        invoice, bill = done.invoice_id, done.bill_id
        for move in (invoice, bill):
            self._assert_balances(move)
            self.assertEqual(move.amount_untaxed, 32.0)
        self.assertEqual(invoice.partner_id, self.receiver.partner_id)
        self.assertEqual(bill.partner_id, self.company.partner_id)
        self.assertEqual(
            (invoice.company_id, bill.company_id), (self.company, self.receiver)
        )
        # The seller's stock gives what it had cost, the other one takes what it paid.
        out, into = done.line_ids.out_move_id, done.line_ids.in_move_id
        self.assertEqual((out.value, into.value), (40.0, 32.0))
        cost = invoice.line_ids.filtered(lambda item: item.display_type == "cogs")
        self.assertEqual(sorted(cost.mapped("balance")), [-40.0, 40.0])
        stock = self.receiver.account_stock_valuation_id
        booked = bill.line_ids.filtered(lambda item: item.account_id == stock)
        self.assertEqual(sum(booked.mapped("balance")), 32.0)
        after = self.shirt.with_company(self.company).qty_available
        self.assertEqual(before - after, 2.0)
        quants = self.env["stock.quant"]._get_available_quantity(
            self.shirt, self.target.lot_stock_id
        )
        self.assertEqual(quants, 2.0)
        with self.assertRaisesRegex(UserError, "handed over already"):
            listed.action_confirm()
        self.assertFalse(self._list().line_ids, "each unit goes over once")

    def test_it_comes_back_at_the_same_price_and_can_go_over_again(self):
        self.warehouse.returns_transfer_percent = 80.0
        self._come_back()
        listed = self._list()
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            listed.action_reverse()
        here = self.shirt.with_company(self.company)
        before = here.qty_available, here.total_value
        listed.action_confirm()
        done = listed.sudo()
        for move in (done.invoice_id, done.bill_id):
            self._assert_kept(move, "Goods of.*Take back")
        # The other company has sold one of the two.
        shelf = self.target.lot_stock_id
        sold = self._gone_from(shelf)
        with (
            self.assertRaisesRegex(UserError, "only 1 are free, and 2 were"),
            self.env.cr.savepoint(),
        ):
            listed.action_reverse()
        self._gone_from(shelf, -1.0)
        self.assertTrue(sold)
        for role in ("manager", "agent"):
            with self.subTest(role), self.assertRaises(AccessError):
                listed.with_user(self.users[role]).action_reverse()
        listed.action_reverse()
        self.assertEqual(listed.state, "reversed")
        credit, refund = done.credit_id, done.refund_id
        for move in (credit, refund):
            self._assert_kept(move, "Goods of.*once more")
        for counter, original in ((credit, done.invoice_id), (refund, done.bill_id)):
            self._assert_balances(counter)
            self.assertEqual(counter.reversed_entry_id, original)
            self.assertEqual(counter.amount_untaxed, 32.0)
            self.assertEqual(counter.payment_state, "paid")
            self.assertEqual(original.payment_state, "reversed")
        # The seller has its goods again at what they had cost, and its stock account
        # says so; with the other company no value is left on either.
        back = done.line_ids.back_in_move_id
        self.assertEqual((back.value, back.state), (40.0, "done"))
        cost = credit.line_ids.filtered(lambda item: item.display_type == "cogs")
        self.assertEqual(sorted(cost.mapped("balance")), [-40.0, 40.0])
        stock = self.receiver.account_stock_valuation_id
        booked = (done.bill_id | refund).line_ids.filtered(
            lambda item: item.account_id == stock
        )
        self.assertEqual(sum(booked.mapped("balance")), 0.0)
        self.env.invalidate_all()
        self.assertEqual((here.qty_available, here.total_value), before)
        states = done.line_ids.back_in_move_id.move_line_ids.location_dest_id
        self.assertEqual(states.effective_state_id.code, "sellable")
        self.assertFalse(
            self.env["returns.exception"].search(
                [("code", "=", "unexplained_credit"), ("move_id", "=", credit.id)]
            )
        )
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            listed.action_reverse()
        again = self._list()
        self.assertEqual(again.line_ids.mapped("quantity"), [2.0])
        again.action_confirm()
        self.assertEqual(again.state, "done")

    def test_goods_that_came_in_packs_go_over_at_the_cost_of_a_unit(self):
        back = self._returned_in_packs(2.0)
        self.assertEqual(back.receipt_ids.move_id.quantity, 2.0)
        self._inspect(back, quantities={back.line_ids: 12.0})
        line = self._list().line_ids
        self.assertEqual((line.quantity, line.price), (12.0, 20.0))

    def _gone_from(self, shelf, quantity=1.0):
        """Units that the other company counts less of, or more."""
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.shirt.id), ("location_id", "=", shelf.id)]
        )
        quant = quant.with_company(self.receiver).with_context(inventory_mode=True)
        quant.inventory_quantity = quant.quantity - quantity
        quant.action_apply_inventory()
        return quant

    def test_what_is_gone_or_has_no_price_does_not_go_over(self):
        self._come_back()
        listed = self._list()
        place = listed.line_ids.location_id
        everything = self.env["stock.quant"]._get_available_quantity(self.shirt, place)
        self._sell([(self.shirt, everything)], until="delivered")
        with self.assertRaisesRegex(UserError, "only 0 are free"):
            listed.action_confirm()
        with (
            self.assertRaisesRegex(UserError, "another company"),
            self.env.cr.savepoint(),
        ):
            self.warehouse.returns_owner_warehouse_id = self.warehouse
        self.env.invalidate_all()
        with (
            self.assertRaisesRegex(UserError, "choose the pricelist"),
            self.env.cr.savepoint(),
        ):
            self.warehouse.returns_transfer_basis = "pricelist"
        self.env.invalidate_all()
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Between us",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "percentage",
                            "percent_price": 50.0,
                            "applied_on": "3_global",
                        }
                    )
                ],
            }
        )
        self.warehouse.write(
            {
                "returns_transfer_basis": "pricelist",
                "returns_transfer_pricelist_id": pricelist.id,
            }
        )
        listed.action_fill()
        self.assertEqual(listed.line_ids.price, 25.0)

    def test_a_third_company_sees_nothing(self):
        self._come_back()
        listed = self._list()
        listed.action_confirm()

        def finance_of(company):
            return new_test_user(
                self.env,
                login=f"finance_{company.id}",
                groups="base.group_user,returns_governance.group_finance",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )

        stranger, other = finance_of(self.third), finance_of(self.receiver)
        for model, count in (
            ("returns.handover", 1),
            ("returns.handover.line", 1),
            ("returns.order", 0),
        ):
            with self.subTest(model):
                records = self.env[model]
                mine = records.with_user(other).search([])
                self.assertEqual(len(mine), count)
                self.assertFalse(records.with_user(stranger).search([]))
        seen = listed.with_user(stranger)
        with self.assertRaises(AccessError):
            seen.read(["amount"])
        for document in (listed.sudo().invoice_id, listed.sudo().bill_id):
            with self.assertRaises(AccessError):
                document.with_user(stranger).read(["amount_total"])
        with self.assertRaises(AccessError):
            listed.with_user(other).action_confirm()
        for role in ("manager", "agent"):
            with self.subTest(role), self.assertRaises(AccessError):
                self._list().with_user(self.users[role]).action_confirm()
