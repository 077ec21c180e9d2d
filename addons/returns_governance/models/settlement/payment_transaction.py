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
# A refund that failed is no news where something was decided about it since.
DECIDED = ("waiting", "by_hand", "dropped", "done")
GIVEN_UP = ("failed", "waiting", "by_hand", "dropped")


ANSWER = "returns_answer"


class Answer:
    """What a provider has answered, in memory: it outlives a rollback.

    An object in a context, which no call from outside can carry.
    """

    def __init__(self):
        self.given = []

    def repeat(self, env):
        """Write it once more, in a transaction that has begun anew."""
        for number, provider_code, payment_data in self.given:
            transaction = env["payment.transaction"].browse(number)
            transaction._process(provider_code, payment_data)


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

    def _process(self, provider_code, payment_data):
        """Keep what a provider answers to a payout, in case it cannot be written."""
        answer = self.env.context.get(ANSWER)
        if isinstance(answer, Answer):
            answer.given.append((self.id, provider_code, payment_data))
        return super()._process(provider_code, payment_data)

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
                # Of a payout that is tried again the first try is dead.
                "|",
                ("transaction_id", "=", False),
                ("transaction_id.state", "in", DEAD),
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
        """The provider's answer, whenever it comes, settles the payout.

        What is being sent just now is settled by whoever sends it, who looks here too.
        """
        # sudo: notices come in as the public user
        self = self.sudo()
        payouts = self.env["returns.payout"]
        rows = self.env["returns.outbox"].search([("transaction_id", "in", self.ids)])
        for row in rows.filtered(lambda row: row.state != "sending"):
            outcome = OUTCOMES.get(row.transaction_id.state)
            if outcome == "done" and row.state in GIVEN_UP:
                payouts._paid_after_all(row.transaction_id)
            elif outcome and row.state not in (outcome, *DECIDED):
                payouts._finish(row, outcome, row.transaction_id.state_message)
                row._wake_bookkeeping(outcome)
        for refund in self - rows.transaction_id:
            if refund.operation == "refund" and refund.state == "done":
                payouts._paid_after_all(refund)

    def _returns_join_reported(self):
        """A notice that came before the answer may have made a refund of its own.

        Both have the provider's own number of the one refund: the other one is set
        aside, unless it stands in the books already (then its exception stays).
        """
        # Others have written since this was read.
        self.source_transaction_id.invalidate_recordset(["child_transaction_ids"])
        for refund in self.filtered("provider_reference"):
            twins = refund.source_transaction_id.child_transaction_ids.filtered(
                lambda tx, refund=refund: (
                    tx != refund
                    and tx.operation == "refund"
                    and tx.provider_reference == refund.provider_reference
                    and not tx.payment_id
                )
            )
            if not twins:
                continue
            because = self.env._("The same refund as %s", refund.reference)
            states = ("draft", "pending", "authorized", "done", "error")
            twins._update_state(states, "cancel", because)
            self.env["returns.exception"]._clear(
                "gate_breached", [f"transaction {twin.id}" for twin in twins], because
            )
