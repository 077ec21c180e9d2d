from odoo import api, fields, models

from ...const import PAYOUT_ON_ITS_WAY, PREPAID_KEPT, RECEIVABLE

RECEIVED = ("in_process", "paid")  # states of a payment that has come in


class ReturnsSettlement(models.Model):
    """What was paid before an invoice, for goods that are not billed any more.

    Such a row (of kind *prepaid*, or the credit note of a down payment) says how the
    money of a row *less to invoice* goes back; that row counts what was settled, this
    one what has still to be paid. Nothing is open that is not there any more: where
    the payment was used for something else, or has bounced, nothing goes back.
    """

    _inherit = "returns.settlement"

    less_id = fields.Many2one(
        "returns.settlement",
        "Of what is not billed",
        index="btree_not_null",
        help="The row by which less is invoiced; what had been paid for it goes back "
        "by this one.",
    )
    prepaid_ids = fields.One2many("returns.settlement", "less_id", "Goes back by")
    received_id = fields.Many2one(
        "account.payment",
        "Prepayment",
        index="btree_not_null",
        help="The customer's payment of which this gives something back.",
    )

    @api.depends("move_id.name", "source_move_id.name", "received_id.name", "kind")
    def _compute_credit_name(self):
        for row in self:
            name = row.move_id.name
            if row.kind == "prepaid":
                name = row.source_move_id.name or row.received_id.name
            row.credit_name = name

    @api.depends(
        "less_id",
        "less_id.amount",
        "less_id.reversal_ids.amount",
        "less_id.prepaid_ids.amount",
        "received_id.state",
        "paid_by_ids.payment_id.state",
        "paid_by_ids.transaction_id.state",
    )
    def _compute_state(self):
        return super()._compute_state()

    def _derive_state(self):
        if self.kind == "prepaid":
            return self._derive_prepaid()
        return super()._derive_state()

    @api.depends("less_id", "reverses_id.less_id")
    def _compute_counts(self):
        return super()._compute_counts()

    def _is_counted(self):
        back = self.less_id or self.reverses_id.less_id
        return super()._is_counted() and self.kind != "prepaid" and not back

    def _derive_prepaid(self):
        """(state, open amount) of what was paid before an invoice."""
        given = self._prepaid_given()
        most = self.amount - self._taken_off()
        left = min(most - given, self._received_left())
        if self.currency_id.compare_amounts(left, 0.0) > 0:
            return "to_pay", left
        return "paid" if given else "cancelled", 0.0

    def _taken_off(self):
        """What of it stays with the shop, since its goods are billed again.

        What is billed more goes back less, cent by cent; of several rows for the same
        goods the last one gives way first.
        """
        less = self.less_id
        counters = less.reversal_ids
        if not counters:
            return 0.0
        kept = counters.line_ids.filtered(
            lambda item: item.line_id.resolution in PREPAID_KEPT
        )
        off = sum(kept.mapped("amount")) - sum(counters.mapped("amount"))
        later = less.prepaid_ids.filtered(
            lambda row: row.id > self.id and row.move_id.state != "cancel"
        )
        return max(0.0, min(self.amount, off - sum(later.mapped("amount"))))

    def _prepaid_given(self):
        """What was given back of it: payouts that have gone, and a channel's money."""
        gone = self.paid_by_ids.filtered(
            lambda row: (
                row.kind == "channel_paid"
                or (row.kind == "payout" and row._derive_state()[0] == "paid")
            )
        )
        return sum(gone.mapped("amount"))

    def _received_items(self):
        """The customer's items of the payment that gives something back."""
        return self.source_move_id.line_ids.filtered(
            lambda item: item.account_id.account_type == RECEIVABLE
        )

    def _received_left(self):
        """What is left of the payment that was not used for anything else."""
        if entry := self.source_move_id:
            if entry.state != "posted":
                return 0.0
            items = self._received_items()
            return -sum(items.mapped("amount_residual_currency"))
        return self.received_id.amount if self.received_id.state in RECEIVED else 0.0

    def _prepaid_unbooked(self):
        """What was given back, and is in no book yet: the payment seems unused."""
        gone = self.paid_by_ids.filtered(
            lambda row: row.kind == "payout" and row._derive_state()[0] == "paid"
        )
        return sum(
            row.amount
            for row in gone
            if not (row.payment_id or row.transaction_id.payment_id).move_id
        )

    def _on_its_way(self, states=PAYOUT_ON_ITS_WAY):
        """A prepayment's payouts count as given once they have gone."""
        if self.kind != "prepaid":
            return super()._on_its_way(states)
        boxes = self.outbox_ids.filtered(
            lambda box: box.kind == "payout" and box.state in states
        )
        drafts = self.paid_by_ids.filtered(
            lambda row: row.kind == "payout" and row.payment_id.state == "draft"
        )
        return sum(boxes.mapped("amount")) + sum(drafts.mapped("amount"))

    def _is_paid_out(self):
        """Also where what had been paid for goods that are not billed has gone back."""
        if self.kind == "prepaid":
            return bool(self._prepaid_given()) or bool(
                self.outbox_ids.filtered(
                    lambda box: box.state in ("sending", "pending", "done", "unknown")
                )
            )
        return super()._is_paid_out() or any(
            row.move_id.state == "posted" or row._is_paid_out()
            for row in self.prepaid_ids
        )

    def _recount_prepaid(self):
        """Look anew at what is left of the payments."""
        open_before = self.filtered(lambda row: row.state == "to_pay")
        self.modified(["less_id"])
        if done := open_before.filtered(lambda row: row.state != "to_pay"):
            self.env["returns.posting"]._prepaid_paid(done)


class AccountMove(models.Model):
    """The entry of a payment that something is given back of."""

    _inherit = "account.move"

    def _returns_recount_prepaid(self):
        """What can be given back of these payments has changed."""
        if self:
            # sudo: whoever reconciles need not read settlements
            rows = self.env["returns.settlement"].sudo()
            rows = rows.search(
                [("source_move_id", "in", self.ids), ("kind", "=", "prepaid")]
            )
            rows._recount_prepaid()
