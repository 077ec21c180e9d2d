from odoo import models

from ...const import OPEN_CASE_STATES

UNDONE = ("draft", "canceled", "rejected")


class AccountPayment(models.Model):
    """A payment of a refund that is cancelled, or that the bank sends back."""

    _inherit = "account.payment"

    def write(self, vals):
        if vals.get("state") not in UNDONE:
            return super().write(vals)
        # sudo: whoever cancels a payment need not read the return behind it
        paid = self.filtered(lambda pay: pay.payment_type == "outbound").sudo()
        credits = (paid.invoice_ids | paid.reconciled_invoice_ids).sudo(False)
        result = super().write(vals)
        credits._tell_unpaid()
        return result


class AccountPartialReconcile(models.Model):
    """A credit note that is open again, whatever has opened it."""

    _inherit = "account.partial.reconcile"

    def unlink(self):
        credits = self.credit_move_id.move_id
        result = super().unlink()
        credits._tell_unpaid()
        return result


class AccountMove(models.Model):
    """Money that was out and is owed again."""

    _inherit = "account.move"

    def _tell_unpaid(self):
        """Finance is told where a return is done, and its money is to be paid again."""
        credits = self.exists().filtered("returns_order_id")
        if not credits:
            return
        # sudo: whoever opens a credit note need not read settlements
        rows = self.env["returns.settlement"].sudo()
        rows = rows.search(
            [
                ("move_id", "in", credits.ids),
                ("kind", "=", "credit_note"),
                ("state", "=", "to_pay"),
                ("order_id.case_state", "not in", OPEN_CASE_STATES),
            ]
        )
        self.env["returns.exception"].sudo()._raise(  # as above
            [
                {
                    "code": "payout_failed",
                    "order_id": row.order_id.id,
                    "move_id": row.move_id.id,
                    "company_id": row.company_id.id,
                    "cause": f"settlement {row.id}",
                    "note": self._unpaid_words(row),
                }
                for row in rows
            ]
        )

    def _unpaid_words(self, row):
        """Why it is open again: its payment is gone, or is only tied to it no more."""
        words = {
            "amount": row.currency_id.format(row.open_amount),
            "move": row.move_id.name,
            "name": row.order_id.name,
        }
        if row.currency_id.compare_amounts(row._paid_and_torn(), 0.0) > 0:
            return self.env._(
                "%(amount)s of %(move)s was paid, and its payment, which stands, was "
                "untied from it. %(name)s is done already; tie them together again, "
                "and pay nothing.",
                **words,
            )
        return self.env._(
            "%(amount)s of %(move)s was paid, and is open again: its payment was "
            "cancelled or came back. %(name)s is done already; pay it once more, or "
            "say why not.",
            **words,
        )
