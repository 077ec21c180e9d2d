"""What became of a payout, told by others than its own answer.

A person who looked at the provider's site, a notice that comes late, a channel that
had paid meanwhile. Whatever is told, nothing is paid twice without an exception.
"""

from odoo import models

from ..const import PAYOUT_SENT
from ..guard import deny, refuse

TELLABLE = ("pending", "unknown")


class ReturnsPayout(models.AbstractModel):
    """Settles payouts of which the answer was lost, or was not the last word."""

    _inherit = "returns.payout"

    # --- by a person ------------------------------------------------------------------
    def _tell(self, rows, paid, reason):
        """Say whether payouts of unknown outcome were paid; for finance.

        What another person has to approve (table of authority) waits for that.

        :param bool paid: whether the money has gone; if not it may be sent again
        :return: the payouts that wait for an approval
        """
        self._check_teller(rows, reason)
        for row in rows:
            if row.state not in TELLABLE:
                self._refuse_state(
                    row,
                    self.env._("only of a payout without an answer one can tell this"),
                )
        questions = self._questions(rows, paid, reason)
        approval = self.env["returns.approval"]
        waiting = approval._uncovered(questions)
        approval._ask(waiting)
        asked = rows.browse(question["data"]["payout"] for question in waiting)
        approval._use(questions)
        # sudo: the right was checked; the user stays the same
        payouts = self.sudo()
        for row in (rows - asked).sudo():
            payouts._told(row, paid, reason)
        return asked

    def _told(self, row, paid, reason):
        role, outcome = self._role(row), "done" if paid else "failed"
        role._told(row, paid, reason)
        if row.state in TELLABLE:  # else the role's own record has settled it
            self._finish(row, outcome, reason)
        self._log_told(row, outcome, reason)
        if paid:
            role._book(row)

    def _questions(self, rows, paid, reason):
        if not self.env["returns.authority"]._rows_in_force().get("payout"):
            return []
        # sudo: how much it is; who may tell was checked
        return [
            {
                "kind": "payout",
                "order": row.order_id,
                "key": f"payout {row.id}",
                "amount": row.currency_id._convert(
                    row.amount,
                    row.company_id.currency_id,
                    row.company_id,
                    row.create_date,
                ),
                "why": reason,
                "data": {"payout": row.id, "paid": bool(paid), "reason": reason},
            }
            for row in rows.sudo()
        ]

    def _instead(self, rows, reason):
        """Pay by hand what no provider is to be told any more; for finance."""
        self._check_teller(rows, reason)
        for row in rows:
            if row.kind != "payout" or row.state not in ("waiting", "failed"):
                self._refuse_state(
                    row, self.env._("what was sent is not paid by hand as well")
                )
        because = self.env._("It is paid by hand")
        for row in rows.sudo():  # as in _tell
            row._machine_write({"state": "by_hand", "message": reason})
            self._log_told(row, "by_hand", reason)
        self.env["returns.exception"]._clear(
            "payout_failed", [f"payout {row.id}" for row in rows], because
        )

    def _check_teller(self, rows, reason):
        if not self.env.user.has_group("returns_governance.group_finance"):
            deny(self.env._("This needs the role finance controller."))
        rows.check_access("read")
        if not (reason or "").strip():
            refuse(
                "BAD_REQUEST",
                self.env._("Say how you know: what you looked at, and when."),
            )

    def _refuse_state(self, row, why):
        states = dict(row._fields["state"]._description_selection(self.env))
        refuse(
            "RETURN_STATE",
            self.env._(
                "%(name)s, %(amount)s (%(state)s): %(why)s.",
                name=row.order_id.name,
                amount=row.currency_id.format(row.amount),
                state=states[row.state],
                why=why,
            ),
        )

    def _log_told(self, row, outcome, reason):
        self.env["returns.event"]._log(
            [
                {
                    "order": row.order_id,
                    "what": "payout_told",
                    "why": reason,
                    "data": {
                        "payout": row.id,
                        "amount": row.amount,
                        "outcome": outcome,
                    },
                }
            ]
        )

    # --- by a notice that comes late --------------------------------------------------
    def _paid_after_all(self, refund):
        """A provider paid what it had refused, or what a person said was not paid.

        Where the money is still owed, that settles it and nothing is sent again; else
        it went twice, and finance is told.
        """
        row = self.env["returns.settlement"].search(
            [("kind", "=", "payout"), ("transaction_id", "=", refund.id)], limit=1
        )
        credit = row.credit_id
        if not credit:
            return
        box = self._still_owed(credit, refund)
        if not box:
            self._raise_twice(refund, credit)
            return
        box._machine_write({"transaction_id": refund.id, "amount": abs(refund.amount)})
        self._finish(box, "done", refund.state_message)
        box._wake_bookkeeping("done")

    def _still_owed(self, credit, refund):
        """The payout that a late refund settles, if its money is still owed."""
        amount, compare = abs(refund.amount), credit.currency_id.compare_amounts
        free = credit.open_amount - credit._on_its_way(PAYOUT_SENT)
        if credit.state != "to_pay" or compare(free, amount) < 0:
            return credit.outbox_ids.browse()
        boxes = credit.outbox_ids.filtered(
            lambda box: (
                box.kind == "payout"
                and box.source_transaction_id == refund.source_transaction_id
            )
        )
        waiting = boxes.filtered(lambda box: box.state in ("waiting", "failed"))
        if not waiting and compare(credit.hand_amount, amount) >= 0:
            waiting = boxes.filtered(lambda box: box.state == "by_hand")
        return waiting[:1]

    def _raise_twice(self, refund, credit):
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "gate_breached",
                    "order_id": credit.order_id.id,
                    "move_id": credit.move_id.id,
                    "company_id": credit.company_id.id,
                    "cause": f"transaction {refund.id}",
                    "note": self.env._(
                        "The provider says now that it has paid %(amount)s "
                        "(%(reference)s), which was given up as not paid and was paid "
                        "otherwise since. Ask the customer for it.",
                        amount=credit.currency_id.format(abs(refund.amount)),
                        reference=refund.reference,
                    ),
                }
            ]
        )

    # --- by a channel -----------------------------------------------------------------
    def _use_surplus(self, row):
        """Money that a channel paid while this payout was under way counts for it now
        that the provider has not paid: nobody pays it a second time."""
        credit = row.settlement_id
        surplus = row.order_id.settlement_ids.filtered(
            lambda paid: (
                paid.kind == "channel_paid"
                and not paid.credit_id
                and not paid.move_id
                and not paid.line_ids
                and paid._standing()
            )
        )
        used = surplus.browse()
        for paid in surplus.sorted("id"):
            free = credit.open_amount - credit._on_its_way(PAYOUT_SENT)
            if credit.currency_id.compare_amounts(paid.amount, free) <= 0:
                paid._machine_write({"credit_id": credit.id})
                used |= paid
        if used:
            because = self.env._("The channel has paid it")
            credit._shrink_payouts(because)
            self.env["returns.exception"]._clear(
                "overpaid_by_channel", [f"settlement {r.id}" for r in used], because
            )


class ReturnsStepApprove(models.AbstractModel):
    """Goes on after somebody approved what another person said of a payout."""

    _inherit = "returns.step.approve"

    def _go_on(self, approvals):
        result = super()._go_on(approvals)
        # A payment by hand that was refused is not made: it waits to be paid again.
        # sudo: whoever decides need not be able to pay
        refused = approvals.sudo().filtered(
            lambda row: row.kind == "pay" and row.state == "refused"
        )
        payments = refused.payment_id.filtered(lambda pay: pay.state == "draft")
        rows = self.env["returns.settlement"].sudo()  # as above
        rows = rows.search([("payment_id", "in", payments.ids)])
        rows.payment_id.action_cancel()
        return result

    def _do_payout(self, approval):
        told = approval.data
        rows = self._as_asked(
            self.env["returns.outbox"].browse(told["payout"]), approval
        )
        rows.env["returns.payout"]._tell(rows, told["paid"], told["reason"])
