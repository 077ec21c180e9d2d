from psycopg2 import OperationalError

from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...const import OUTBOX_KINDS, OUTBOX_STATES
from ...guard import deny, refuse

BATCH = 50  # short, so that whoever waits for a cron worker does not wait long
RERUNS = 20


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
        "returns.order",
        "Return",
        required=True,
        ondelete="cascade",
        index=True,
    )
    settlement_id = fields.Many2one(
        "returns.settlement", ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    kind = fields.Selection(OUTBOX_KINDS, required=True)
    state = fields.Selection(
        OUTBOX_STATES,
        default="waiting",
        required=True,
        index=True,
    )
    role = fields.Char(help="The model that plays returns.role.payout.")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    transaction_id = fields.Many2one("payment.transaction", index=True)
    source_transaction_id = fields.Many2one(
        "payment.transaction", "Original payment", help="What is paid back."
    )
    attempts = fields.Integer()
    next_at = fields.Datetime(default=fields.Datetime.now, index=True)
    message = fields.Char("Last answer")

    # --- posting ------------------------------------------------------------------
    @api.model
    def _queue_posting(self, settlements):
        """Have credit notes posted in the background, at once."""
        if not settlements:
            return self.browse()
        rows = self._machine_create(
            [
                {
                    "order_id": row.order_id.id,
                    "settlement_id": row.id,
                    "kind": "post",
                    "amount": row.amount,
                    "currency_id": row.currency_id.id,
                }
                for row in settlements
            ]
        )
        self._wake("ir_cron_post")
        return rows

    @api.model
    def _wake(self, name):
        """Start a cron of this addon as soon as a worker is free."""
        # sudo: waking it is part of the step; the cron has its own rights
        cron = self.env.ref(f"returns_governance.{name}", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_post(self):
        """Post what waits, in short batches, committing each."""
        self._work_off("post", BATCH, self._post_waiting)

    @api.model
    def _cron_pay(self):
        """Send the payouts that wait, one at a time; at most once each."""
        self._give_up_lost()
        self._work_off("payout", 1, self._pay_waiting)

    def _work_off(self, kind, size, work):
        """Run ``work`` on the waiting rows, batch after batch, while time is left."""
        waiting = [
            ("kind", "=", kind),
            ("state", "=", "waiting"),
            ("next_at", "<=", fields.Datetime.now()),
        ]
        reruns = 0
        while rows := self.search(waiting, limit=size).try_lock_for_update():
            try:
                work(rows)
                left = self.search_count(waiting)
                time_left = self.env["ir.cron"]._commit_progress(
                    len(rows), remaining=left
                )
            except OperationalError:
                # Somebody wrote the same rows: run it again on a new snapshot.
                self.env.cr.rollback()
                reruns += 1
                if reruns > RERUNS:
                    raise
                continue
            if not time_left:
                break

    def _post_waiting(self, rows):
        """Post one batch; what fails stays for a person, with an exception."""
        posting = self.env["returns.posting"]
        posting._lock(rows.settlement_id)
        results = posting._post(rows.settlement_id)
        failed = rows.filtered(lambda row: results.get(row.settlement_id))
        done = rows - failed
        if done:
            done._machine_write({"state": "done", "message": False})
        for row in failed:
            row._machine_write(
                {
                    "state": "failed",
                    "attempts": row.attempts + 1,
                    "message": results[row.settlement_id],
                }
            )

    # --- payouts ------------------------------------------------------------------
    def _pay_waiting(self, rows):
        for row in rows:
            self.env["returns.payout"]._send(row)

    @api.model
    def _give_up_lost(self):
        """What was sending when its process died is never sent again."""
        lost = self.search([("kind", "=", "payout"), ("state", "=", "sending")])
        if lost.try_lock_for_update():
            self.env["returns.payout"]._mark_unknown(
                lost, self.env._("The process ended before the provider had answered.")
            )

    # --- by people ----------------------------------------------------------------
    @patient
    def action_retry(self):
        """Try failed postings and payouts again; for finance.

        Never what may have been paid: an unknown outcome is settled by the provider's
        notification, or by finance on the credit note.
        """
        if not self.env.user.has_group("returns_governance.group_finance"):
            deny(self.env._("Trying again needs the role finance controller."))
        self.check_access("read")
        # sudo: who may retry may not write; what is paid meanwhile is left out
        self.sudo().settlement_id._shrink_payouts(self.env._("It was paid meanwhile"))
        for row in self:
            if row.state != "failed":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: only what surely failed, and is still open, can be "
                        "tried again.",
                        name=row.order_id.name,
                    ),
                )
        # sudo: finance may retry (checked above), and writes nothing else
        self.sudo()._machine_write(
            {"state": "waiting", "next_at": fields.Datetime.now()}
        )
        self._wake("ir_cron_post")
        self._wake("ir_cron_pay")
        return True
