"""What came in, and nothing else, is a ground to pay a customer."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .payout_common import PayoutCommon


@tagged("post_install", "-at_install")
class TestPrepaidGround(PayoutCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        cls.finance.group_ids += cls.env.ref("account.group_account_invoice")

    def _prepaid_row(self, back):
        return back.settlement_ids.filtered(lambda row: row.kind == "prepaid")

    def _statement(self, payment, amount):
        """The bank's statement says that the payment came in."""
        items = payment.sudo()._seek_for_lines()[0]
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "payment_ref": "By transfer",
                "amount": amount,
                "partner_id": self.partner.id,
                "counterpart_account_id": items.account_id.id,
            }
        )
        found = self.env["account.move.line"].search(
            [
                ("account_id", "=", items.account_id.id),
                ("statement_line_id", "!=", False),
                ("partner_id", "=", self.partner.id),
                ("reconciled", "=", False),
            ]
        )
        (items | found).sudo().reconcile()

    def _deliver_some(self, order, units):
        picking = order.picking_ids.filtered(lambda known: known.state != "done")
        picking.action_assign()
        for move in picking.move_ids:
            move.quantity = units.get(move.product_id, 0.0)
            move.picked = bool(move.quantity)
        picking._action_done()

    def _torn_off(self, order):
        """The clerk unreconciles the bills of an order from what has paid them."""
        order.invoice_ids.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        ).with_user(self.clerk).remove_move_reconcile()

    def test_a_payment_that_a_person_invented_pays_nothing_back(self):
        self._account().allow_out_payment = True
        order = self._sell(until="delivered")
        invented = self._receipt(180.0, self.clerk)
        # Paid out past any return: to the clerk's friend.
        with self.assertRaises(AccessError) as denied:
            self._receipt(180.0, self.clerk, payment_type="outbound")
        self.assertIn("came in", str(denied.exception))
        back = self._create_return(order, until="inspected")
        row = self._prepaid_row(back)
        self.assertEqual((row.state, row.open_amount), ("to_pay", 180.0))
        self.assertEqual((row.unproved_amount, row.hand_amount), (180.0, 0.0))
        self.assertEqual((back.money_state, back.next_step), ("due", "settle"))
        self.assertIn("confirm that", back.next_words)
        self.assertIn(f"other than {self.clerk.name}", back.next_words)
        self.assertIn(invented.name, back.next_words)
        # The controller's page holds it, and says why and what is to be done.
        board = self.env["returns.money.board"].with_user(self.finance)
        panels = {p["key"]: p for p in board.retrieve_money_board()["panels"]}
        [part] = panels["confirm"]["parts"]
        self.assertEqual((panels["confirm"]["count"], part["count"]), (1, 1))
        owed = {part["label"]: part for part in panels["owed"]["parts"]}
        self.assertIn("Paid before any bill, not paid back", owed)
        self.assertIn("came in", part["label"])
        with self.assertRaisesRegex(UserError, "Nothing of this"):
            self._dialog(row)
        for user, code in ((self.clerk, "ACCESS_DENIED"), (self.users["agent"], "ACC")):
            with self.assertRaisesRegex(AccessError, code):
                invented.with_user(user).action_returns_came_in()
        for vals in ({"returns_proved_by_id": self.finance.id},):
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                invented.with_user(self.clerk).write(vals)
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                self._receipt(1.0, self.clerk, **vals)
        # Another controller than who made it looks, and it goes on.
        row.with_user(self.finance).action_came_in()
        self.assertEqual(invented.returns_proved_by_id, self.finance)
        self.assertEqual((row.unproved_amount, row.hand_amount), (0.0, 180.0))
        self.assertIn("came_in", back.event_ids.mapped("what"))
        self.assertIn("To pay by hand", back.next_words)
        self._dialog(row).action_confirm()
        self.assertEqual((row.state, back.money_state), ("paid", "settled"))

    def test_nobody_confirms_a_payment_of_his_own_nor_another_after_it(self):
        own = self._receipt(50.0, self.finance)
        with self.assertRaisesRegex(UserError, "SELF_APPROVAL.*bank's statement"):
            own.action_returns_came_in()
        payment = self._receipt(1.0, self.clerk)
        payment.with_user(self.finance).action_returns_came_in()
        self.assertEqual(payment.returns_doubt, 0.0)
        payment.action_draft()
        payment.amount = 500.0
        payment.action_post()
        self.assertEqual(payment.returns_doubt, 500.0)
        with self.assertRaises(AccessError):
            self._receipt(1.0, self.clerk, payment_type="outbound")

    def test_the_bank_the_provider_or_the_setting_say_that_it_came_in(self):
        payment = self._receipt(180.0, self.clerk)
        order = self._sell(until="delivered")
        back = self._create_return(order, until="inspected")
        row = self._prepaid_row(back)
        self.assertEqual(row.unproved_amount, 180.0)
        self._statement(payment, 100.0)
        self.assertEqual((row.unproved_amount, row.hand_amount), (80.0, 100.0))
        self._statement(payment, 80.0)
        self.assertEqual((row.unproved_amount, row.hand_amount), (0.0, 180.0))
        # A company that keeps no statements takes the books at their word.
        self._receipt(60.0, self.clerk)
        order = self._sell([(self.shirt, 1.0)], until="delivered")
        row = self._prepaid_row(self._create_return(order, until="inspected"))
        self.assertEqual((row.unproved_amount, row.hand_amount), (60.0, 0.0))
        self.company.returns_payment_proof = "booked"
        self.assertEqual((row.unproved_amount, row.hand_amount), (0.0, 60.0))
        self.company.returns_payment_proof = "four_eyes"
        online = self._sell([(self.shirt, 1.0)], until="delivered")
        self._online(online, 60.0)
        row = self._prepaid_row(self._create_return(online, until="inspected"))
        self.assertEqual((row.unproved_amount, row.state), (0.0, "to_pay"))

    def test_money_torn_off_a_bill_that_stays_is_no_ground(self):
        """Two shirts are billed and paid for; the belt was never billed or paid."""
        self.company.returns_payment_proof = "booked"
        lines = [(self.shirt, 2.0), (self.belt, 1.0)]
        order = self._sell(lines, until="confirmed")
        shirt, belt = order.order_line
        self._deliver_some(order, {self.shirt: 2.0})
        bill = self._invoice(order)
        self._online(order, 120.0)
        self._deliver_some(order, {self.belt: 1.0})
        self.assertEqual((bill.amount_total, bill.payment_state), (120.0, "paid"))
        self.assertEqual((shirt.qty_to_invoice, belt.qty_to_invoice), (0.0, 1.0))
        self._torn_off(order)
        self.assertEqual(bill.amount_residual, 120.0)
        back = self._create_return(order, [(belt, 1.0)], until="inspected")
        self.assertEqual(
            back.settlement_ids.mapped("kind"), ["less_to_invoice"], "nothing was paid"
        )
        # Nor is it one for a payment by hand, tied to its order or to nothing.
        with self.assertRaises(AccessError):
            self._receipt(60.0, self.clerk, payment_type="outbound")
        other = self._sell([(self.shirt, 1.0)], until="invoiced")
        loose = self._receipt(60.0, self.clerk)
        (loose.move_id | other.invoice_ids).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        ).reconcile()
        self._torn_off(other)
        with self.assertRaises(AccessError):
            self._receipt(60.0, self.clerk, payment_type="outbound")
        # What nobody owes is given back.
        self._receipt(45.0, self.clerk)
        self._receipt(45.0, self.clerk, payment_type="outbound")
