"""Store credit for goods that were paid in advance and are not billed any more."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.returns_governance.const import RECEIVABLE

from ..models.returns_card_books import Side


class ReturnsStoreCredit(models.AbstractModel):
    """Gives store credit for prepayments, as it does for credit notes.

    There is no document: the entry meets the customer's own payment, so that this
    cannot be paid back or used for a bill as well. Of several payments for the same
    goods, and of down payments, the first ones give what was asked for as credit. What
    cannot be booked stops no goods: it waits, with an exception.
    """

    _inherit = "returns.store.credit"

    def _settle(self, settlements):
        waiting = super()._settle(settlements)
        prepaid = settlements.filtered(lambda row: row.kind == "prepaid")
        for row in prepaid if self._asked_of(prepaid) else ():
            if row.state == "to_pay" and not self._try_give(row):
                waiting |= row
        return waiting

    def _give_what_waits(self):
        """Give what could not be given when it was due, or was not confirmed then."""
        rows = self.env["returns.settlement"].search(
            [
                ("kind", "=", "prepaid"),
                ("state", "=", "to_pay"),
                ("hand_amount", ">", 0),
                ("less_id.line_ids.line_id.resolution", "=", "store_credit"),
            ]
        )
        if rows:
            self.env["returns.payout"]._prepare(rows)

    def _asked_of(self, rows):
        return "store_credit" in self._items(rows).line_id.mapped("resolution")

    def _try_give(self, row):
        """Give what is due of it; where that fails, finance is told.

        :return: whether nothing of it waits
        """
        try:
            with self.env.cr.savepoint():
                self._give(row)
        except UserError as error:
            self._tell_not_given(row, self.env["returns.order"]._plain(error))
            return False
        if row.state == "paid":
            self.env["returns.posting"]._prepaid_paid(row)
        return True

    def _tell_not_given(self, row, why):
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "payout_failed",
                    "order_id": row.order_id.id,
                    "company_id": row.company_id.id,
                    "cause": f"settlement {row.id}",
                    "note": self.env._(
                        "%(amount)s of %(payment)s could not be given as store credit: "
                        "%(why)s Put that right; it is tried again by itself.",
                        amount=row.currency_id.format(row.open_amount),
                        payment=row.credit_name,
                        why=why,
                    ),
                }
            ]
        )

    # --- how much ---------------------------------------------------------------------
    def _items(self, rows):
        return super()._items(rows) | (rows | rows.reverses_id).less_id.line_ids

    def _share(self, row):
        less = row.less_id
        if not less:
            return super()._share(row)
        due = self._due(less)
        whole = sum(due.values())
        left = max(0.0, whole - sum(less.prepaid_ids._store_credits().mapped("amount")))
        return {line: part * left / whole for line, part in due.items() if whole > 0}

    def _due(self, less):
        """{line: what of it is due as store credit}, less what was taken back."""
        found = {}
        for row in less | less.reversal_ids:
            for line, part in self._asked(row).items():
                found[line] = found.get(line, 0.0) + part
        return found

    def _too_much(self, row):
        less = row.reverses_id.less_id
        return self._given_too_much(less) if less else super()._too_much(row)

    def _given_too_much(self, less):
        given = sum(less.prepaid_ids._store_credits().mapped("amount"))
        return given - sum(self._due(less).values())

    # --- cards and books --------------------------------------------------------------
    def _customer(self, row):
        orders = row.less_id.line_ids.sale_line_id.order_id
        return super()._customer(row) or orders.partner_invoice_id[:1]

    def _book(self, row, document, amount, bonus):
        if row.kind != "prepaid":
            return super()._book(row, document, amount, bonus)
        items, words = self._entered(row, amount, bonus)
        return self._enter_items(row, self._side(row), items, words)

    def _side(self, row):
        """The customer's side, at the rate at which the payment was booked."""
        item, payment = row._received_items()[:1], row.received_id
        if item.balance and item.amount_currency:
            rate = item.amount_currency / item.balance
        else:
            rate = self.env["res.currency"]._get_conversion_rate(
                row.company_id.currency_id, row.currency_id, row.company_id
            )
        partner = item.partner_id or payment.partner_id.commercial_partner_id
        return Side(item.account_id or payment.destination_account_id, partner, rate)

    def _booked(self, credit, entry):
        """The entries of a prepayment meet each other first, then the payment."""
        if credit.kind != "prepaid":
            return
        entries = credit._store_credits().entry_id
        items = entries._returns_released().line_ids.filtered(
            lambda item: item.account_type == RECEIVABLE
        )
        if len(entries) > 1:
            items.remove_move_reconcile()
            items._returns_reconcile(entries)
        for one in entries:
            if one.line_ids.filtered(
                lambda item: item.account_type == RECEIVABLE and not item.reconciled
            ):
                self._meet(one, credit.source_move_id)

    # --- take back --------------------------------------------------------------------
    def _take_prepaid_back(self, rows):
        """Goods are billed again: what was given for them leaves the cards."""
        if not self._asked_of(rows):
            return
        for row in rows.sorted("id", reverse=True):
            self._take(row, row, self._given_too_much(row.less_id))

    def _tell_spent(self, row, card, spent):
        if row.kind != "prepaid":
            return super()._tell_spent(row, card, spent)
        return self.env["returns.exception"]._raise(
            [
                {
                    "code": "store_credit_spent",
                    "order_id": row.order_id.id,
                    "company_id": row.company_id.id,
                    "cause": f"settlement {row.id}",
                    "note": self.env._(
                        "The goods are billed again, and %(spent)s of what was put on "
                        "%(card)s was spent already. The bill stays open by as much: "
                        "ask the customer for it.",
                        spent=row.currency_id.format(spent),
                        card=self._masked(card),
                    ),
                }
            ]
        )


class ReturnsPrepaid(models.AbstractModel):
    """Where goods are billed again, what was given as store credit is taken back."""

    _inherit = "returns.prepaid"

    def _take_back(self, rows, reason):
        result = super()._take_back(rows, reason)
        # sudo: the machine's, as there
        prepaid = rows.sudo().filtered(lambda row: row.kind == "prepaid")
        self.env["returns.store.credit"].sudo()._take_prepaid_back(prepaid)
        return result
