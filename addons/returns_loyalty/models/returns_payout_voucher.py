from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.patience import insist, lock

TRIES = 3


class ReturnsPayoutVoucher(models.AbstractModel):
    """Puts back on gift cards and wallets what they had paid of an order.

    All of it is one transaction of this database: the points, the card's history, an
    entry that undoes what spending had booked (on the account where the invoice has
    it), and the row that says so. So nothing is ever half done or of unknown outcome,
    and a row of the database's own refuses that one payout is done twice.

    A card that has expired or was archived takes nothing: the customer gets a new one
    of the same program, with just this amount. To make the old one longer would bring
    what had lapsed on it back, too. Where the whole program has ended, nobody could
    spend it: that money is paid by hand.
    """

    _name = "returns.payout.voucher"
    _inherit = ["returns.role.payout", "returns.card.books"]
    _description = "Payout to gift cards and wallets"
    _ranks_as = "voucher"

    # --- the plan ---------------------------------------------------------------------
    def _plan(self, settlement, left, taken):
        currency, plans = settlement.currency_id, []
        if currency.compare_amounts(left, 0.0) <= 0:
            return plans
        for line in self._card_lines(settlement):
            if self._why_not(line, settlement):
                continue
            available = line._returns_card_left() - taken.get(line, 0.0)
            amount = currency.round(min(left, available))
            if currency.compare_amounts(amount, 0.0) <= 0:
                continue
            plans.append({"amount": amount, "card_line_id": line.id})
            taken[line] = taken.get(line, 0.0) + amount
            left -= amount
        return plans

    def _card_lines(self, settlement):
        """The lines with which cards have paid, in the company's order."""
        # sudo: whoever settles need not read orders of others, or programs
        orders = settlement.sudo().line_ids.sale_line_id.order_id
        lines = orders.order_line._returns_cards()
        newest = settlement.company_id.returns_tender_age == "newest"
        return lines.sorted("id", reverse=newest)

    def _why_not(self, line, settlement):
        """Why a card cannot take anything back, nor a new one in its place."""
        program = line.coupon_id.program_id
        if not program.active:
            return self.env._("its program %s was archived", program.name)
        today = fields.Date.context_today(self)
        if program.date_to and program.date_to < today:
            return self.env._("its program %s has ended", program.name)
        if program.company_id - settlement.company_id.parent_ids:
            return self.env._("its program %s is another company's", program.name)
        if line._returns_card_items().currency_id - settlement.currency_id:
            return self.env._("it was billed in another currency")
        if line._returns_card_items().filtered("tax_ids"):
            return self.env._("its spending was booked with tax")
        return ""

    def _refusals(self, settlement, lines):
        """What is paid by hand although a card had paid, in words."""
        return [
            self.env._(
                "The card %(card)s had paid %(amount)s and gets nothing back: %(why)s.",
                card=self._masked(line.coupon_id),
                amount=settlement.currency_id.format(line._returns_card_took()),
                why=why,
            )
            for line in lines
            if (why := self._why_not(line, settlement))
        ]

    # --- at most once -----------------------------------------------------------------
    def _prepare(self, outbox):
        settlement, line = outbox.settlement_id, outbox.sudo().card_line_id
        currency = outbox.currency_id
        open_amount = settlement.open_amount if settlement.state == "to_pay" else 0.0
        left = min(open_amount, line._returns_card_left(without=outbox))
        if currency.compare_amounts(outbox.amount, left) > 0:
            return self.env._(
                "only %(amount)s is still open", amount=currency.format(left)
            )
        if not self._journal(settlement.company_id):
            return self.env._(
                "%s has no journal for other entries", settlement.company_id.name
            )
        why = self._why_not(line, settlement)
        return why and self.env._(
            "the card %(card)s cannot take it: %(why)s",
            card=self._masked(line.coupon_id),
            why=why,
        )

    def _refund(self, outbox):
        """Done or not done, in one transaction; run again where it meets another."""
        return insist(self.env, lambda: self._try(outbox))

    def _try(self, outbox):
        try:
            with self.env.cr.savepoint():
                self._lock_payout(outbox)
                if known := self._outcome(outbox, sending=False):
                    return known
                if refused := self._prepare(outbox):
                    return "failed", refused
                return "done", self._give(outbox)
        except UserError as error:
            return "failed", self.env["returns.order"]._plain(error)

    def _lock_payout(self, outbox):
        """In the order of whoever pays by hand; the card last."""
        settlement = outbox.settlement_id
        settlement.order_id.line_ids.sold_line_id._lock()
        self.env.flush_all()
        lock(self.env, "account_move", settlement.move_id.ids)
        settlement.invalidate_recordset(["open_amount", "state"])
        self._lock(outbox.sudo().card_line_id.coupon_id)

    def _outcome(self, outbox, sending=True):
        """What is in the database is all there is to know.

        A process that ended meanwhile has left nothing: it is tried again by itself.
        """
        given = self.env["returns.settlement"].search_count(
            [("card_outbox_id", "=", outbox.id)], limit=1
        )
        if given:
            return "done", ""
        if not sending:
            return None
        state = "waiting" if outbox.attempts < TRIES else "failed"
        return state, self.env._("It was interrupted, and nothing was paid")

    def _book(self, outbox):
        """It is booked already; the return goes on now that nothing is on its way."""
        self.env["returns.step.advance"]._after(outbox.order_id)

    # --- give -------------------------------------------------------------------------
    def _give(self, outbox):
        """Put it on the card, and book it.

        :return: what a person should know of it
        """
        settlement, amount = outbox.settlement_id, outbox.amount
        line = outbox.sudo().card_line_id
        points = self._points(line, amount)
        card, told = self._card(line, settlement, points)
        self._remember(settlement, card, issued=points)
        entry = self._enter(settlement, settlement.move_id, line, card, amount)
        self._append(
            settlement,
            {
                "amount": amount,
                "card_id": card.id,
                "card_line_id": line.id,
                "card_points": points,
                "card_outbox_id": outbox.id,
                "entry_id": entry.id,
            },
        )
        self._log(settlement, "refilled", amount, card)
        return told

    def _points(self, line, amount):
        """The points that an amount had cost: exact also in another currency.

        The last part takes the rest, so that the card gets just what it gave.
        """
        took = line._returns_card_took()
        given = sum(line.returns_card_payout_ids.mapped("amount"))
        known = sum(line.returns_card_payout_ids.mapped("card_points"))
        currency = line.coupon_id.program_id.currency_id
        billed = line._returns_card_items().currency_id[:1] or line.currency_id
        if billed.compare_amounts(given + amount, took) >= 0:
            return currency.round(line.points_cost - known)
        return currency.round(line.points_cost * amount / took)

    def _card(self, line, settlement, points):
        """The card that takes the points, and what a person should know of it."""
        card = line.coupon_id
        if self._is_usable(card):
            card.points += points
            return card, False
        program, partner = card.program_id, card.partner_id
        partner = partner or settlement.move_id.partner_id
        given = line.returns_card_payout_ids.card_id.filtered(self._is_usable)[:1]
        if not given and program.program_type == "ewallet":
            given = self._wallet(program, partner)
        if given:
            self._lock(given)
            given.points += points
        else:
            given = self._new_card(program, partner, points)
        return given, self.env._(
            "The card %(card)s could not be spent any more; it is on %(other)s",
            card=self._masked(card),
            other=self._masked(given),
        )

    def _enter(self, row, document, line, card, amount):
        """Undo what spending had booked: on the account where the invoice has it."""
        item = line._returns_card_items().sorted("id")[-1:]
        more = {"analytic_distribution": item.analytic_distribution}
        text = (
            self.env._("%(name)s, back on card %(card)s")
            if amount > 0
            else self.env._("%(name)s, taken from card %(card)s")
        )
        words = text % {"name": row.order_id.name, "card": self._masked(card)}
        return self._post_entry(
            row, document, [(item.account_id, -amount, more)], words
        )

    def _append(self, credit, vals):
        """The row of what a card got back, or had taken away again."""
        card = self.env["loyalty.card"].browse(vals["card_id"])
        return self.env["returns.settlement"]._machine_create(
            [
                {
                    "order_id": credit.order_id.id,
                    "currency_id": credit.currency_id.id,
                    "kind": "payout",
                    "tender": "voucher",
                    "credit_id": credit.id,
                    "settlement_ref": self._masked(card),
                    "user_id": self.env.uid,
                    **vals,
                }
            ]
        )

    def _log(self, row, what, amount, card):
        self.env["returns.event"]._log(
            [
                {
                    "order": row.order_id,
                    "what": what,
                    "data": {
                        "settlement": row.id,
                        "amount": row._in_order(amount),
                        "card": self._masked(card),
                    },
                }
            ]
        )

    # --- take back --------------------------------------------------------------------
    def _take_back(self, settlements):
        """Refunds that were taken back: what went on cards leaves them again.

        As far as it is there: what was spent stays open on the document that takes the
        refund back, and finance is told.
        """
        for row in settlements.filtered(lambda row: row.amount < 0 and row.move_id):
            # sudo: what is booked follows from the document, whoever posted it
            given = row.sudo().reverses_id.paid_by_ids.filtered("card_line_id")
            for rows in given.grouped(lambda r: (r.card_line_id, r.card_id)).values():
                self._take_from(row.sudo(), rows)

    def _take_from(self, row, given):
        """Take back what one card got of one credit note, as far as it is open."""
        line, card = given.card_line_id, given.card_id
        currency = row.currency_id
        left = sum(given.mapped("amount"))
        owed = currency.round(min(left, row.move_id.amount_residual))
        if currency.compare_amounts(owed, 0.0) <= 0:
            return
        self._lock(card)
        each = sum(given.mapped("card_points")) / left
        taken = currency.round(max(0.0, min(owed, card.points / each)))
        if not currency.is_zero(taken):
            points = card.program_id.currency_id.round(taken * each)
            card.points -= points
            self._remember(row, card, used=points)
            self._append(
                row.reverses_id,
                {
                    "amount": -taken,
                    "card_id": card.id,
                    "card_line_id": line.id,
                    "card_points": -points,
                    "entry_id": self._enter(row, row.move_id, line, card, -taken).id,
                    "reverses_id": given[0].id,
                },
            )
            self._log(row, "lowered", taken, card)
        if currency.compare_amounts(owed, taken) > 0:
            self._tell_spent(row, card, owed - taken)
