from odoo import api, fields, models

from ...const import PAYOUT_ON_ITS_WAY

FINANCE = "returns_governance.group_finance"


class ReturnsOutbox(models.Model):
    """Payouts as finance looks at them: what happened, and what can be done."""

    _inherit = "returns.outbox"

    partner_id = fields.Many2one(related="order_id.partner_id", store=True)
    move_id = fields.Many2one(related="settlement_id.move_id", string="Credit note")
    credit_name = fields.Char(
        "Credit note number", related="settlement_id.move_id.name"
    )
    due_date = fields.Date(related="settlement_id.due_date", store=True)
    provider_name = fields.Char(
        "Provider", compute="_compute_provider_name", compute_sudo=True
    )
    words = fields.Char("What to do", compute="_compute_words")
    can_retry = fields.Boolean(compute="_compute_can")
    can_tell = fields.Boolean(compute="_compute_can")
    can_instead = fields.Boolean(compute="_compute_can")

    @api.depends("source_transaction_id")
    def _compute_provider_name(self):
        for row in self:
            row.provider_name = row.source_transaction_id.provider_id.name

    @api.depends("state", "kind")
    @api.depends_context("uid")
    def _compute_can(self):
        finance = self.env.user.has_group(FINANCE)
        for row in self:
            payout = finance and row.kind == "payout"
            row.can_retry = finance and row.state == "failed"
            row.can_tell = payout and row.state in ("pending", "unknown")
            row.can_instead = payout and row.state in ("waiting", "failed")

    @api.depends("state", "kind", "message")
    @api.depends_context("lang")
    def _compute_words(self):
        told = self._told_by_state()
        for row in self:
            row.words = told.get(row.state, "")

    def _told_by_state(self):
        """What each state means to whoever looks at it."""
        return {
            "waiting": self.env._("It is sent within minutes; nothing to do."),
            "sending": self.env._("The provider is being asked just now."),
            "pending": self.env._(
                "The provider has it and tells when it has paid. If it does not, look "
                "at its site and say what became of it."
            ),
            "failed": self.env._(
                "It was not paid. Mend what it failed for and try again, or pay it by "
                "hand."
            ),
            "unknown": self.env._(
                "It may have been paid, and is not sent again. Look at the provider's "
                "site and say what became of it."
            ),
            "by_hand": self.env._("It waits under To pay by hand, or was paid so."),
        }

    @api.depends("order_id.name", "kind", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        words = self.env["returns.words"]
        for row in self:
            row.display_name = self.env._(
                "%(name)s: %(kind)s, %(sum)s",
                name=row.order_id.name or "",
                kind=kinds.get(row.kind, ""),
                sum=words._money(row.currency_id, row.amount),
            )

    def _is_unbooked(self):
        """Whether it was paid, and its payment does not stand in the books yet."""
        return (
            self.state == "done"
            and bool(self.transaction_id)
            and not self.transaction_id.payment_id
        )

    def _wake_bookkeeping(self, outcome):
        """Have Odoo book a payment that a notice has told of."""
        if outcome == "done" and self.transaction_id:
            # sudo: waking it follows from the notice; the cron has its own rights
            self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
