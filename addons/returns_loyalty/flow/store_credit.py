"""Credit notes that are paid with store credit, and how it is taken back."""

from odoo import fields, models

from odoo.addons.returns_governance.engine.analytic import mixed
from odoo.addons.returns_governance.guard import refuse

WAY = "store_credit"
GIVEN_FOR = ("credit_note", "prepaid")


class ReturnsPayout(models.AbstractModel):
    """Store credit takes its part of a credit note before anything else does; what was
    paid with gift cards and wallets goes back there, in the company's order."""

    _inherit = "returns.payout"
    _roles = ("returns.payout.voucher",)

    def _prepare(self, settlements):
        waiting = self.env["returns.store.credit"]._settle(settlements)
        result = super()._prepare(settlements - waiting)
        self.env["returns.payout.voucher"]._take_back(settlements)
        return result


class ReturnsStoreCredit(models.AbstractModel):
    """Gives store credit for what is open on a credit note, and takes it back.

    An entry settles the credit note's receivable against a liability, so that no money
    is paid out. The bonus is an expense of the day it is given, since it is owed from
    then on; only credit earns it. Where the refund is taken back, the card is lowered
    by credit and bonus, and the entry is booked the other way round against the
    document that took the refund back; what was spent already stays open on that
    document, and an exception tells of it.
    """

    _name = "returns.store.credit"
    _inherit = ["returns.card.books"]
    _description = "Store credit for returns"

    def _settle(self, settlements):
        """Give credit for what is open; take it back for counter-documents.

        :return: the settlements that wait for it, and are paid in no other way
        """
        rows = settlements.filtered(lambda row: row.kind in GIVEN_FOR)
        if WAY not in self._items(rows).line_id.mapped("resolution"):
            return rows.browse()
        for row in rows:
            if row.amount < 0:
                self._take_back(row)
            elif row.state == "to_pay" and row.kind == "credit_note":
                self._give(row)
        return rows.browse()

    def _items(self, rows):
        """The lines by which the goods behind settlements are told."""
        return rows.line_ids

    def _share(self, row):
        """{line: what of a settlement is paid with store credit}."""
        return self._asked(row)

    def _asked(self, row):
        """{line: amount with tax, less its fees} of a settlement that is paid with
        store credit."""
        found = {}
        for item in self._items(row):
            line = item.line_id
            if line.resolution == WAY and self._agreed(line):
                found[line] = found.get(line, 0.0) + item.amount
        for fee in row.fee_ids:
            if fee.line_id in found:
                found[fee.line_id] -= fee.amount
        # A fee that is more than the credit of its goods leaves nothing of it.
        return {line: part for line, part in found.items() if part * row.amount > 0}

    def _agreed(self, line):
        """Art 13(1) Directive 2011/83/EU: who withdraws is paid back as he paid, unless
        he has expressly agreed to something else."""
        return line.credit_consent or not line.decision_id.withdrawal_right

    # --- give -------------------------------------------------------------------------
    def _give(self, row):
        """Pay what is open on a credit note with store credit, as far as asked for."""
        share = self._share(row)
        whole = sum(share.values())
        currency = row.currency_id
        amount = currency.round(min(row._ready_amount(), whole))
        if currency.compare_amounts(amount, 0.0) <= 0:
            return
        self._check_set_up(row)
        bonus = currency.round(
            sum(
                part * amount / whole * self._percent(line) / 100.0
                for line, part in share.items()
            )
        )
        entry = self._book(row, row.move_id, amount, bonus)
        card = self._load(row, amount + bonus)
        self._append(row, card, entry, amount, bonus)
        self._booked(row, entry)
        self._log(row, "credited", amount, bonus, card)

    def _percent(self, line):
        return float(line.decision_id._terms().get("credit_bonus") or 0.0)

    def _check_set_up(self, row):
        if not row.company_id._gives_store_credit():
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(name)s is paid with store credit, which is not set up in "
                    "%(company)s. Set it up in the settings of the returns.",
                    name=row.order_id.name,
                    company=row.company_id.name,
                ),
            )

    def _load(self, row, amount):
        """Put an amount on the customer's wallet, or on a new gift card."""
        program = row.company_id.returns_credit_program_id
        partner = self._customer(row)
        points = self._in_points(row, program, amount)
        card = self.env["loyalty.card"]
        if program.program_type == "ewallet":
            card = self._wallet(program, partner)
        if card:
            self._lock(card)
            card.points += points
        else:
            card = self._new_card(program, partner, points)
        self._remember(row, card, issued=points)
        return card

    def _customer(self, row):
        return row.move_id.partner_id

    def _in_points(self, row, program, amount):
        """An amount of a document on a card; in the order's currency it is worth what
        the return says, and in any other what it is today."""
        if row._is_foreign() and program.currency_id == row.order_id.currency_id:
            return row._in_order(amount)
        return row.currency_id._convert(
            amount, program.currency_id, row.company_id, fields.Date.today()
        )

    def _of_points(self, row, program, points):
        """What is on a card in the currency of a document."""
        if row._is_foreign() and program.currency_id == row.order_id.currency_id:
            return row._of_order(points)
        return program.currency_id._convert(
            points, row.currency_id, row.company_id, fields.Date.today()
        )

    # --- take back --------------------------------------------------------------------
    def _take_back(self, row):
        """A refund was taken back by a posted document: the card follows."""
        self._take(row, row.reverses_id, self._too_much(row))

    def _take(self, row, credit, most):
        """Take back what was given for ``credit``, at most so much.

        :param row: that takes it back; the credit itself where no document does
        """
        given = credit._store_credits()
        left = sum(given.mapped("amount"))
        currency = row.currency_id
        amount = currency.round(min(left, most))
        if currency.compare_amounts(amount, 0.0) <= 0:
            return
        bonus = currency.round(sum(given.mapped("bonus")) * amount / left)
        card = given.card_id[-1:]
        self._lock(card)
        there = self._of_points(row, card.program_id, card.points)
        taken = currency.round(max(0.0, min(there, amount + bonus)))
        bonus_taken = min(bonus, taken)
        credit_taken = currency.round(taken - bonus_taken)
        if taken:
            entry = self._book(row, row.move_id, -credit_taken, -bonus_taken)
            points = self._in_points(row, card.program_id, taken)
            card.points -= points
            self._remember(row, card, used=points)
            self._append(credit, card, entry, -credit_taken, -bonus_taken, row)
            self._booked(credit, entry)
            self._log(row, "uncredited", taken, bonus_taken, card)
        spent = currency.round(amount - credit_taken)
        if spent > 0:
            self._tell_spent(row, card, spent)

    def _too_much(self, row):
        """What of the credit is not due any more, by a counter-document."""
        return -sum(self._share(row).values())

    # --- rows and entries -------------------------------------------------------------
    def _append(self, credit, card, entry, amount, bonus, counter=None):
        """The row of what was given for a credit note, or taken back."""
        given = credit._store_credits()[:1] if counter else credit.browse()
        return self.env["returns.settlement"]._machine_create(
            [
                {
                    "order_id": credit.order_id.id,
                    "currency_id": credit.currency_id.id,
                    "kind": WAY,
                    "tender": WAY,
                    "amount": amount,
                    "bonus": bonus,
                    "credit_id": credit.id,
                    "reverses_id": given.id,
                    "settlement_ref": self._masked(card),
                    "card_id": card.id,
                    "entry_id": entry.id,
                    "user_id": self.env.uid,
                }
            ]
        )

    def _book(self, row, document, amount, bonus):
        """Post the entry, and let it meet the document's receivable.

        :param float amount: of credit, negative where it is taken back
        """
        return self._post_entry(row, document, *self._entered(row, amount, bonus))

    def _entered(self, row, amount, bonus):
        """(items beside the customer's, words) of an entry."""
        company = row.company_id
        spread = {
            "analytic_distribution": mixed(
                (part, line.sale_line_id.analytic_distribution)
                for line, part in self._share(row).items()
            )
        }
        items = [
            (company.returns_bonus_account_id, bonus, spread),
            (company.returns_credit_account_id, -(amount + bonus), {}),
        ]
        return items, self.env._("%(name)s, store credit", name=row.order_id.name)

    def _booked(self, credit, entry):
        """The row of an entry stands: what is left to do in the books."""

    def _log(self, row, what, amount, bonus, card):
        self.env["returns.event"]._log(
            [
                {
                    "order": row.order_id,
                    "what": what,
                    "data": {
                        "settlement": row.id,
                        "amount": row._in_order(amount),
                        "bonus": row._in_order(bonus),
                        "card": self._masked(card),
                    },
                }
            ]
        )
