from odoo import models

from .returns_reason_wizard import KINDS

OUTBOX = "returns.outbox"
KINDS["paid"] = {OUTBOX}
KINDS["unpaid"] = {OUTBOX}
KINDS["instead"] = {OUTBOX}


class ReturnsReasonWizard(models.TransientModel):
    """Say what became of a payout, or that it is paid by hand instead."""

    _inherit = "returns.reason.wizard"

    def _records(self):
        if self.env.context.get("active_model") == OUTBOX:
            return self.env[OUTBOX].browse(self._context_ids()).exists()
        return super()._records()

    def _question_paid(self, payouts):
        return self.env._(
            "Was %(sums)s paid back, as you have seen at the provider? The refund is "
            "booked as paid, and nothing is sent any more.",
            sums=self._sums_in_words(payouts),
        )

    def _question_unpaid(self, payouts):
        return self.env._(
            "Was %(sums)s not paid back, as you have seen at the provider? It can be "
            "sent again then, or paid by hand: if you are wrong, it is paid twice.",
            sums=self._sums_in_words(payouts),
        )

    def _question_instead(self, payouts):
        return self.env._(
            "Pay %(sums)s by hand? The provider is not asked any more; it waits under "
            "To pay by hand.",
            sums=self._sums_in_words(payouts),
        )

    def _sums_in_words(self, payouts):
        words = self.env["returns.words"]
        sums = payouts.grouped("currency_id").items()
        return ", ".join(
            words._money(currency, sum(rows.mapped("amount")))
            for currency, rows in sums
        )

    def _do_paid(self, payouts):
        return self._note(self.env["returns.payout"]._tell(payouts, True, self.reason))

    def _do_unpaid(self, payouts):
        return self._note(self.env["returns.payout"]._tell(payouts, False, self.reason))

    def _note(self, waiting):
        """Whoever told it has to know that it waits for another person."""
        return waiting and self.env["returns.approval"]._note_waiting(waiting)

    def _do_instead(self, payouts):
        return self.env["returns.payout"]._instead(payouts, self.reason)
