from odoo import models

from ...const import RECEIVABLE

# Providers of Odoo that are no provider: the customer pays by transfer.
NO_PROVIDER = ("custom", "none")
# By type of journal.
MEANS = {"cash": "cash", "bank": "bank", "credit": "card"}


class ReturnsPayoutHand(models.AbstractModel):
    """What people pay: finds the payments that it came from, and what each took.

    It queues nothing: what no other role pays is to be paid by hand
    (``hand_amount`` of the credit note's settlement).
    """

    _name = "returns.payout.hand"
    _inherit = ["returns.role.payout"]
    _description = "Payout by hand"
    _ranks_as = "hand"

    def _plan(self, settlement, left, taken):
        """What people give back before others do, where the company's order says so."""
        sources = [s for s in self._sources(settlement) if not s["online"]]
        parts = self._share_out(settlement, left, sources)
        return [{"amount": part["amount"]} for part in parts if part["source"]]

    def _split(self, settlement, amount):
        """An amount over the payments that the invoice was paid by.

        Those that a provider could give back by itself come last: they are here only
        where a person decided so.

        :return: list of dicts ``amount``, ``tender`` (how it was paid), ``journal``,
            ``source`` (the entry of the payment; empty for what no payment took) and
            ``online`` (the provider could give it back by itself)
        """
        sources = sorted(self._sources(settlement), key=lambda s: s["online"])
        return self._share_out(settlement, amount, sources)

    def _share_out(self, settlement, amount, sources):
        currency = settlement.currency_id
        parts, left = [], amount
        for source in sources:
            part = currency.round(min(left, source.pop("available")))
            if currency.compare_amounts(part, 0.0) <= 0:
                continue
            parts.append({**source, "amount": part})
            left -= part
        if currency.compare_amounts(left, 0.0) > 0:
            parts.append(
                {
                    "amount": currency.round(left),
                    "tender": "bank",
                    "journal": self._usual_journal(settlement.company_id),
                    "source": self.env["account.move"],
                    "online": False,
                }
            )
        return parts

    def _sources(self, settlement):
        """The payments of the invoice in the company's order: what each can give."""
        invoice = settlement.invoice_id
        items = invoice.line_ids.filtered(
            lambda item: item.account_id.account_type == RECEIVABLE
        )
        took = {}
        for partial in items.matched_credit_ids:
            entry = partial.credit_move_id.move_id
            if entry.move_type == "entry":
                took[entry] = took.get(entry, 0.0) + partial.debit_amount_currency
        newest = settlement.company_id.returns_tender_age == "newest"
        return [
            {
                "tender": self._tender(entry),
                "journal": self._journal(entry, settlement.company_id),
                "source": entry,
                "online": self._is_online(entry, settlement),
                "available": self._available(entry, took[entry], invoice),
            }
            for entry in sorted(took, key=lambda e: (e.date, e.id), reverse=newest)
        ]

    def _transaction(self, entry):
        """The provider's transaction behind the entry of a payment."""
        transaction = entry.origin_payment_id.payment_transaction_id
        known = transaction.provider_code not in NO_PROVIDER
        return transaction if known else transaction.browse()

    def _tender(self, entry):
        if self._transaction(entry):
            return "original"
        return self._tender_of_journal(entry.journal_id)

    def _tender_of_journal(self, journal):
        return MEANS.get(journal.type, "other")

    def _is_online(self, entry, settlement):
        """Whether its provider gives it back without a person."""
        transactions = self.env["returns.payout.provider"]._transactions(settlement)
        return self._transaction(entry) in transactions

    def _available(self, entry, took, invoice):
        """What a payment took of an invoice, less what was given back of it."""
        given = entry.returns_paid_back_ids.filtered(
            lambda row: row.state != "failed" and row.credit_id.invoice_id == invoice
        )
        left = took - sum(given.mapped("amount"))
        if transaction := self._transaction(entry):
            refundable = transaction._returns_refundable() - sum(given.mapped("amount"))
            left = min(left, refundable)
        return left

    # --- journals ---------------------------------------------------------------------
    def _journal(self, entry, company):
        """The journal that the payment came in by, where money can leave by it."""
        journal = entry.journal_id
        if journal.outbound_payment_method_line_ids and journal.type in MEANS:
            return journal
        return self._usual_journal(company)

    def _usual_journal(self, company, kinds=("bank",)):
        """The company's first journal of a kind that money can leave by."""
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "in", kinds),
                ("outbound_payment_method_line_ids", "!=", False),
            ],
            limit=1,
        )
