from odoo import models

from ...const import BILLS
from ...guard import deny, with_pass


class ReturnsGate(models.AbstractModel):
    """A bill in the place of another: below what was paid for that one, it gives money
    back that nothing came back for, which is a right of finance."""

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        result = super()._check_posted(moves)
        bills = moves.sudo().filtered(  # as in super()
            lambda move: (
                move.move_type in BILLS
                and move.returns_credit_kind != "return"
                # Which document it reverses can be typed: what was paid for it counts.
                and (
                    move.returns_freed_amount
                    or move.reversed_entry_id.move_type != "out_refund"
                )
                and self._is_in_scope(move)
            )
        )
        if bills:
            self.sudo()._check_replaced(bills)  # as in super()
        return result

    def _check_replaced(self, bills):
        for bill in bills:
            self._check_given_up(bill, bill.returns_freed_amount, bill.amount_total)
        for correction in self._corrections_of(bills):
            anew = self._bills_anew(correction, bills)
            if not anew:
                continue
            bill = anew.filtered(lambda move: move in bills)[-1:]
            given = sum(anew.mapped("amount_total"))
            if anew.currency_id == correction.currency_id:
                self._check_given_up(bill, correction.returns_freed_amount, given)
            values = {"returns_reissue_id": bill.id}
            if correction.returns_reissue_id != bill:
                with_pass(correction, "write", values).write(values)

    def _corrections_of(self, bills):
        """The corrections that these bills may stand in for, in one query."""
        sold = self._sold(bills)
        if not sold:
            return bills.browse()
        return (
            self.env["account.move"]
            .search(
                [
                    ("returns_credit_kind", "=", "correction"),
                    ("state", "=", "posted"),
                    ("line_ids.sale_line_ids", "in", sold.ids),
                ]
            )
            .filtered(
                lambda move: (
                    move.returns_reissue_id in bills
                    or move.returns_reissue_id.state != "posted"
                )
            )
        )

    def _bills_anew(self, correction, bills):
        """The bills in the place of the one that ``correction`` reverses; none while
        something of it is left to bill."""
        known = correction.returns_reissue_id
        if known in bills:
            return known
        if known.state == "draft":
            return bills.browse()
        # The draft was deleted or cancelled, and the order is billed again.
        sold = self._sold(correction)
        if any(line.qty_to_invoice > 0 for line in sold):
            return bills.browse()
        return sold.invoice_lines.move_id.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type in BILLS
                and move.id > correction.id
                and move.returns_credit_kind != "return"
            )
        ).sorted("id")

    def _check_given_up(self, bill, paid, given):
        """Finance alone bills less than was paid already, and says why."""
        currency = bill.currency_id
        if currency.compare_amounts(given, paid) >= 0:
            return
        words = {
            "bill": bill.display_name,
            "paid": currency.format(paid),
            "given": currency.format(given),
        }
        if not self._is_finance():
            deny(
                self.env._(
                    "%(bill)s takes the place of an invoice of which %(paid)s was "
                    "paid, and bills %(given)s: the rest would be given back without "
                    "a return. Bill at least what was paid, make a return of the "
                    "order, or ask finance to post it.",
                    **words,
                )
            )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "unexplained_credit",
                    "move_id": bill.id,
                    "company_id": bill.company_id.id,
                    "cause": f"move {bill.id}",
                    "note": self.env._(
                        "%(bill)s bills %(given)s, and %(paid)s was paid for the "
                        "invoice that it takes the place of. Say what for.",
                        **words,
                    ),
                }
            ]
        )


class ReturnsGatePayment(models.AbstractModel):
    """Money that became free of a bill is kept for the bill in its place."""

    _inherit = "returns.gate.payment"

    def _corrected(self, partner, company, currency):
        """Paid for bills that left the books, or were reversed to be issued anew, and
        open until they are billed again; nothing else of the customer's is held."""
        moves = (
            self.env["account.move"]
            .sudo()  # as in _open_items
            .search(
                [
                    ("partner_id", "child_of", partner.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    ("returns_freed_amount", ">", 0.0),
                ]
            )
        )
        # What of it are payments is kept where those are counted (_unused).
        return sum(
            move._freed_open() - move._freed_open(payments=True)
            for move in moves
            if self._is_awaited(move)
        )

    def _kept_for_bills(self, received):
        """{entry: what of it waits for a bill in the place of one that it had paid}.

        :param dict received: {entry of a payment: what is open of it}
        """
        moves = self.env["account.move"].sudo()  # as in _open_items
        moves = moves.search(
            [
                ("returns_freed_amount", ">", 0.0),
                ("returns_freed_ids.move_id", "in", [entry.id for entry in received]),
            ]
        )
        found = {}
        for move in moves:
            left = move._freed_open(payments=True) if self._is_awaited(move) else 0.0
            for entry in move.returns_freed_ids.move_id & move.union(*received):
                kept = min(left, received[entry] - found.get(entry, 0.0))
                found[entry] = found.get(entry, 0.0) + kept
                left -= kept
        return found

    def _is_awaited(self, move):
        """Whether a bill is still to come in the place of one that was paid."""
        if move.returns_credit_kind == "correction":
            if move.state != "posted" or move.returns_reissue_id.state == "posted":
                return False
            return True
        if move.state == "cancel":
            sold = self.env["returns.gate"].sudo()._sold(move)
            return any(line.qty_to_invoice > 0 for line in sold)
        return move.state == "draft"
