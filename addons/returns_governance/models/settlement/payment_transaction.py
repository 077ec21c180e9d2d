from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patiently

from ...guard import redeem, refuse, with_pass

# States in which a refund gives nothing back.
DEAD = ("cancel", "error")
OUTCOMES = {
    "done": "done",
    "pending": "pending",
    "error": "failed",
    "cancel": "failed",
}


class PaymentTransaction(models.Model):
    """Money goes back for what a credit note owes, and never more than was paid.

    What a person asks for is refused when it may not be; what a provider reports has
    happened, and is booked with an exception.
    """

    _inherit = "payment.transaction"

    returns_refunded = fields.Monetary(
        "Refunded or being refunded",
        currency_field="currency_id",
        readonly=True,
        copy=False,
        help="Running total, written under a lock.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self, machine = redeem(self, "create")
        transactions = super().create(vals_list)
        refunds = transactions.filtered(
            lambda tx: tx.operation == "refund" and tx.source_transaction_id
        )
        for refund in refunds:
            refund._meet_gate(machine)
        return transactions

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._tell_outbox()
        if {"state", "amount"} & vals.keys():
            refunds = self.filtered(lambda tx: tx.operation == "refund")
            refunds.source_transaction_id._returns_recount()
        return result

    def _refund(self, amount_to_refund=None):
        """Refuse what no credit note owes, before anything is sent."""
        source = self.sudo()  # called by core with elevated rights already
        amount = amount_to_refund or source.amount
        # Run again is the check alone: what follows goes to the provider.
        patiently(
            self.env,
            lambda: self.env["returns.gate.payment"]._check_refund(source, amount),
        )
        passed = with_pass(self, "create")
        return super(PaymentTransaction, passed)._refund(amount_to_refund)

    def _meet_gate(self, machine):
        """A refund was made: count it, and hold it against what is owed."""
        source = self.source_transaction_id
        source._returns_lock()
        gate = self.env["returns.gate.payment"]
        amount = abs(self.amount)
        if not machine:
            # env.su: only server code. A provider's notice cannot be refused.
            if self.env.su:
                gate._book_reported(self)
            else:
                gate._check_refund(source, amount)
        elif (
            self.currency_id.compare_amounts(
                amount, source.amount - source.returns_refunded
            )
            > 0
        ):
            refuse(
                "REFUND_EXCEEDS_PAID",
                self.env._(
                    "%(reference)s: %(amount)s is more than is left of the payment.",
                    reference=source.reference,
                    amount=self.currency_id.format(amount),
                ),
            )
        source._returns_recount()

    def _returns_lock(self):
        """Lock the payments; who comes second fails to serialise and is run again."""
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                "SELECT id FROM payment_transaction WHERE id = ANY(%s) "
                "ORDER BY id FOR NO KEY UPDATE",
                [sorted(self.ids)],
                log_exceptions=False,
            )
            self.invalidate_recordset(["returns_refunded"])

    def _returns_refundable(self):
        """What can still be given back of a payment; refunds on their way count."""
        waiting = self.env["returns.outbox"].search(
            [
                ("source_transaction_id", "=", self.id),
                ("state", "in", ("waiting", "sending", "unknown")),
                ("transaction_id", "=", False),
            ]
        )
        return self.amount - self.returns_refunded - sum(waiting.mapped("amount"))

    def _returns_recount(self):
        for source in self:
            children = source.child_transaction_ids.filtered(
                lambda tx: tx.operation == "refund" and tx.state not in DEAD
            )
            refunded = abs(sum(children.mapped("amount")))
            if source.currency_id.compare_amounts(source.returns_refunded, refunded):
                source.returns_refunded = refunded

    def _tell_outbox(self):
        """The provider's answer, whenever it comes, settles the payout."""
        # sudo: notices come in as the public user
        rows = (
            self.env["returns.outbox"]
            .sudo()
            .search([("transaction_id", "in", self.ids), ("state", "!=", "sending")])
        )
        for row in rows:
            outcome = OUTCOMES.get(row.transaction_id.state)
            if outcome and outcome != row.state:
                self.env["returns.payout"].sudo()._finish(
                    row, outcome, row.transaction_id.state_message
                )
