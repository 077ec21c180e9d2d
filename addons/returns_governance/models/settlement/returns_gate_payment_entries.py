from odoo import SUPERUSER_ID, models

from ...guard import deny


class ReturnsGatePayment(models.AbstractModel):
    """An invoice that an entry by hand has settled was paid by nobody.

    Its credit note would be open, as of one that was paid. Where others than finance
    wrote the entry it gives no ground: finance pays it, and says what came in.
    """

    _inherit = "returns.gate.payment"

    def _explained(self, items, currency, payments=None, refunds=None):
        total = super()._explained(items, currency, payments, refunds)
        if self.env["returns.gate"]._is_finance():
            return total
        return total - self._by_entries(items, currency)

    def _check_payments(self, payments):
        result = super()._check_payments(payments)
        if self.env["returns.gate"]._is_finance():
            self.sudo()._tell_by_entries(payments.sudo())  # as in super()
        return result

    def _by_entries(self, items, currency):
        """What of the credit that is open here stands on entries by hand."""
        open_items = items.filtered(lambda item: item.amount_residual_currency < 0)
        total = 0.0
        for move, group in open_items.grouped("move_id").items():
            if move.move_type != "out_refund":
                continue
            left = -sum(group.mapped("amount_residual_currency"))
            left -= min(left, self._unpaid(move))
            total += min(left, self._settled_by_hand(self._bills_of(move)))
        return currency.round(total)

    def _settled_by_hand(self, bills):
        """What of bills was settled by entries that others than finance typed."""
        return sum(
            partial.debit_amount_currency
            for partial in bills.line_ids.matched_credit_ids
            if partial.debit_move_id.account_type == "asset_receivable"
            and self._is_typed(partial.credit_move_id.move_id)
        )

    def _is_typed(self, entry):
        """Whether a person other than finance typed an entry that settles a bill."""
        if entry.move_type != "entry" or self._liquidity_items(entry):
            return False
        if entry.origin_payment_id.move_id == entry:
            return False
        if entry.journal_id == entry.company_id.currency_exchange_journal_id:
            return False
        people = entry.create_uid | entry.write_uid | entry.line_ids.create_uid
        finance = "returns_governance.group_finance"
        return any(
            user.id != SUPERUSER_ID and not user.has_group(finance) for user in people
        )

    def _tell_by_entries(self, payments):
        """Finance pays on the ground of such an entry: it is to be explained."""
        for (partner, company, currency), group in (
            self._to_customers(payments)
            .grouped(lambda pay: (pay.partner_id, pay.company_id, pay.currency_id))
            .items()
        ):
            items = self._open_items(partner, company, currency)
            typed = self._by_entries(items - group.move_id.line_ids, currency)
            if currency.compare_amounts(typed, 0.0) <= 0:
                continue
            self.env["returns.exception"]._raise(
                [
                    {
                        "code": "unexplained_credit",
                        "move_id": payment.move_id.id,
                        "company_id": company.id,
                        "cause": f"payment {payment.id}",
                        "note": self.env._(
                            "%(amount)s was paid to %(partner)s, whose invoice was "
                            "settled by an entry by hand (%(typed)s). Say what money "
                            "came in.",
                            amount=currency.format(payment.amount),
                            partner=partner.display_name,
                            typed=currency.format(typed),
                        ),
                    }
                    for payment in group
                ]
            )

    def _refuse_or_note(self, payments, amount, owed):
        """Say it where an entry by hand is all that the credit stands on."""
        partner, company = payments.partner_id, payments.company_id
        currency = payments.currency_id
        if not self.env["returns.gate"]._is_finance():
            items = self._open_items(partner, company, currency)
            typed = self._by_entries(items - payments.move_id.line_ids, currency)
            if currency.compare_amounts(typed, 0.0) > 0:
                deny(
                    self.env._(
                        "%(amount)s to pay to %(partner)s: %(typed)s of what is open "
                        "belongs to invoices that an entry by hand has settled, and "
                        "no payment. Only finance can pay it.",
                        amount=currency.format(amount),
                        partner=partner.display_name,
                        typed=currency.format(typed),
                    )
                )
        return super()._refuse_or_note(payments, amount, owed)
