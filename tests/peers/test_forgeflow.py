"""ForgeFlow `stock-rma`: its scenarios, answered by ours."""

from odoo import Command
from odoo.tests import tagged

from peers.peer import PeerCase


@tagged("post_install", "-at_install")
class TestForgeFlow(PeerCase):
    """Groups with lines and operations there; one return with a policy here."""

    def _serial_order(self, *names):
        camera = self._make_product("Camera", 90.0, 40.0, tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": camera.id} for name in names]
        )
        for lot in lots:
            self._stock(camera, 1.0, lot)
        order = self._sell([(camera, float(len(names)))], until="confirmed")
        order.picking_ids.action_assign()
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self._invoice(order)
        return order

    def test_a_fixed_and_a_percent_discount_are_given_back(self):
        """#583, discount of the refund: the refund was higher than the invoice."""
        order = self._sell([(self.shirt, 4.0, {"discount": 12.5})])
        back = self._create_return(order, [(order.order_line, 3.0)], until="inspected")
        credit = self._credit(back)
        self.assertEqual(credit.invoice_line_ids.discount, 12.5)
        self.assertEqual(credit.amount_untaxed, 131.25)
        self.assertEqual(credit.amount_total, 157.5)

    def test_the_fiscal_position_of_the_order_holds_for_the_refund(self):
        """rma_account, fiscal position: taxes are those that the customer bore."""
        abroad = self.env["account.fiscal.position"].create({"name": "Abroad"})
        lower = self.tax.copy(
            {
                "name": "Test 5%",
                "amount": 5.0,
                "fiscal_position_ids": [Command.set(abroad.ids)],
                "original_tax_ids": [Command.set(self.tax.ids)],
            }
        )
        order = self._sell(
            [(self.shirt, 2.0)], until="delivered", fiscal_position_id=abroad.id
        )
        self.assertEqual(order.order_line.tax_ids, lower)
        self._invoice(order)
        self.partner.property_account_position_id = False
        credit = self._credit(self._create_return(order, until="inspected"))
        self.assertEqual(credit.fiscal_position_id, abroad)
        self.assertEqual(credit.invoice_line_ids.tax_ids, lower)
        self.assertEqual(credit.amount_total, 105.0)

    def test_nothing_is_due_before_the_goods_and_all_of_it_after(self):
        """rma_account, refund operation: *received* gives 0 to refund at first."""
        back = self._create_return(self._sell([(self.shirt, 2.0)]))
        self.assertEqual(back.amount_due, 120.0)
        self.assertEqual(back.line_ids.quantity_released, 0.0)
        self.assertEqual(back.money_state, "held")
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.line_ids.quantity_released, 2.0)

    def test_there_is_one_refund_however_often_it_is_asked_for(self):
        """rma_account, create refund: one refund, and then 0 to refund."""
        back = self._create_return(self._sell([(self.shirt, 2.0)]), until="inspected")
        self.env["returns.step.advance"]._after(back)
        self.assertRefused(
            "RETURN_STATE",
            lambda: back.with_user(self.users["finance"]).action_release("Once more"),
        )
        self.assertEqual(len(self._credit(back)), 1)
        self.assertEqual(back.line_ids.quantity_refunded, 2.0)

    def test_goods_are_received_in_parts_and_what_is_open_is_known(self):
        """rma, partial receipt of three products: incoming, received and to receive
        are right for each line after each part."""
        hat = self._make_product("Hat", 15.0, 5.0)
        order = self._sell([(self.shirt, 3.0), (self.belt, 5.0), (hat, 2.0)])
        back = self._create_return(order)
        shirt, belt, cap = back.line_ids
        self._receive(back, {shirt: 1.0, belt: 5.0})
        open_now = back.line_ids._open_to_receive()
        self.assertEqual(
            [open_now[line] for line in (shirt, belt, cap)], [2.0, 0.0, 2.0]
        )
        self._receive(back, {shirt: 2.0, cap: 2.0})
        self.assertEqual(set(back.line_ids._open_to_receive().values()), {0.0})
        self.assertEqual(back.goods_state, "received")

    def test_the_same_receipt_counts_once(self):
        """rma, receipt once only: the wizard offered the same goods again."""
        back = self._create_return(self._sell([(self.shirt, 2.0)]))
        robot = self.env["returns.order"].with_user(self.users["integration"])
        receipt = {
            "receipt_ref": "DOCK-1",
            "warehouse": self.warehouse.code,
            "return": back.name,
            "lines": [{"sku": "SHIRT", "quantity": 2}],
        }
        for _time in range(2):
            robot.api_receive(receipt)
        self.assertEqual(back.line_ids.quantity_received, 2.0)
        self.assertEqual(len(back.receipt_ids), 1)
        self.assertFalse(self._open_exceptions(back))

    def test_a_serial_of_somebody_else_is_taken_and_not_paid(self):
        """rma, tracking by serial: the number must be one that was delivered."""
        order = self._serial_order("S1", "S2")
        back = self._create_return(order, [(order.order_line, 1.0)])
        self._receive(back, lot_name="S9")
        self.assertEqual(self._open_exceptions(back), ["serial_mismatch"])
        self._inspect(back, lot_name="S9")
        self.assertFalse(self._credit(back))
        self.assertEqual(back.line_ids.quantity_released, 0.0)

    def test_each_serial_comes_back_as_itself(self):
        """rma, tracking by serial: the unit that was sent is the unit on the move."""
        order = self._serial_order("S1", "S2")
        back = self._create_return(order)
        for name in ("S2", "S1"):
            self._receive(back, {back.line_ids: 1.0}, lot_name=name)
        self.assertEqual(back.receipt_ids.lot_id.mapped("name"), ["S2", "S1"])
        self.assertEqual(set(back.receipt_ids.mapped("serial_ok")), {True})

    def test_all_lines_cancelled_is_a_cancelled_return(self):
        """rma, state of the group: it said *done* there."""
        order = self._sell([(self.shirt, 1.0), (self.belt, 1.0)])
        back = self._create_return(order)
        for line in back.line_ids:
            self._cancel(back, [(line, 1.0)])
        self.assertEqual(back.case_state, "cancelled")
        self.assertEqual(back.goods_state, "none")
        self.assertEqual(back.amount_due, 0.0)

    def test_a_return_that_waits_for_approval_waits(self):
        """rma, approval: a line is received only when it is approved; here goods that
        come before are taken, and a person is told."""
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        self.assertEqual(back.case_state, "to_approve")
        self._receive(back, {back.line_ids: 1.0})
        self.assertEqual(self._open_exceptions(back), ["not_authorised"])
        self.assertFalse(self._credit(back))

    def test_nothing_stays_open_between_refund_and_invoice(self):
        """rma_account_unreconciled: what a line left unreconciled is 0 at the end."""
        order = self._sell([(self.shirt, 2.0)], until="invoiced")
        back = self._create_return(order, until="inspected")
        documents = self._credit(back) | self._invoice_of(order)
        receivable = documents.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        self.assertEqual(set(receivable.mapped("amount_residual")), {0.0})
        self.assertEqual(set(documents.mapped("payment_state")), {"reversed", "paid"})
