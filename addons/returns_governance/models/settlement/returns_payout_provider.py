import logging

import requests
from psycopg2 import OperationalError

from odoo import Command, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.inventory_states.patience import insist, start_again

from ...guard import refuse, with_pass
from .payment_transaction import ANSWER, OUTCOMES, Answer

_logger = logging.getLogger(__name__)


class ReturnsPayoutProvider(models.AbstractModel):
    """Pays back through the payment provider of the original payment.

    Of Community's providers Stripe, Adyen, Razorpay, Authorize and Demo can refund;
    what was paid through any other is paid back by hand.
    """

    _name = "returns.payout.provider"
    _inherit = ["returns.role.payout"]
    _description = "Payout by payment provider"

    _ranks_as = "provider"

    def _plan(self, settlement, left, taken):
        plans = []
        currency = settlement.currency_id
        for transaction in self._transactions(settlement):
            available = transaction._returns_refundable() - taken.get(transaction, 0.0)
            amount = currency.round(min(left, available))
            if self._takes_all_only(transaction):
                whole = not currency.compare_amounts(amount, transaction.amount)
                amount = amount if whole else 0.0
            if currency.compare_amounts(amount, 0.0) <= 0:
                continue
            plans.append({"amount": amount, "source_transaction_id": transaction.id})
            taken[transaction] = taken.get(transaction, 0.0) + amount
            left -= amount
        return plans

    def _transactions(self, settlement):
        """The payments of the orders and the invoice that can give money back, in the
        company's order."""
        orders = self._paid_orders(settlement)
        paid = orders.transaction_ids | settlement.invoice_id.transaction_ids
        return self._that_refund(paid, settlement)

    def _paid_orders(self, settlement):
        return settlement.line_ids.sale_line_id.order_id

    def _that_refund(self, transactions, settlement):
        """Of these, what can give money back for ``settlement``."""
        return transactions.filtered(
            lambda tx: (
                tx.state == "done"
                and tx.operation not in ("refund", "validation")
                and tx.currency_id == settlement.currency_id
                and tx.company_id == settlement.company_id
                and tx.provider_id.state != "disabled"
                and "none" not in self._support(tx)
            )
        ).sorted("id", reverse=settlement.company_id.returns_tender_age == "newest")

    def _support(self, transaction):
        method = transaction.payment_method_id
        method = method.primary_payment_method_id or method
        return (transaction.provider_id.support_refund or "none", method.support_refund)

    def _takes_all_only(self, transaction):
        return "full_only" in self._support(transaction)

    def _prepare(self, outbox):
        """Make the refund transaction, tied to the credit note that it pays."""
        source = outbox.source_transaction_id
        if source.provider_id.state == "disabled":
            return self.env._(
                "%(provider)s is disabled", provider=source.provider_id.name
            )
        settlement, currency = outbox.settlement_id, outbox.currency_id
        # Not the credit note's own: of that a channel may have paid.
        open_amount = settlement.open_amount if settlement.state == "to_pay" else 0.0
        if currency.compare_amounts(outbox.amount, open_amount) > 0:
            return self.env._(
                "only %(amount)s is still open", amount=currency.format(open_amount)
            )
        if self._takes_all_only(source) and currency.compare_amounts(
            outbox.amount, source.amount
        ):
            return self.env._(
                "%(provider)s gives back only the whole payment of %(amount)s",
                provider=source.provider_id.name,
                amount=currency.format(source.amount),
            )
        maker = with_pass(source, "create")
        child = maker._create_child_transaction(
            outbox.amount,
            is_refund=True,
            invoice_ids=[Command.set(outbox.settlement_id.move_id.ids)],
        )
        child = child.with_env(self.env)
        outbox._machine_write({"transaction_id": child.id})
        self.env["returns.settlement"]._machine_create(
            [
                {
                    "order_id": outbox.order_id.id,
                    "currency_id": outbox.currency_id.id,
                    "kind": "payout",
                    "tender": "original",
                    "amount": outbox.amount,
                    "credit_id": outbox.settlement_id.id,
                    "transaction_id": child.id,
                }
            ]
        )
        return ""

    def _refund(self, outbox):
        child, answer = outbox.transaction_id, Answer()
        try:
            child.with_context(**{ANSWER: answer})._send_refund_request()
            self.env.flush_all()
        except OperationalError:
            if not answer.given:
                raise
            # Somebody wrote the same rows: what was answered is written on those.
            start_again(self.env)
            insist(self.env, lambda: answer.repeat(self.env))
        except ValidationError as error:
            if self._may_have_gone(error):
                return "unknown", str(error)
            child._set_error(str(error))
            return "failed", str(error)
        return self._outcome(outbox) or ("pending", child.state_message or "")

    def _outcome(self, outbox):
        child = outbox.transaction_id
        outcome = OUTCOMES.get(child.state)
        return outcome and (outcome, child.state_message or "")

    def _may_have_gone(self, error):
        """Whether the provider may have paid in spite of the error.

        No answer, or one that says that the provider itself has failed.
        """
        while error:
            if isinstance(error, requests.exceptions.HTTPError):
                return error.response is None or error.response.status_code >= 500
            if isinstance(error, requests.exceptions.RequestException):
                return True
            error = error.__cause__ or error.__context__
        return False

    def _told(self, outbox, paid, reason):
        """The provider's transaction says what a person found out.

        An error may become *done* by a notice that comes late; a cancelled one may not.
        """
        if paid and not outbox.transaction_id:
            if refused := self._prepare(outbox):
                refuse("RETURN_STATE", refused)
        if paid:
            outbox.transaction_id._set_done(
                state_message=reason, extra_allowed_states=("cancel",)
            )
        else:
            outbox.transaction_id._set_error(reason)

    def _book(self, outbox):
        """Post-process at once; where that fails, the provider's own cron does it."""
        outbox.transaction_id._returns_join_reported()
        try:
            with self.env.cr.savepoint():
                outbox.transaction_id._post_process()
        except UserError:
            _logger.info("Payment of %s is left to the cron", outbox, exc_info=True)
