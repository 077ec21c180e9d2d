"""Credit notes that are paid with store credit, and how it is taken back."""

from odoo import fields, models

from odoo.addons.returns_governance.engine.analytic import mixed
from odoo.addons.returns_governance.guard import refuse

WAY = "store_credit"


class ReturnsPayout(models.AbstractModel):
    """Store credit takes its part of a credit note before anything else does; what was
    paid with gift cards and wallets goes back there, in the company's order."""

    _inherit = "returns.payout"
    _roles = ("returns.payout.voucher",)

    def _prepare(self, settlements):
        self.env["returns.store.credit"]._settle(settlements)
        result = super()._prepare(settlements)
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
        """Give credit for posted credit notes; take it back for counter-documents."""
        credits = settlements.filtered(lambda row: row.kind == "credit_note")
        if WAY not in credits.line_ids.line_id.mapped("resolution"):
            return
        for row in credits:
            if row.amount < 0:
                self._take_back(row)
            elif row.state == "to_pay":
                self._give(row)

    def _share(self, row):
        """{line: amount with tax, less its fees} of a settlement that is paid with
        store credit."""
        found = {}
        for item in row.line_ids:
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
        amount = currency.round(min(row.open_amount, whole))
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
        partner = row.move_id.partner_id
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

    def _in_points(self, row, program, amount):
        return row.currency_id._convert(
            amount, program.currency_id, row.company_id, fields.Date.today()
        )

    # --- take back --------------------------------------------------------------------
    def _take_back(self, row):
        """A refund was taken back by a posted document: the card follows."""
        given = row.reverses_id._store_credits()
        left = sum(given.mapped("amount"))
        currency = row.currency_id
        amount = currency.round(min(left, -sum(self._share(row).values())))
        if currency.compare_amounts(amount, 0.0) <= 0:
            return
        bonus = currency.round(sum(given.mapped("bonus")) * amount / left)
        card = given.card_id[-1:]
        self._lock(card)
        there = card.program_id.currency_id._convert(
            card.points, currency, row.company_id, fields.Date.today()
        )
        taken = currency.round(max(0.0, min(there, amount + bonus)))
        bonus_taken = min(bonus, taken)
        credit_taken = currency.round(taken - bonus_taken)
        if taken:
            entry = self._book(row, row.move_id, -credit_taken, -bonus_taken)
            points = self._in_points(row, card.program_id, taken)
            card.points -= points
            self._remember(row, card, used=points)
            self._append(row.reverses_id, card, entry, -credit_taken, -bonus_taken, row)
            self._log(row, "uncredited", taken, bonus_taken, card)
        spent = currency.round(amount - credit_taken)
        if spent > 0:
            self._tell_spent(row, card, spent)

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
        words = self.env._("%(name)s, store credit", name=row.order_id.name)
        return self._post_entry(row, document, items, words)

    def _log(self, row, what, amount, bonus, card):
        self.env["returns.event"]._log(
            [
                {
                    "order": row.order_id,
                    "what": what,
                    "data": {
                        "settlement": row.id,
                        "amount": amount,
                        "bonus": bonus,
                        "card": self._masked(card),
                    },
                }
            ]
        )
