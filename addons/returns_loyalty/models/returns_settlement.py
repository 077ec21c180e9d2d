from odoo import api, fields, models


class ReturnsSettlement(models.Model):
    """Store credit that was given for a credit note, and what went back on cards.

    A row of kind *store_credit* names the credit note's row (``credit_id``), the card,
    and the entry that settles the credit note against what is owed to the customer. So
    does a payout to the gift card or wallet that had paid for the goods.
    """

    _inherit = "returns.settlement"
    _kept_code = "REFUND_GATE"

    card_id = fields.Many2one(
        "loyalty.card", "Card", index="btree_not_null", ondelete="restrict"
    )
    bonus = fields.Monetary(help="On top of the credit.")
    entry_id = fields.Many2one(
        "account.move", "Entry", index="btree_not_null", ondelete="restrict"
    )

    card_line_id = fields.Many2one(
        "sale.order.line",
        "Card's line of the order",
        index="btree_not_null",
        ondelete="restrict",
        help="The line with which the gift card or wallet had paid.",
    )
    card_points = fields.Float("Points", help="Put on the card, or taken away again.")
    card_outbox_id = fields.Many2one("returns.outbox", "Payout", ondelete="cascade")

    # One payout is never done twice, whatever fails or meets another.
    _card_outbox_unique = models.UniqueIndex(
        "(card_outbox_id) WHERE card_outbox_id IS NOT NULL"
    )

    card_words = fields.Char(
        "Gift cards",
        compute="_compute_card_words",
        compute_sudo=True,
        help="Why a gift card or wallet that had paid gets nothing back.",
    )

    @api.depends("hand_amount")
    @api.depends_context("lang")
    def _compute_card_words(self):
        role = self.env["returns.payout.voucher"]
        for row in self:
            lines = role._card_lines(row) if row.hand_amount else ()
            row.card_words = " ".join(role._refusals(row, lines)) or False

    def _kept_way(self):
        if not self.entry_id:
            return super()._kept_way()
        return self.env._(
            "It put %(amount)s on a card. Reverse the settlement on return %(name)s "
            "instead: that takes it back.",
            amount=self.currency_id.format(self.amount),
            name=self.order_id.name,
        )

    def _on_cards(self):
        """What cards and wallets got of a credit note, less what was taken back."""
        return sum(self.paid_by_ids.filtered("entry_id").mapped("amount"))

    @api.depends("paid_by_ids.entry_id")
    def _compute_state(self):
        return super()._compute_state()

    def _derive_state(self):
        """Also where an entry is not reconciled any more: a card has it, once."""
        state, left = super()._derive_state()
        if state == "to_pay" and self.kind == "credit_note":
            unpaid = self.amount - self._on_cards() - self._paid_by_channel()
            if self.currency_id.compare_amounts(unpaid, 0.0) <= 0:
                return "paid", 0.0
            if self.currency_id.compare_amounts(unpaid, left) < 0:
                left = self.currency_id.round(unpaid)
        return state, left

    def _recount_prepaid(self):
        result = super()._recount_prepaid()
        if self.filtered(lambda row: row.state == "to_pay" and row.hand_amount > 0):
            # Store credit may be given now; not while somebody reconciles.
            self.env["returns.outbox"]._wake("ir_cron_pay")
        return result

    def _prepaid_given(self):
        given = super()._prepaid_given()
        return given + sum(self._store_credits().mapped("amount"))

    def _store_credits(self):
        """The store credit that stands for credit notes: given, less taken back."""
        return self.paid_by_ids.filtered(lambda row: row.kind == "store_credit")
