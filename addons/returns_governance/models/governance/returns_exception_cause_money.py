from odoo import models


class ReturnsException(models.Model):
    """Whether the cause of an exception about money still stands."""

    _inherit = "returns.exception"

    def _still_overpaid_by_channel(self):
        """The payment of the channel was not taken back, and pays nothing since."""
        named = self._named("returns.settlement", "settlement")
        rows = self.env["returns.settlement"].sudo().union(*named.values())
        standing = rows._standing()
        return self._stands_where(
            rows._name,
            "settlement",
            lambda row: row in standing and not row.credit_id,
        )

    def _still_gate_breached(self):
        """More of a line was paid than its rule lets go, or a refund has no credit."""
        settle = self.env["returns.step.settle"].sudo()

        def breached(line):
            surplus = settle._settled_quantity(line) - settle._entitled(line)
            return line.uom_id.compare(surplus, 0.0) > 0

        by_line = self._named("returns.order.line", "line")
        by_refund = self._named("payment.transaction", "transaction")
        standing = dict.fromkeys(self, "")
        for exception, line in by_line.items():
            if not line or not breached(line):
                del standing[exception]
        for exception, refund in by_refund.items():
            if not refund or self._is_explained(refund.payment_id):
                del standing[exception]
        return standing

    def _is_explained(self, payment):
        """Whether a payment meets credit notes, or never happened."""
        if payment.state in ("draft", "canceled", "rejected"):
            return True
        return bool(payment.is_reconciled and payment.reconciled_invoice_ids)

    def _still_unexplained_credit(self):
        """The credit still belongs to nothing that was sold."""
        standing = dict.fromkeys(self, "")
        for exception, move in self._named("account.move", "move").items():
            if move.state != "posted" or move.payment_state == "reversed":
                del standing[exception]
            elif move.line_ids.sale_line_ids:
                del standing[exception]
        for exception, payment in self._named("account.payment", "payment").items():
            if not payment or self._is_explained(payment):
                del standing[exception]
        for exception, part in self._named(
            "account.partial.reconcile", "closed"
        ).items():
            if not part:
                del standing[exception]
        return standing

    def _still_posting_failed(self):
        return self._stands_where(
            "returns.settlement", "settlement", lambda row: row.state == "to_post"
        )

    def _still_payout_failed(self):
        """Not paid back yet, by the provider or by hand, or not any more."""
        again = self.filtered(lambda e: (e.cause or "").startswith("settlement "))
        failed = (self - again)._stands_where(
            "returns.outbox",
            "payout",
            lambda row: (
                row.state in ("failed", "waiting", "sending") and self._is_to_pay(row)
            ),
        )
        return failed | again._stands_where(
            "returns.settlement", "settlement", lambda row: row.state == "to_pay"
        )

    def _still_payout_unknown(self):
        return self._stands_where(
            "returns.outbox",
            "payout",
            lambda row: row.state == "unknown" and self._is_to_pay(row),
        )

    def _is_to_pay(self, row):
        return not row.settlement_id or row.settlement_id.state == "to_pay"

    def _still_message_failed(self):
        return self._stands_where(
            "returns.outbox", "message", lambda row: row.state == "failed"
        )
