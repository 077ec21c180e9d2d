from odoo import fields, models


class ReturnsOutbox(models.Model):
    """A call to the outside that a step asked for; a cron performs it.

    A step never calls a provider itself, since Odoo may run a request again. Payouts
    go at most once: ``sending`` is committed before the call, and what was sending
    when the process died becomes ``unknown`` and is never sent again.
    """

    _name = "returns.outbox"
    _description = "Call to the outside"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one(
        "returns.order", "Return", required=True, ondelete="cascade", index=True,
    )
    settlement_id = fields.Many2one("returns.settlement", ondelete="cascade", index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("post", "Post the credit note"), ("payout", "Payout")], required=True,
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("sending", "Sending"), ("pending", "With the provider"),
         ("done", "Done"), ("failed", "Failed"), ("unknown", "Outcome unknown")],
        default="waiting", required=True, index=True,
    )
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    transaction_id = fields.Many2one("payment.transaction", index=True)
    attempts = fields.Integer()
    next_at = fields.Datetime(default=fields.Datetime.now, index=True)
    message = fields.Char("Last answer")
