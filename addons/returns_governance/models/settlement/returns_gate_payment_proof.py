from odoo import models

from ...const import BILLS


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
        # A provider says what its payment was for; any other may be for any bill.
        for move in sorted(received, key=lambda entry: not self._told_by(entry)):
            known = self._known(move, received[move], items.currency_id[:1])
            known = max(0.0, known - kept.get(move, 0.0))
            free = known
            for bill in self._bills_meant(move) if self._told_by(move) else list(debts):
                owed = min(free, debts.get(bill, 0.0))
                debts[bill] = debts.get(bill, 0.0) - owed
                free -= owed
            total += max(free, min(known, promised.get(move, 0.0)))
        return total

    def _known(self, move, left, currency):
        """What of an entry's open amount is known to have come in."""
        payment = move.origin_payment_id
        if not payment:
            return left  # a line of the bank's statement
        unproved = payment._returns_unproved()
        if payment.currency_id != currency:
            return 0.0 if unproved else left
        # Of an entry that says more than its payment, nobody has seen the rest.
        return min(left, payment.amount) - unproved

    def _told_by(self, entry):
        """The provider's transaction that made a payment; that the payment names one
        is not enough, since that can be typed."""
        payment = entry.origin_payment_id
        transaction = payment.payment_transaction_id
        return transaction.filtered(lambda tx: tx.payment_id == payment)

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

    def _bills_meant(self, entry):
        """The bills that a provider's payment was for, and those of the same orders."""
        transaction = self._told_by(entry)
        bills = transaction.invoice_ids
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
