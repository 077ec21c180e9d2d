from odoo import models

# Who gets the money of a document.
PAYEE = {"partner_id", "partner_bank_id", "preferred_payment_method_line_id"}


class AccountMove(models.Model):
    """Documents that wait for an approval, and payees that change under one."""

    _inherit = "account.move"

    def action_post(self):
        """Post; what needs another person's approval is asked about and waits.

        :return: as core's, or a note that says what waits
        """
        waiting = self.env["returns.gate"]._ask_first(self)
        if not waiting:
            return super().action_post()
        if rest := self - waiting:
            super(AccountMove, rest).action_post()
        return waiting._note_waiting()

    def _note_waiting(self):
        return self.env["returns.approval"]._note_waiting(self)

    def write(self, vals):
        if not vals.keys() & PAYEE:
            return super().write(vals)
        # sudo: the accountant need not see approvals
        before = {move: move.sudo()._payee() for move in self if move.returns_order_id}
        result = super().write(vals)
        changed = [move for move, payee in before.items() if move._payee() != payee]
        if changed:
            self.browse().union(*changed)._reopen_approvals()
        return result

    def _payee(self):
        move = self.sudo()  # as above
        return (
            move.commercial_partner_id,
            move.partner_bank_id,
            move.preferred_payment_method_line_id,
        )

    def _reopen_approvals(self):
        """Who approved a refund approved it for the payee of that day."""
        self.env["returns.approval"]._payee_changed(
            self.sudo().returns_order_id,  # as above
            self.env._(
                "The payee was changed on %s",
                ", ".join(self.mapped("display_name")),
            ),
        )


class AccountPayment(models.Model):
    """Payments that wait for an approval."""

    _inherit = "account.payment"

    def action_post(self):
        """Pay; what needs another person's approval is asked about and waits.

        :return: as core's, or a note that says what waits
        """
        self.check_access("write")
        waiting = self.env["returns.gate.payment"]._ask_first(self)
        if not waiting:
            return super().action_post()
        if rest := self - waiting:
            super(AccountPayment, rest).action_post()
        return self.env["returns.approval"]._note_waiting(waiting)

    def _returns_settle_documents(self):
        """Tie a payment that waited to the documents that it was made for."""
        for payment in self:
            documents = payment.invoice_ids.filtered(lambda m: m.state == "posted")
            items = (payment.move_id | documents).line_ids.filtered(
                lambda item: (
                    item.account_id.account_type == "asset_receivable"
                    and not item.reconciled
                )
            )
            for group in items.grouped("account_id").values():
                if len(group.move_id) > 1:
                    group.reconcile()
