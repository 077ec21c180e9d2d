from odoo import api, models

from .account_move_kept import RELEASING, Releasing


class AccountPartialReconcile(models.Model):
    """Credit notes of returns that are closed by an entry, without any money."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        closed = partials.filtered(lambda part: part._closes_without_money())
        if closed:
            closed._tell_closed()
        return partials

    def _closes_without_money(self):
        """Whether an entry by hand meets the credit note of a return.

        What pays one is a payment, a line of a bank statement, an invoice, or an entry
        of the return itself; a difference of exchange rates is none of anybody's.
        """
        if not self.credit_move_id.move_id.returns_order_id:
            return False
        entry = self.debit_move_id.move_id
        return (
            entry.move_type == "entry"
            and not entry.origin_payment_id
            and not entry.statement_line_id
            and entry.journal_id != entry.company_id.currency_exchange_journal_id
            and bool(entry._not_released())
        )

    def _tell_closed(self):
        self.env["returns.exception"].sudo()._raise(  # sudo: whoever reconciled them
            [
                {
                    "code": "unexplained_credit",
                    "order_id": credit.returns_order_id.id,
                    "move_id": credit.id,
                    "company_id": credit.company_id.id,
                    "cause": f"closed {part.id}",
                    "note": self.env._(
                        "%(amount)s of %(move)s was closed by %(entry)s, which is no "
                        "payment: the customer of %(name)s has got nothing for it. Say "
                        "why, or take the reconciliation back and pay it.",
                        amount=credit.currency_id.format(part.credit_amount_currency),
                        move=credit.name,
                        entry=part.debit_move_id.move_id.name,
                        name=credit.returns_order_id.name,
                    ),
                }
                for part in self
                for credit in part.credit_move_id.move_id.sudo()
            ]
        )


class AccountMoveLine(models.Model):
    """The machine's own entries say so while they are reconciled."""

    _inherit = "account.move.line"

    def _returns_reconcile(self, entry):
        """Reconcile these as the record behind ``entry`` does it."""
        return self.with_context(**{RELEASING: Releasing(entry)}).reconcile()
