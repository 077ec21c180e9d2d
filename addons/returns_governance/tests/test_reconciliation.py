from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestReconciliation(ReturnsCommon):
    """Each credit note settles its own invoice, whatever else is posted with it.

    Odoo pairs posted credit notes with a list of invoices that names each one once, so
    that two credit notes for one invoice make the pairs behind them slip.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.returns_posting = "queue"

    def _take_back(self, *backs):
        """Receive and inspect them all; the queue posts in one batch."""
        for back in backs:
            self._receive(back)
            self._inspect(back)
        rows = self.env["returns.outbox"].union(*(back.outbox_ids for back in backs))
        self.assertGreater(len(rows), 1)
        rows._post_waiting(rows)

    def _settled_invoices(self, credit):
        """The documents that a credit note is reconciled with."""
        lines = credit.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        return (partials.debit_move_id | partials.credit_move_id).move_id - credit

    def _assert_own(self, back):
        invoice = back.line_ids.sale_line_id.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.state, "posted")
        self.assertEqual(self._settled_invoices(credit), invoice)
        self.assertEqual(credit.amount_residual, 0.0)

    def test_no_credit_note_of_a_batch_settles_a_wrong_invoice(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(3)]
        )
        orders = [
            self._sell([(self.shirt, 2.0), (self.belt, 2.0)], "invoiced", partner)
            for partner in partners
        ]
        # Two returns each of the first and last, so that two of the batch name one
        # invoice, before and behind those that name another.
        backs = [
            self._create_return(order, [(line, 1.0)])
            for order, lines in (
                (orders[0], orders[0].order_line),
                (orders[1], orders[1].order_line[0]),
                (orders[2], orders[2].order_line),
            )
            for line in lines
        ]
        self._take_back(*backs)
        for back in backs:
            self._assert_own(back)

    def test_one_invoice_for_two_orders_is_settled_by_both(self):
        orders = [self._sell([(self.shirt, 1.0)], "delivered") for _n in range(2)]
        self.env["sale.order"].union(*orders)._create_invoices().action_post()
        other = self._sell([(self.belt, 1.0)], "invoiced")
        backs = [self._create_return(order) for order in (*orders, other)]
        self._take_back(*backs)
        for back in backs:
            self._assert_own(back)
