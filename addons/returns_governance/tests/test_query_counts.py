import logging

from odoo import Command
from odoo.tests import tagged

from .common import ReturnsCommon

# Read by the runner for its table: name, value, goal.
_figures = logging.getLogger("figures")

# What a return may cost at most in a batch.
MOST_PER_RETURN = 20


@tagged("post_install", "-at_install")
class TestQueryCounts(ReturnsCommon):
    """From receipt to posted and reconciled credit note: no query in a loop."""

    def _sell_many(self, count):
        """Orders of one line each, delivered, invoiced and posted, of 10 customers."""
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}"} for n in range(min(count, 10))]
        )
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": partners[n % len(partners)].id,
                    "returns_channel_id": self.web.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": (self.shirt, self.belt)[n % 2].id,
                                "product_uom_qty": 1.0,
                            }
                        )
                    ],
                }
                for n in range(count)
            ]
        )
        orders.action_confirm()
        orders.picking_ids.action_assign()
        for move in orders.picking_ids.move_ids:
            move.picked = True
        orders.picking_ids._action_done()
        for order in orders:
            order._create_invoices()
        orders.invoice_ids.action_post()
        return orders

    def _take_back(self, backs):
        """Receive and inspect in one call each; the credit notes follow."""
        self._step("receive", "inspector")._run(
            backs.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": back.line_ids.product_id,
                        "quantity": 1.0,
                        "lot_name": False,
                        "warehouse": back.warehouse_id,
                    }
                ]
                for back in backs
            },
        )
        self._step("inspect", "inspector")._run(
            backs.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": back.line_ids.product_id,
                        "quantity": 1.0,
                        "lot_name": False,
                        "condition": self.grade_a,
                    }
                ]
                for back in backs
            },
        )
        if rows := backs.outbox_ids:
            rows._post_waiting(rows)

    def _count(self, size):
        orders = self._sell_many(size)
        backs = self._submit(*[self._request(order) for order in orders])
        self.env.flush_all()
        self.env.invalidate_all()
        # No vacuum sees what only this transaction has written, and without any
        # knowledge of it core's question for payments can take minutes.
        self.env.cr.execute("ANALYZE account_move, account_move_line, account_payment")
        self.env.cr.execute("ANALYZE account_partial_reconcile, sale_order_line")
        before = self.env.cr.sql_log_count
        self._take_back(backs)
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(set(backs.mapped("case_state")), {"closed"})
        self.assertEqual(set(backs.mapped("money_state")), {"settled"})
        for order in orders:
            invoice = order.invoice_ids.filtered(
                lambda move: move.move_type == "out_invoice"
            )
            self.assertEqual(invoice.payment_state, "reversed")
        return count

    def test_the_count_grows_by_few_queries_per_return(self):
        self.company.returns_posting = "queue"
        self._count(1)  # what is read once per process
        counts = {size: self._count(size) for size in (1, 10, 50)}
        growth = (counts[50] - counts[10]) / 40.0
        average = counts[50] / 50.0
        message = f"{counts}: {growth:.1f} per return more, {average:.1f} in all"
        self.assertLessEqual(average, MOST_PER_RETURN, message)
        self.assertLessEqual(growth, MOST_PER_RETURN, message)
        goal = f"<= {MOST_PER_RETURN}"
        for name, value in (("in all", average), ("per return more", growth)):
            name = f"queries of a return, batch of 50: {name}"
            _figures.info("%s: %s (%s)", name, f"{value:.1f}", goal)

    def test_an_item_of_the_books_asks_for_no_return_line(self):
        """Odoo walks from each item that is written to all that hangs on it."""
        books, seen = self.env["account.move.line"], set()

        def walk(tree):
            seen.update(str(field) for field in tree.root)
            for branch in tree.values():
                walk(branch)

        for name in ("debit", "balance", "amount_currency", "amount_residual"):
            walk(self.env.registry.get_field_trigger_tree(books._fields[name]))
        self.assertIn("returns.settlement.state", seen)
        settled = {
            "returns.settlement.counts",
            "returns.settlement.due_date",
            "returns.order.line.amount_settled",
            "sale.order.line.qty_to_invoice",
            "sale.order.line.returns_quantity_pending",
        }
        self.assertFalse(settled & seen)

    def test_every_order_of_a_batch_is_told_once_that_its_credit_was_paid(self):
        orders = self._sell_many(3)
        self._take_back(self._submit(*[self._request(order) for order in orders]))
        for order in orders:
            credit = order.invoice_ids.filtered(
                lambda move: move.move_type == "out_refund"
            )
            self.assertEqual(credit.payment_state, "paid")
            notes = order.message_ids.filtered(
                lambda note, credit=credit: f"{credit.name} paid" in (note.body or "")
            )
            self.assertEqual(len(notes), 1)
            self.assertTrue(notes.is_internal)
