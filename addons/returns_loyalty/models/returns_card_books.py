from typing import NamedTuple

from odoo import Command, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.patience import lock


class Side(NamedTuple):
    """The customer's side of an entry: account, partner, and the rate it is booked at
    (units of the currency for one of the company's)."""

    account: object
    partner: object
    rate: float


class ReturnsCardBooks(models.AbstractModel):
    """What store credit and gift cards share: the card, its history, and the entry."""

    _name = "returns.card.books"
    _description = "Cards in the books of returns"

    # --- the card ---------------------------------------------------------------------
    def _lock(self, card):
        lock(self.env, card._table, card.ids)
        card.invalidate_recordset(["points"])

    def _is_usable(self, card):
        """Whether the customer can spend what is on it."""
        today = fields.Date.context_today(self)
        return card.active and (
            not card.expiration_date or card.expiration_date >= today
        )

    def _wallet(self, program, partner):
        """The customer's wallet of a program; empty where there is none to spend."""
        cards = self.env["loyalty.card"].search(
            [("program_id", "=", program.id), ("partner_id", "=", partner.id)]
        )
        return cards.filtered(self._is_usable)[:1]

    def _new_card(self, program, partner, points):
        """A card with something on it; the mail tells of it when all is there."""
        card = (
            self.env["loyalty.card"]
            .with_context(action_no_send_mail=True)
            .create(
                {"program_id": program.id, "partner_id": partner.id, "points": points}
            )
        )
        self._announce(card.with_env(self.env))
        return card.with_env(self.env)

    def _announce(self, card):
        """Write to the customer; a mail never stops a refund."""
        try:
            with self.env.cr.savepoint():
                card._send_creation_communication()
        except UserError as error:
            card.message_post(body=str(error))

    def _remember(self, row, card, **points):
        self.env["loyalty.history"].create(
            {
                "card_id": card.id,
                "description": row.order_id.name,
                "order_model": row.order_id._name,
                "order_id": row.order_id.id,
                **points,
            }
        )

    def _masked(self, card):
        """A card without what opens it: whoever knows the code of a gift card can
        spend it, and returns are read by many."""
        return f"…{card.code[-4:]}"

    # --- the entry --------------------------------------------------------------------
    def _journal(self, company):
        """The journal of store credit, else the company's first for other entries."""
        return company.returns_credit_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(company),
                ("type", "=", "general"),
            ],
            limit=1,
        )

    def _post_entry(self, row, document, items, words):
        """Post an entry, and let it meet what is open on a document.

        :param document: a credit note, or what takes one back
        :param list items: (account, amount, further values) beside the receivable,
            in the document's currency
        """
        receivable = document.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )[:1]
        rate = document.invoice_currency_rate or 1.0
        side = Side(receivable.account_id, receivable.partner_id, rate)
        entry = self._enter_items(row, side, items, words)
        self._meet(entry, document)
        return entry

    def _enter_items(self, row, side, items, words):
        """Post an entry that meets nothing yet."""
        entry = (
            self.env["account.move"]
            .with_company(row.company_id)
            .create(self._entry_vals(row, side, items, words))
        )
        asked = entry.date
        entry._post(soft=False)
        if entry.date != asked:
            entry._tell_moved({entry: asked}, {entry: row.order_id})
        return entry

    def _meet(self, entry, document):
        """Reconcile an entry with what is open on a document."""
        account = entry.line_ids.account_id.filtered(
            lambda known: known.account_type == "asset_receivable"
        )
        both = (entry | document).line_ids.filtered(
            lambda item: item.account_id == account and not item.reconciled
        )
        if len(both.move_id) > 1:
            both._returns_reconcile(entry)

    def _entry_vals(self, row, side, items, words):
        """At the document's own rate; the last line takes what rounding leaves."""
        company, currency = row.company_id, row.currency_id
        against = -sum(value for _account, value, _more in items)
        lines = [
            (account, value, company.currency_id.round(value / side.rate), more)
            for account, value, more in ((side.account, against, {}), *items)
        ]
        *_others, (account, value, _balance, more) = lines
        lines[-1] = (account, value, -sum(line[2] for line in lines[:-1]), more)
        return {
            "move_type": "entry",
            "journal_id": self._journal(company).id,
            "company_id": company.id,
            "date": fields.Date.context_today(self),
            "ref": words,
            "line_ids": [
                Command.create(
                    {
                        "name": words,
                        "account_id": account.id,
                        "partner_id": side.partner.id,
                        "currency_id": currency.id,
                        "amount_currency": value,
                        "balance": part,
                        **more,
                    }
                )
                for account, value, part, more in lines
                if not currency.is_zero(value)
            ],
        }

    def _tell_spent(self, row, card, spent):
        """A refund was taken back, and what was put on a card is not there any more."""
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "store_credit_spent",
                    "order_id": row.order_id.id,
                    "move_id": row.move_id.id,
                    "company_id": row.company_id.id,
                    "cause": f"settlement {row.id}",
                    "note": self.env._(
                        "The refund was taken back, and %(spent)s of what was put on "
                        "%(card)s was spent already. It stays open on %(move)s.",
                        spent=row.currency_id.format(spent),
                        card=self._masked(card),
                        move=row.move_id.name,
                    ),
                }
            ]
        )
