from odoo import models


class ReturnsPayoutHand(models.AbstractModel):
    """Of a prepayment the payment that it came by is known."""

    _inherit = "returns.payout.hand"

    def _sources(self, settlement):
        if settlement.kind != "prepaid":
            return super()._sources(settlement)
        entry = settlement.source_move_id or settlement.received_id.move_id
        journal = settlement.received_id.journal_id or entry.journal_id
        usable = journal.outbound_payment_method_line_ids and journal.type in (
            "bank",
            "cash",
            "credit",
        )
        return [
            {
                "tender": self._tender_of_prepaid(settlement),
                "journal": journal
                if usable
                else self._usual_journal(settlement.company_id),
                "source": entry,
                "online": bool(
                    self.env["returns.payout.provider"]._transactions(settlement)
                ),
                "available": settlement.open_amount,
            }
        ]

    def _tender_of_prepaid(self, settlement):
        """How the customer had paid."""
        entry, received = settlement.source_move_id, settlement.received_id
        if entry:
            return self._tender(entry)
        if received.payment_transaction_id:
            return "original"
        return self._tender_of_journal(received.journal_id)


class ReturnsPayoutProvider(models.AbstractModel):
    """A prepayment goes back by its own transaction, and meets it in the books."""

    _inherit = "returns.payout.provider"

    def _transactions(self, settlement):
        if settlement.kind == "prepaid":
            return self._that_refund(
                settlement.received_id.payment_transaction_id, settlement
            )
        return super()._transactions(settlement)

    def _paid_orders(self, settlement):
        """Also the orders of a down payment's credit note."""
        orders = super()._paid_orders(settlement)
        return orders | settlement.less_id.line_ids.sale_line_id.order_id

    def _prepare(self, outbox):
        if outbox.settlement_id.kind == "prepaid":
            outbox.settlement_id._recount_prepaid()
        return super()._prepare(outbox)


class PaymentTransaction(models.Model):
    """The refund of a prepayment is reconciled with the payment that it gives back."""

    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        payment = super()._create_payment(**extra_create_values)
        if self.operation == "refund":
            # sudo: whoever books it need not read settlements
            rows = self.env["returns.settlement"].sudo()
            row = rows.search(
                [("transaction_id", "=", self.id), ("credit_id.kind", "=", "prepaid")],
                limit=1,
            )
            if row:
                self.env["returns.payout"].sudo()._meet_prepaid(payment, row.credit_id)
        return payment
