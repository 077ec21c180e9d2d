from odoo import models

from ...guard import refuse


class ReturnsGate(models.AbstractModel):
    """Credit for nothing that came back may need another person's approval."""

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        result = super()._check_posted(moves)
        rows = self._authority_rows(moves.sudo())  # as in super()
        for row in self.env["returns.approval"]._uncovered(rows):
            self._refuse_unapproved(moves.browse(row["values"]["move_id"]))
        return result

    def _refuse_unapproved(self, record):
        refuse(
            "APPROVAL_REQUIRED",
            self.env._(
                "%(name)s needs the approval of another person, as it is. Press its "
                "own button to post it: that asks for the approval, and it is posted "
                "as soon as it is approved.",
                name=record.sudo().display_name,
            ),
        )

    def _authority_rows(self, moves):
        """What posting these documents asks for, as questions."""
        if not self.env["returns.authority"]._rows_in_force().get("goodwill"):
            return []
        return [
            {
                "kind": "goodwill",
                "company": move.company_id,
                "key": f"goodwill {move.id}",
                "amount": abs(move.amount_total_signed),
                "why": move.ref or False,
                "data": {
                    "payee": move.commercial_partner_id.id,
                    "account": move.partner_bank_id.id or False,
                    "amount": move.amount_total,
                    "currency": move.currency_id.id,
                },
                "values": {"move_id": move.id, "partner_id": move.partner_id.id},
            }
            for move in moves
            if self._is_free_credit(move)
        ]

    def _is_free_credit(self, move):
        """Goodwill, or a credit note for nothing that was sold by an order."""
        if move.move_type != "out_refund" or move.returns_order_id:
            return False
        return move.returns_credit_kind == "goodwill" or self._loose_amount(move) > 0

    def _ask_first(self, moves):
        """Ask about those of ``moves`` that need it, instead of posting them.

        :return: the documents that wait
        """
        if not self._is_finance():
            return moves.browse()
        # sudo: whether it was approved; who may post is checked by the document
        drafts = moves.sudo().filtered(lambda move: move.state == "draft")
        waiting = self.env["returns.approval"]._uncovered(self._authority_rows(drafts))
        self.env["returns.approval"]._ask(waiting)
        return moves.browse(row["values"]["move_id"] for row in waiting)


class ReturnsGatePayment(models.AbstractModel):
    """A payment by hand may need another person's approval, for just this payee."""

    _inherit = "returns.gate.payment"

    def _check_payments(self, payments):
        result = super()._check_payments(payments)
        paying = self._by_hand(payments.sudo())  # as in super()
        self._check_reopened(paying)
        for row in self.env["returns.approval"]._uncovered(self._pay_rows(paying)):
            payment = payments.browse(row["values"]["payment_id"])
            self.env["returns.gate"]._refuse_unapproved(payment)
        return result

    def _by_hand(self, payments):
        """Of these, what people pay to customers."""
        return self._to_customers(payments)

    def _check_reopened(self, payments):
        """Nobody is paid for a return whose approval was opened again."""
        if not payments:
            return
        partners = payments.partner_id.commercial_partner_id
        # sudo: whoever pays meets the whole truth
        open_again = (
            self.env["returns.approval"]
            .sudo()
            .search(
                [
                    ("kind", "=", "refund"),
                    ("state", "=", "open"),
                    ("order_id.partner_id", "child_of", partners.ids),
                    ("order_id.settlement_ids.state", "=", "to_pay"),
                    ("company_id", "in", payments.company_id.ids),
                ]
            )
        )
        if open_again:
            refuse(
                "APPROVAL_REQUIRED",
                self.env._(
                    "%(names)s: the approval of the refund was opened again. Have it "
                    "decided before anybody is paid.",
                    names=", ".join(open_again.order_id.mapped("name")),
                ),
            )

    def _pay_rows(self, payments):
        """What paying these asks for, as questions."""
        if not self.env["returns.authority"]._rows_in_force().get("pay"):
            return []
        return [
            {
                "kind": "pay",
                "company": payment.company_id,
                "key": f"pay {payment.id}",
                "amount": payment.currency_id._convert(
                    payment.amount,
                    payment.company_id.currency_id,
                    payment.company_id,
                    payment.date,
                ),
                "why": payment.memo or False,
                "data": {
                    "payee": payment.partner_id.id,
                    "account": payment.partner_bank_id.id or False,
                    "tender": payment.payment_method_line_id.id or False,
                    "journal": payment.journal_id.id,
                    "amount": payment.amount,
                    "currency": payment.currency_id.id,
                },
                "values": {
                    "payment_id": payment.id,
                    "partner_id": payment.partner_id.id,
                },
            }
            for payment in payments
        ]

    def _ask_first(self, payments):
        """As for documents.

        :return: the payments that wait
        """
        drafts = self._by_hand(
            # sudo: whether it was approved; who may pay is checked by the payment
            payments.sudo().filtered(lambda pay: pay.state == "draft")
        )
        waiting = self.env["returns.approval"]._uncovered(self._pay_rows(drafts))
        self.env["returns.approval"]._ask(waiting)
        return payments.browse(row["values"]["payment_id"] for row in waiting)
