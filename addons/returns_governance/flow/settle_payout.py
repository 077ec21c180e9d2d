"""Paying money back: what stays open on a posted credit note."""

from odoo import models


class ReturnsPayout(models.AbstractModel):
    """Finds the way back for what is open on credit notes, and sends it once.

    What the original payment can give back goes through the outbox to the role that
    plays it (``returns.role.payout``); the rest is paid by hand, with Odoo's own
    payment on the credit note.
    """

    _name = "returns.payout"
    _description = "Payout of refunds"

    # The roles that are asked, the first that can before the others.
    _roles = ("returns.payout.provider",)

    def _prepare(self, settlements):
        """Queue payouts for what is open on posted credit notes."""
        vals_list = []
        for row in settlements.filtered(lambda row: row.state == "to_pay"):
            if row.outbox_ids.filtered(lambda known: known.kind == "payout"):
                continue
            for role in self._roles:
                vals_list += [
                    {
                        "order_id": row.order_id.id,
                        "settlement_id": row.id,
                        "kind": "payout",
                        "role": role,
                        "currency_id": row.currency_id.id,
                        **plan,
                    }
                    for plan in self.env[role]._plan(row)
                ]
        if vals_list:
            self.env["returns.outbox"]._machine_create(vals_list)
            self.env["returns.outbox"]._wake("ir_cron_pay")

    # --- at most once -------------------------------------------------------------
    def _send(self, row):
        """Send one payout; commits before the call, so that it never goes twice.

        Called by the cron only. Whatever happens between the commit and the answer
        leaves the row ``sending``, which the next run finds and gives up.
        """
        role = self.env[row.role]
        refused = role._prepare(row)
        if refused:
            self._finish(row, "failed", refused)
            return
        self.env.cr.commit()  # pylint: disable=invalid-commit
        row._machine_write({"state": "sending", "attempts": row.attempts + 1})
        self.env.cr.commit()  # pylint: disable=invalid-commit
        try:
            outcome, message = role._refund(row)
        except Exception as error:
            self.env.cr.rollback()
            outcome, message = "unknown", str(error)
        self._finish(row, outcome, message)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        if outcome == "done":
            role._book(row)

    def _finish(self, row, outcome, message=""):
        """Write the outcome of a payout, and tell whom it concerns."""
        row._machine_write({"state": outcome, "message": message or False})
        cause = [f"payout {row.id}"]
        Exceptions = self.env["returns.exception"]
        because = self.env._("The provider has answered: %(state)s", state=outcome)
        if outcome in ("failed", "unknown"):
            Exceptions._raise([self._exception(row, outcome, message)])
        if outcome != "failed":
            Exceptions._clear("payout_failed", cause, because)
        if outcome != "unknown":
            Exceptions._clear("payout_unknown", cause, because)

    def _exception(self, row, outcome, message):
        notes = {
            "failed": self.env._(
                "%(amount)s was not paid back: %(message)s. Try again in the outbox, "
                "or register the payment on %(move)s."
            ),
            "unknown": self.env._(
                "Whether %(amount)s was paid back is not known: %(message)s. It is not "
                "sent again. Look at the provider's site, then register the payment "
                "on %(move)s, or wait for the provider's notice."
            ),
        }
        return {
            "code": f"payout_{outcome}",
            "order_id": row.order_id.id,
            "move_id": row.settlement_id.move_id.id,
            "company_id": row.company_id.id,
            "cause": f"payout {row.id}",
            "note": notes[outcome]
            % {
                "amount": row.currency_id.format(row.amount),
                "message": message or "-",
                "move": row.settlement_id.move_id.name,
            },
        }

    def _mark_unknown(self, rows, because):
        """Never send these again; the provider's notice or a person settles them."""
        for row in rows:
            self._finish(row, "unknown", because)
