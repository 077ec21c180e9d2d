from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestSettleCorrections(ReturnsCommon):
    """A refund that was wrong is taken back; what a channel paid is not paid again."""

    def _reverse(self, verb, rows, user, reason="A mistake"):
        return self._step(verb, user)._reverse(rows.with_user(self.users[user]), reason)

    def test_a_posted_refund_is_taken_back_by_a_document(self):
        order = self._sell(until="invoiced")
        back = self._create_return(order, until="inspected")
        row = back.settlement_ids
        invoice = row.invoice_id
        self.assertAlmostEqual(invoice.amount_residual, 0.0, 2)
        with self.assertRaisesRegex(AccessError, "ACCESS_DENIED"):
            self._reverse("settle", row, "agent")
        with self.assertRaisesRegex(UserError, "BAD_REQUEST"):
            self._reverse("settle", row, "finance", "")
        counter = self._reverse("settle", row, "finance")
        self.assertEqual(counter.reverses_id, row)
        self.assertAlmostEqual(counter.amount, -180.0, 2)
        bill = counter.move_id
        self.assertEqual((bill.move_type, bill.state), ("out_invoice", "posted"))
        self.assertAlmostEqual(bill.amount_total, 180.0, 2)
        self.assertAlmostEqual(bill.amount_tax, row.move_id.amount_tax, 2)
        self.assertEqual(back.line_ids.quantity_refunded, 0.0)
        self.assertEqual(back.amount_settled, 0.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        self.assertEqual(back.case_state, "authorised", "it is open again")
        sold = back.line_ids.sold_line_id
        self.assertAlmostEqual(sold.amount_credited, 0.0, 2)
        with self.assertRaisesRegex(UserError, "RETURN_STATE"):
            self._reverse("settle", row, "finance")
        # It waits for a person, who pays it after all.
        self.assertEqual(
            self.env["returns.step.settle"]._held_because(back)[back],
            ["awaiting_release"],
        )
        back.with_user(self.users["finance"]).action_release("It was right")
        self.assertAlmostEqual(back.amount_settled, 180.0, 2)
        self.assertAlmostEqual(sold.amount_credited, 180.0, 2)

    def test_a_draft_refund_is_cancelled(self):
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        row = back.settlement_ids
        self.assertFalse(self._reverse("settle", row, "finance"))
        self.assertEqual(row.state, "cancelled")
        self.assertEqual(row.move_id.state, "cancel")
        self.assertEqual(back.money_state, "due")

    def test_a_refund_before_the_invoice_is_billed_again(self):
        order = self._sell([(self.shirt, 5.0)], until="delivered")
        back = self._create_return(order, [(order.order_line, 2.0)], until="inspected")
        self.assertEqual(order.order_line.qty_to_invoice, 3.0)
        self._reverse("settle", back.settlement_ids, "finance")
        self.assertEqual(back.line_ids.quantity_refunded, 0.0)

    def test_a_wrong_scan_takes_its_refund_along(self):
        order = self._sell(until="invoiced")
        back = self._create_return(order)
        decision = back.line_ids.decision_id
        decision._machine_write(
            {"outcomes": {**decision.outcomes, "release": "receipt"}}
        )
        self._receive(back)
        self.assertEqual(back.line_ids.quantity_refunded, 3.0)
        self._reverse("receive", back.receipt_ids, "warehouse_lead")
        self.assertEqual(back.line_ids.quantity_refunded, 0.0)
        self.assertEqual(len(back.settlement_ids), 2)
        self._receive(back, {back.line_ids: 2.0})
        self.assertEqual(back.line_ids.quantity_refunded, 2.0)
        self.assertAlmostEqual(back.amount_settled, 120.0, 2)

    def test_a_wrong_grade_takes_the_refund_of_its_units_along(self):
        order = self._sell([(self.shirt, 3.0)], until="invoiced")
        back = self._create_return(order, until="received")
        line = back.line_ids
        self._inspect(back, self.grade_a, {line: 2.0})
        self._inspect(back, self.grade_d, {line: 1.0})
        wrong = back.inspection_ids.filtered(
            lambda row: row.condition_id == self.grade_d
        )
        self._reverse("inspect", wrong, "warehouse_lead")
        self.assertEqual(line.quantity_refunded, 2.0)
        self._inspect(back, self.grade_a, {line: 1.0})
        self.assertEqual(line.quantity_refunded, 3.0)
        self.assertAlmostEqual(back.amount_settled, 180.0, 2)

    def test_what_was_paid_out_is_told_and_not_claimed_by_a_machine(self):
        back = self._create_return(until="inspected")
        self._pay(back.settlement_ids.move_id.with_user(self.users["finance"]))
        self._reverse("inspect", back.inspection_ids, "warehouse_lead")
        self.assertEqual(len(back.settlement_ids), 1)
        raised = back.exception_ids.filtered(lambda e: e.code == "gate_breached")
        self.assertEqual(raised.state, "open")
        self._inspect(back, self.grade_b)
        self.assertEqual(raised.state, "closed")
        self.assertEqual(len(back.settlement_ids), 1, "nothing is paid twice")

    # --- channel ------------------------------------------------------------------
    def _book(self, back, amount, **values):
        return self._step("settle", "integration")._book_channel_payment(
            back.with_user(self.users["integration"]),
            {
                "settlement_ref": "MP-1",
                "amount": amount,
                "currency": back.currency_id,
                "tender": "original",
                "occurred_at": fields.Datetime.now(),
                "lines": [],
                **values,
            },
        )

    def test_what_the_channel_paid_is_booked_and_never_paid_again(self):
        back = self._create_return(until="received")
        rows = self._book(back, 180.0)
        self.assertEqual(rows.kind, "channel_paid")
        self.assertEqual(rows.move_id.state, "posted")
        self.assertAlmostEqual(rows.move_id.amount_total, 180.0, 2)
        self.assertEqual(back.amount_settled, 180.0)
        raised = back.exception_ids.filtered(lambda e: e.code == "gate_breached")
        self.assertEqual(raised.state, "open")
        self._inspect(back)
        self.assertEqual(raised.state, "closed")
        self.assertEqual(back.settlement_ids, rows.with_env(self.env))
        self.assertFalse(back.outbox_ids)
        self.assertEqual(back.case_state, "closed")

    def test_a_part_that_the_channel_paid_leaves_the_rest(self):
        back = self._create_return()
        self._book(back, 70.0)
        self.assertAlmostEqual(back.amount_settled, 70.0, 2)
        self.assertAlmostEqual(back.settlement_ids.move_id.amount_total, 70.0, 2)
        self._receive(back)
        self._inspect(back)
        self.assertAlmostEqual(back.amount_settled, 180.0, 2)
        self.assertAlmostEqual(
            sum(back.settlement_ids.move_id.mapped("amount_total")), 180.0, 2
        )

    def test_more_than_was_owed_is_told(self):
        back = self._create_return(until="inspected")
        self._book(back, 205.0)  # 180 of it pay the credit note that waits
        raised = back.exception_ids.filtered(lambda e: e.code == "overpaid_by_channel")
        self.assertEqual(raised.state, "open")
        self.assertAlmostEqual(back.amount_settled, 205.0, 2)

    def test_lines_of_the_channel_say_what_was_paid(self):
        order = self._sell([(self.shirt, 2.0), (self.belt, 1.0)])
        back = self._create_return(order)
        shirt, belt = back.line_ids
        self._book(back, 60.0, lines=[{"line": shirt, "quantity": 1.0, "amount": None}])
        self.assertEqual(shirt.quantity_refunded, 1.0)
        self.assertEqual(belt.quantity_refunded, 0.0)
