"""What of an invoice was never paid: it is not paid out either."""

from decimal import Decimal

from odoo import Command, fields, models
from odoo.tools import SQL

from ..const import RECEIVABLE
from ..engine.shares import ZERO
from ..guard import refuse
from .settle_paid import distribute, exact


class ReturnsWrittenOff(models.AbstractModel):
    """Takes early-payment discounts and write-offs back with the goods they were for.

    An invoice of 120 that was paid with 117.60 and a discount of 2.40 is paid; its
    credit note of 120 owes the customer 117.60. The entry that settled the invoice says
    how much of it was no money: what it booked on income, expenses and taxes. The same
    share of what is paid back is booked the other way round, on the same accounts, and
    meets the credit note: what is open on that is money that came in.
    """

    _name = "returns.written.off"
    _description = "Discounts and write-offs of returned goods"

    def _book(self, settlements):
        """Book what credit notes that were posted just now owe nobody."""
        rows = settlements.filtered(
            lambda row: (
                row.kind == "credit_note"
                and row.state == "to_pay"
                and row.invoice_id
                # What an exchange gives is a bill of the same worth.
                and "exchange" not in row.line_ids.line_id.mapped("resolution")
            )
        )
        settled = self._settled_by(rows.invoice_id)
        for row in rows:
            # One after the other: each has to know what those before it took.
            if entries := settled.get(row.invoice_id.id):
                amount = self._share(row, entries)
                if row.currency_id.compare_amounts(amount, 0.0) > 0:
                    self._book_one(row, amount, entries)

    def _settled_by(self, invoices):
        """{invoice id: [(entry id, amount, what of it was no money)]}, of invoices
        that something was written off of."""
        if not invoices:
            return {}
        return {
            invoice: entries
            for invoice, entries in self._entries_of(invoices).items()
            if any(written for _entry, _amount, written in entries)
        }

    def _entries_of(self, invoices):
        """The same of all invoices, in one query."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
            SELECT d.move_id, c.move_id, sum(p.debit_amount_currency),
                greatest(0, least(1, CASE WHEN no_money.same AND whole.same
                    THEN no_money.own / whole.own
                    ELSE no_money.balance / whole.balance END))
              FROM account_move_line d
              JOIN account_partial_reconcile p ON p.debit_move_id = d.id
              JOIN account_move_line c ON c.id = p.credit_move_id
              JOIN account_move e ON e.id = c.move_id
              JOIN res_company co ON co.id = e.company_id
              CROSS JOIN LATERAL (
                SELECT coalesce(sum(i.balance), 0) AS balance,
                    coalesce(sum(i.amount_currency), 0) AS own,
                    coalesce(bool_and(i.currency_id = d.currency_id), true) AS same
                  FROM account_move_line i
                  JOIN account_account a ON a.id = i.account_id
                 WHERE i.move_id = e.id AND (i.tax_repartition_line_id IS NOT NULL
                    OR starts_with(a.account_type, 'income')
                    OR starts_with(a.account_type, 'expense'))) no_money
              CROSS JOIN LATERAL (
                SELECT nullif(-sum(i.balance), 0) AS balance,
                    nullif(-sum(i.amount_currency), 0) AS own,
                    bool_and(i.currency_id = d.currency_id) AS same
                  FROM account_move_line i
                  JOIN account_account a ON a.id = i.account_id
                 WHERE i.move_id = e.id AND a.account_type = %s) whole
             WHERE d.move_id IN %s AND e.move_type = 'entry'
               AND p.debit_amount_currency > 0 AND whole.balance IS NOT NULL
               AND e.journal_id IS DISTINCT FROM co.currency_exchange_journal_id
             GROUP BY 1, 2, 4""",
                RECEIVABLE,
                tuple(invoices.ids),
            )
        )
        found = {}
        for invoice, entry, amount, share in self.env.cr.fetchall():
            known = found.setdefault(invoice, [])
            known.append((entry, float(amount), float(amount) * float(share)))
        return found

    def _share(self, row, entries):
        """What of an open credit note was never paid, of running sums: with the last
        of the goods, all that was written off is taken back."""
        settled = sum(float(amount) for _entry, amount, _written in entries)
        written = sum(part for _entry, _amount, part in entries)
        others = self.env["returns.settlement"].search(
            [
                ("invoice_id", "=", row.invoice_id.id),
                ("kind", "=", "credit_note"),
                ("amount", ">", 0),
                ("move_id.state", "=", "posted"),
                ("id", "!=", row.id),
            ]
        )
        others = others._standing()
        given = sum(other.amount - self._met(other) for other in others)
        upto = min(1.0, (given + row.open_amount) / settled) if settled else 0.0
        taken = sum(others.mapped("amount_written_off"))
        amount = row.currency_id.round(written * upto) - taken
        return row.currency_id.round(max(0.0, min(amount, row.open_amount)))

    def _met(self, row):
        """What of a credit note has met its own invoice, which was not paid."""
        items = row.move_id.line_ids
        return sum(
            partial.credit_amount_currency
            for partial in items.matched_debit_ids
            if partial.debit_move_id.move_id == row.invoice_id
        )

    # --- the entry --------------------------------------------------------------------
    def _book_one(self, row, amount, entries):
        credit = row.move_id
        journal = self._journal(row.company_id)
        # sudo: the machine's entry; who posts the credit note need not book others
        entry = (
            self.env["account.move"]
            .sudo()
            .with_company(row.company_id)
            # The tax lines are given: none is to be made beside them.
            .with_context(skip_invoice_sync=True)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": fields.Date.context_today(self),
                    "currency_id": row.currency_id.id,
                    "partner_id": credit.commercial_partner_id.id,
                    "ref": self.env._(
                        "%(return)s, %(credit)s: discount or write-off of %(invoice)s "
                        "taken back",
                        credit=credit.name,
                        invoice=row.invoice_id.name,
                        **{"return": row.order_id.name},
                    ),
                    "line_ids": self._items(row, amount, entries),
                }
            )
        )
        asked = entry.date
        entry._post(soft=False)
        if entry.date != asked:
            entry._tell_moved({entry: asked}, {entry: row.order_id})
        row._machine_write({"written_off_id": entry.id, "amount_written_off": amount})
        (entry | credit).line_ids.filtered(
            lambda item: (
                item.account_id.account_type == RECEIVABLE and not item.reconciled
            )
        ).reconcile()

    def _journal(self, company):
        journals = self.env["account.journal"].sudo()  # as above
        journal = journals.search(
            [
                *journals._check_company_domain(company),
                ("type", "=", "general"),
                ("id", "!=", company.currency_exchange_journal_id.id),
            ],
            limit=1,
        )
        if not journal:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%s has no journal for other entries, in which a discount is taken "
                    "back. Make one.",
                    company.name,
                ),
            )
        return journal

    def _items(self, row, amount, entries):
        """The entry's lines: the customer's, and those that were written off."""
        credit, currency = row.move_id, row.currency_id
        own = row.company_id.currency_id
        receivable = credit.line_ids.filtered(
            lambda item: item.account_id.account_type == RECEIVABLE
        )[:1]
        rate = credit.invoice_currency_rate or 1.0
        items, weights = self._written_items(entries)
        parts = distribute(exact(amount, currency), weights, currency)
        whole = exact(own.round(amount / rate), own)
        balances = distribute(whole, weights, own)
        common = {"partner_id": receivable.partner_id.id, "currency_id": currency.id}
        lines = [
            {
                **common,
                "name": credit.name,
                "account_id": receivable.account_id.id,
                "amount_currency": amount,
                "balance": float(whole),
            }
        ]
        for item, part, balance in zip(items, parts, balances, strict=True):
            lines.append(
                {
                    **common,
                    "name": item.name,
                    "account_id": item.account_id.id,
                    "amount_currency": -float(part),
                    "balance": -float(balance),
                    "tax_ids": [Command.set(item.tax_ids.ids)],
                    "tax_tag_ids": [Command.set(item.tax_tag_ids.ids)],
                    "tax_repartition_line_id": item.tax_repartition_line_id.id,
                    "analytic_distribution": item.analytic_distribution,
                }
            )
        return [Command.create(vals) for vals in lines]

    def _written_items(self, entries):
        """(items, Decimal weights) of what was no money in the entries."""
        moves = self.env["account.move"].sudo()  # as in _book_one
        items, weights = [], []
        for entry_id, _amount, written in entries:
            if not written:
                continue
            entry = moves.browse(entry_id)
            own = entry.line_ids.filtered(
                lambda item: (
                    item.tax_repartition_line_id
                    or item.account_id.internal_group in ("income", "expense")
                )
            )
            whole = sum(own.mapped("balance")) or 1.0
            for item in own:
                items.append(item)
                weights.append(Decimal(str(round(item.balance / whole * written, 9))))
        return items, weights

    def _undo(self, rows):
        """The refunds are taken back, and the discounts stand again."""
        for row in rows:
            entry = row.written_off_id.sudo()  # as in _book_one
            if entry.state != "posted":
                continue
            entry.line_ids.remove_move_reconcile()
            entry._reverse_moves(
                [{"ref": self.env._("%s taken back", entry.ref or entry.name)}],
                cancel=True,
            )
            row._machine_write({"written_off_id": False, "amount_written_off": ZERO})


