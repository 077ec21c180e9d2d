from odoo import SUPERUSER_ID, models

from ...const import OPEN_CASE_STATES
from ...guard import deny, refuse

HELD = ("held", "due", "partly_settled")


class ReturnsGatePayment(models.AbstractModel):
    """The gate of money that leaves: refunds of payments, payments to customers.

    Money goes to a customer for what is open on posted credit notes, which have passed
    the gate of credit, or for payments that were never used. Anything else needs
    finance, and is to be explained; nothing goes past a return whose money is held.
    """

    _name = "returns.gate.payment"
    _description = "Gate of payments to customers"

    # --- refunds through a provider -----------------------------------------------
    def _check_refund(self, source, amount):
        """Refuse a refund of ``amount`` that nothing owes."""
        source._returns_lock()
        currency = source.currency_id
        left = source._returns_refundable()
        if currency.compare_amounts(amount, left) > 0:
            refuse(
                "REFUND_EXCEEDS_PAID",
                self.env._(
                    "%(reference)s: %(amount)s to refund, %(left)s is left of the "
                    "payment. Refund at most that.",
                    reference=source.reference,
                    amount=currency.format(amount),
                    left=currency.format(left),
                ),
            )
        owed = self._open_credit(source.partner_id, source.company_id, currency)
        if currency.compare_amounts(amount, owed) > 0:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(reference)s: %(amount)s to refund, and %(owed)s is open on "
                    "posted credit notes of %(partner)s. Let the return make its "
                    "credit note when its rule is met, or release it by hand.",
                    reference=source.reference,
                    amount=currency.format(amount),
                    owed=currency.format(owed),
                    partner=source.partner_id.display_name,
                ),
            )

    def _book_reported(self, refund):
        """A provider reports a refund: it has happened, and somebody has to look."""
        source, currency = refund.source_transaction_id, refund.currency_id
        amount = abs(refund.amount)
        owed = self._open_credit(source.partner_id, source.company_id, currency)
        left = source._returns_refundable()
        if currency.compare_amounts(amount, min(owed, left)) <= 0:
            return
        orders = (
            source.sale_order_ids | source.invoice_ids.line_ids.sale_line_ids.order_id
        )
        returns = orders.returns_line_ids.order_id[-1:]
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "gate_breached",
                    "order_id": returns.id,
                    "company_id": source.company_id.id,
                    "cause": f"transaction {refund.id}",
                    "note": self.env._(
                        "The provider reports a refund of %(amount)s of payment "
                        "%(reference)s; %(owed)s was open on credit notes. Find out "
                        "who made it, and make the credit note that is missing.",
                        amount=currency.format(amount),
                        reference=source.reference,
                        owed=currency.format(max(0.0, owed)),
                    ),
                }
            ]
        )

    # --- payments by hand ---------------------------------------------------------
    def _check_payments(self, payments):
        """Payments to customers that have just been posted."""
        # sudo: whoever pays meets the whole truth; the user stays the same
        self = self.sudo()
        payments = payments.sudo().filtered(
            lambda pay: (
                pay.payment_type == "outbound"
                and pay.partner_type == "customer"
                and not self._books_refund(pay)
            )
        )
        for (partner, company, currency), group in payments.grouped(
            lambda pay: (pay.partner_id, pay.company_id, pay.currency_id)
        ).items():
            amount = sum(group.mapped("amount"))
            owed = self._open_credit(partner, company, currency, group)
            if currency.compare_amounts(amount, owed) > 0:
                self._refuse_or_note(group, amount, owed)

    def _books_refund(self, payment):
        """Whether a payment books a refund of a provider, which met the gate."""
        refund = payment.payment_transaction_id
        return (
            refund.operation == "refund"
            and refund.state == "done"
            and refund.payment_id in (payment, payment.browse())
            and not payment.currency_id.compare_amounts(
                abs(refund.amount), payment.amount
            )
        )

    def _refuse_or_note(self, payments, amount, owed):
        partner = payments.partner_id.commercial_partner_id
        currency = payments.currency_id
        held = self.env["returns.order"].search(
            [
                ("partner_id", "child_of", partner.ids),
                ("company_id", "=", payments.company_id.id),
                ("case_state", "in", OPEN_CASE_STATES),
                ("money_state", "in", HELD),
            ]
        )
        words = {
            "amount": currency.format(amount),
            "owed": currency.format(max(0.0, owed)),
            "partner": partner.display_name,
        }
        if held:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(amount)s to pay to %(partner)s, and %(owed)s is open on posted "
                    "credit notes; the money of %(returns)s is held. Pay it when its "
                    "credit note is posted.",
                    returns=", ".join(held.mapped("name")),
                    **words,
                ),
            )
        user = self.env.user
        if user.id != SUPERUSER_ID and not user.has_group(
            "returns_governance.group_finance"
        ):
            deny(
                self.env._(
                    "%(amount)s to pay to %(partner)s, and %(owed)s is open on posted "
                    "credit notes. Only finance can pay more.",
                    **words,
                )
            )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "unexplained_credit",
                    "move_id": payment.move_id.id,
                    "company_id": payment.company_id.id,
                    "cause": f"payment {payment.id}",
                    "note": self.env._(
                        "%(amount)s was paid to %(partner)s, and %(owed)s was open on "
                        "posted credit notes. Say what it is for.",
                        **words,
                    ),
                }
                for payment in payments
            ]
        )

    def _explains_credit(self, item):
        """Whether an open item says why a customer may be paid.

        A credit note does, having met the gate, and so does money that came in. An
        entry made by hand does not.
        """
        move = item.move_id
        if item.amount_residual_currency >= 0:
            return True
        return move.move_type == "out_refund" or move.journal_id.type in (
            "bank",
            "cash",
            "credit",
        )

    def _open_credit(self, partner, company, currency, payments=None):
        """What is open in a customer's favour, less payments that are on their way.

        :param recordset payments: that are being looked at, and do not count
        """
        # sudo: the accountant may be bound to other journals; nothing is read out
        items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", partner.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ]
            )
        )
        if payments:
            items -= payments.move_id.line_ids
        items = items.filtered(self._explains_credit)
        credit = sum(
            -item.amount_residual_currency
            for item in items
            if item.amount_residual_currency < 0
        )
        on_their_way = sum(
            item.amount_residual_currency
            for item in items
            if item.amount_residual_currency > 0
            and item.payment_id.payment_type == "outbound"
        )
        return credit - on_their_way - self._corrected(partner, company, currency)

    def _corrected(self, partner, company, currency):
        """Of invoices that were reversed and are not issued anew yet.

        The reversal frees the payment of its invoice; both are the new invoice's.
        """
        moves = (
            self.env["account.move"]
            .sudo()  # as above
            .search(
                [
                    ("partner_id", "child_of", partner.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("currency_id", "=", currency.id),
                    ("returns_credit_kind", "=", "correction"),
                    ("state", "=", "posted"),
                ]
            )
        )
        waiting = moves.filtered(lambda m: m.returns_reissue_id.state != "posted")
        return sum(waiting.mapped("amount_total"))
