from odoo import models

BILLS = ("out_invoice", "out_receipt")


class ReturnsGatePayment(models.AbstractModel):
    """What of unused payments is a ground to pay the customer.

    Money that came in, as far as the bank, a provider or a second person says so; and
    no money that was torn off a bill which stays in the books: to pay that back needs a
    credit note. What a return gives back of a payment has passed both already.
    """

    _inherit = "returns.gate.payment"

    def _unused(self, received, items, payments=None, refunds=None):
        promised = self._promised(received, payments, refunds)
        kept = self._kept_for_bills(received)
        debts = self._debts(items)
        total = 0.0
        # Those that say what they were for come first: the rest is anybody's.
        for move in sorted(received, key=lambda entry: not self._bills_of(entry)):
            payment = move.origin_payment_id
            known = received[move] - kept.get(move, 0.0)
            if payment:
                known -= payment._returns_unproved()
            known = max(0.0, known)
            bills = self._bills_of(move) or debts
            free = known
            for bill in bills:
                owed = min(free, debts.get(bill, 0.0))
                debts[bill] = debts.get(bill, 0.0) - owed
                free -= owed
            total += max(free, min(known, promised.get(move, 0.0)))
        return total

    def _debts(self, items):
        """{bill: what is open on it}, of goods for which the rules hold."""
        found = {}
        rollout = self.env["returns.rollout"]
        for item in items:
            move = item.move_id
            if move.move_type in BILLS and item.amount_residual_currency > 0:
                sold = move.line_ids.sale_line_ids
                if move in found or rollout._governed(sold):
                    found[move] = found.get(move, 0.0) + item.amount_residual_currency
        return found

    def _bills_of(self, entry):
        """The bills that a payment says that it is for; none where it says nothing."""
        payment = entry.origin_payment_id
        transaction = payment.payment_transaction_id
        bills = payment.invoice_ids | transaction.invoice_ids
        orders = bills.line_ids.sale_line_ids.order_id | transaction.sale_order_ids
        return bills | orders.invoice_ids

    def _promised(self, received, payments, refunds):
        """{entry: what returns give back of it}, with what is being paid just now."""
        # sudo: as in _open_items
        rows = self.env["returns.settlement"].sudo()
        rows = rows.search(
            [
                ("kind", "=", "prepaid"),
                ("source_move_id", "in", [move.id for move in received]),
            ]
        )
        found = {}
        for row in rows:
            now = row.paid_by_ids.filtered(
                lambda paid: (
                    (payments and paid.payment_id & payments)
                    or (refunds and paid.transaction_id & refunds)
                )
            )
            amount = row._ready_amount() + sum(now.mapped("amount"))
            found[row.source_move_id] = found.get(row.source_move_id, 0.0) + amount
        return found

    def _doubts(self, partner, company, currency):
        """Payments of a customer that nobody has confirmed, in words."""
        moves = self._open_items(partner, company, currency).move_id
        doubtful = moves.origin_payment_id.filtered("returns_doubt")
        if not doubtful:
            return ""
        return self.env._(
            " Nobody has confirmed yet that %(payments)s came in: match them with the "
            "bank's statement, or have another controller press The money came in "
            "on them.",
            payments=", ".join(doubtful.mapped("display_name")),
        )
