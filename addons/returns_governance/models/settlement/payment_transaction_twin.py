"""A provider whose notice makes a refund of its own for one that we asked for."""

from odoo import Command, models

REPORTED = ("done", "pending")
# Payouts of which nobody knows yet what the provider made of them, or that were given
# up and not paid otherwise.
OPEN_PAYOUTS = ("unknown", "pending", "failed", "waiting")


class PaymentTransaction(models.Model):
    """A refund that the provider reports under its own number alone.

    Where the answer to our request was lost, our refund has no number of the provider,
    and its notice cannot find it (Stripe makes a second child then). Both are the one
    refund: the payout goes on with what was reported, and ours is set aside. If two
    refunds were paid indeed, the provider reports two, and the second meets no payout.
    """

    _inherit = "payment.transaction"

    def _tell_outbox(self):
        # sudo: notices come in as the public user
        for refund in self.sudo().filtered(lambda tx: tx._is_reported()):
            boxes = self.env["returns.outbox"].sudo()  # as above
            boxes = boxes.search(
                [
                    ("kind", "=", "payout"),
                    ("state", "in", OPEN_PAYOUTS),
                    ("source_transaction_id", "=", refund.source_transaction_id.id),
                ],
                order="id",
            )
            refund._returns_adopt(boxes)
        return super()._tell_outbox()

    def _is_reported(self):
        return (
            self.operation == "refund"
            and self.state in REPORTED
            and bool(self.provider_reference and self.source_transaction_id)
        )

    def _returns_adopt(self, boxes):
        """Let the first of these payouts that fits go on with this refund.

        :return: the payout; empty where none fits
        """
        ours = self.env["returns.outbox"].search(
            [("transaction_id", "=", self.id)], limit=1
        )
        fitting = boxes.filtered(
            lambda box: (
                not ours
                and box.transaction_id
                and box.transaction_id.id < self.id
                and box.transaction_id.state in ("draft", "pending", "error")
                and not box.transaction_id.provider_reference
                and not box.currency_id.compare_amounts(box.amount, abs(self.amount))
            )
        )
        for box in fitting[:1]:
            self._returns_take_place(box)
        return fitting[:1]

    def _returns_take_place(self, box):
        """Stand for the payout in place of the refund that had no answer."""
        silent = box.transaction_id
        rows = self.env["returns.settlement"].search(
            [("kind", "=", "payout"), ("transaction_id", "=", silent.id)]
        )
        rows._machine_write({"transaction_id": self.id})
        box._machine_write({"transaction_id": self.id})
        self.invoice_ids = [Command.set(box.settlement_id.move_id.ids)]
        because = self.env._("The provider reports it as %s", self.reference)
        if silent.state != "error":
            silent._set_canceled(state_message=because)
        self.env["returns.exception"]._clear(
            "gate_breached", [f"transaction {self.id}"], because
        )


class ReturnsPayoutProvider(models.AbstractModel):
    """A payout without an answer looks at what the provider has reported meanwhile."""

    _inherit = "returns.payout.provider"

    def _outcome(self, outbox):
        known = super()._outcome(outbox)
        if known and known[0] != "pending":
            return known
        source = outbox.source_transaction_id
        # The notice came by another process, after this was read.
        source.invalidate_recordset(["child_transaction_ids"])
        reported = source.child_transaction_ids.filtered(lambda tx: tx._is_reported())
        for refund in reported.sorted("id"):
            if refund._returns_adopt(outbox):
                return super()._outcome(outbox)
        return known

    def _book(self, outbox):
        """What was booked as nobody's refund meets the credit note now."""
        result = super()._book(outbox)
        payment = outbox.transaction_id.payment_id
        credit = outbox.settlement_id.move_id
        if payment and not payment.is_reconciled and credit.amount_residual:
            payment.invoice_ids = [Command.set(credit.ids)]
            self.env["returns.payout"]._settle_payments(payment)
        return result
