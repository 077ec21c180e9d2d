from odoo import api, fields, models

from ...const import SETTLEMENT_KINDS, SETTLEMENT_STATES, TENDERS


class ReturnsSettlement(models.Model):
    """Money of a return: a credit note, a payout, or less to invoice.

    ``amount`` counts toward what is settled once ``counts`` is true: a credit note
    when it is posted, a channel's own payment at once. ``open_amount`` is what has
    still to be posted or paid out. A payout never counts twice: its credit note does.
    """

    _name = "returns.settlement"
    _description = "Settlement of a return"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one(
        "returns.order",
        "Return",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    kind = fields.Selection(SETTLEMENT_KINDS, required=True)
    amount = fields.Monetary(help="With tax, in the document's currency.")
    amount_tax = fields.Monetary()
    line_ids = fields.One2many("returns.settlement.line", "settlement_id")
    settlement_ref = fields.Char("Reference", index=True)
    tender = fields.Selection(TENDERS)
    occurred_at = fields.Datetime(default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    # The document that carries it out.
    invoice_id = fields.Many2one("account.move", "Invoice", index=True)
    move_id = fields.Many2one(
        "account.move", "Credit note", index=True, ondelete="restrict"
    )
    transaction_id = fields.Many2one(
        "payment.transaction", "Refund transaction", index=True
    )
    credit_id = fields.Many2one(
        "returns.settlement",
        "Pays out",
        index=True,
        help="The credit note settlement whose open amount this payout gives back, or "
        "that the channel has paid.",
    )
    paid_by_ids = fields.One2many("returns.settlement", "credit_id", "Paid by")
    outbox_ids = fields.One2many("returns.outbox", "settlement_id")
    reverses_id = fields.Many2one("returns.settlement", "Reverses", index=True)
    reversal_ids = fields.One2many("returns.settlement", "reverses_id", "Taken back by")
    reason = fields.Char(help="Why the row it reverses was wrong.")

    state = fields.Selection(
        SETTLEMENT_STATES,
        compute="_compute_state",
        store=True,
        index=True,
    )
    counts = fields.Boolean(compute="_compute_counts", store=True)
    open_amount = fields.Monetary(compute="_compute_state", store=True)

    @api.depends(
        "kind",
        "amount",
        "move_id.state",
        "move_id.payment_state",
        "move_id.amount_residual",
        "transaction_id.state",
        "outbox_ids.state",
        "credit_id",
        "paid_by_ids.amount",
    )
    def _compute_state(self):
        for row in self:
            row.state, row.open_amount = row._derive_state()

    @api.depends("kind", "move_id.state", "credit_id")
    def _compute_counts(self):
        """Apart from the state, which follows every item of the books.

        What returns and order lines sum up hangs on this. On the state, each item that
        is written anywhere in the books would have to ask for the returns behind it.
        """
        for row in self:
            row.counts = row._is_counted()

    def _is_counted(self):
        """Whether the amount is settled: another row counts where this does not."""
        if self.kind in ("less_to_invoice", "channel_paid"):
            return not self.credit_id
        if self.kind in ("payout", "store_credit"):
            return False  # its credit note counts
        return self.move_id.state == "posted"

    def _standing(self):
        """Refunds of which something was not taken back yet."""
        return self.filtered(
            lambda row: (
                row.amount > 0
                and row.state != "cancelled"
                and row.currency_id.compare_amounts(
                    row.amount
                    + sum(
                        counter.amount
                        for counter in row.reversal_ids
                        if counter.state != "cancelled"
                    ),
                    0.0,
                )
                > 0
            )
        )

    def _cancel_drafts(self):
        """Cancel draft credit notes, and what waited to post them."""
        for move in self.move_id:
            move.button_cancel()
        waiting = self.outbox_ids.filtered(lambda box: box.state == "waiting")
        waiting._machine_write(
            {"state": "dropped", "message": self.env._("Taken back")}
        )

    def _is_paid_out(self):
        """Whether money has left for it, or may have."""
        if self.kind == "channel_paid" or self._paid_by_channel():
            return True
        sent = self.outbox_ids.filtered(
            lambda row: (
                row.kind == "payout"
                and row.state in ("sending", "pending", "done", "unknown")
            )
        )
        move = self.move_id
        return bool(sent) or (
            move.state == "posted" and self.env["returns.posting"]._money_went(move)
        )

    def _event_data(self):
        """What the audit trail keeps of this settlement."""
        return {
            "settlement": self.id,
            "kind": self.kind,
            "amount": self.amount,
            "tax": self.amount_tax,
            "move": self.move_id.id or False,
            "lines": [[row.line_id.id or False, row.quantity] for row in self.line_ids],
        }

    def _derive_state(self):
        """(state, open amount) from the documents behind the row."""
        if self.kind in ("less_to_invoice", "channel_paid"):
            return "paid", 0.0
        if self.kind == "payout":
            states = {"done": "paid", "error": "failed", "cancel": "failed"}
            return states.get(self.transaction_id.state, "to_pay"), 0.0
        if self.kind == "store_credit":
            return "paid", 0.0
        move = self.move_id
        if not move or move.state == "draft":
            return "to_post", self.amount
        if move.state == "cancel":
            return "cancelled", 0.0
        # Of a credit in a bill of other things, and of the document that takes a
        # credit back, nothing is paid out.
        if self.amount < 0 or move.move_type != "out_refund":
            return "paid", 0.0
        residual = min(abs(move.amount_residual), self.amount)
        left = residual - self._paid_by_channel()
        if self.currency_id.compare_amounts(left, 0.0) <= 0:
            return "paid", 0.0
        return "to_pay", left

    def _paid_by_channel(self):
        """What a channel has paid of this credit note, which waited for it."""
        rows = self.paid_by_ids.filtered(lambda row: row.kind == "channel_paid")
        return sum(rows.mapped("amount"))

    def _left_to_pay(self):
        """What a channel can still pay of a refund that is not posted yet."""
        if self.kind != "credit_note" or self.state != "to_post":
            return 0.0
        # Posting meets the invoice first, as far as that is not paid.
        open_amount = self.amount - self.invoice_id.amount_residual
        return max(0.0, open_amount - self._paid_by_channel())