class ReturnsPosting(models.AbstractModel):
    """What was never paid is not there to be paid out."""

    _inherit = "returns.posting"

    def _posted(self, settlements):
        self.env["returns.written.off"]._book(settlements)
        return super()._posted(settlements)

    def _money_went(self, move):
        if not super()._money_went(move):
            return False
        lines = move.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id).move_id - move
        entries = others.filtered(lambda other: other.move_type == "entry")
        return bool(entries - self._written_off(entries))

    def _written_off(self, entries):
        """Of these, the entries that took a discount back: no money."""
        booked = entries.filtered(
            lambda move: not move.origin_payment_id and not move.statement_line_id
        )
        if not booked:
            return booked
        rows = self.env["returns.settlement"].sudo()  # the machine's own rows
        rows = rows.search([("written_off_id", "in", booked.ids)])
        return rows.written_off_id


class ReturnsStepSettle(models.AbstractModel):
    """A refund that is taken back as a whole gives its discount back, too."""

    _inherit = "returns.step.settle"

    def _take_back(self, wanted, reason, settlements=None):
        rows = self.env["returns.settlement.line"].union(*wanted).settlement_id
        whole = rows.filtered(
            lambda row: (
                row.written_off_id
                and all(
                    wanted.get(line, 0.0) >= line._quantity_left()
                    for line in row.line_ids
                )
            )
        )
        self.env["returns.written.off"]._undo(whole)
        return super()._take_back(wanted, reason, settlements)
