"""Refunds and goodwill that were taken back by a bill: what of that was really paid."""

from decimal import Decimal

from odoo import models

from .settle_paid import exact


class ReturnsPaid(models.AbstractModel):
    """A bill that takes credit back does so as far as the customer has paid it.

    Until then the credit counts: it went out, and nothing of it has come back.
    """

    _inherit = "returns.paid"

    def _count_document(self, sources, item, amounts):
        move = item.move_id
        if self._takes_back(move) and move.returns_credit_kind != "return":
            part = self._paid_part(move)
            if part < 1:
                net, taxes = amounts[move][item]
                currency = move.currency_id
                amounts = {
                    move: {
                        item: [
                            exact(float(net * part), currency),
                            {
                                key: exact(float(tax * part), currency)
                                for key, tax in taxes.items()
                            },
                        ]
                    }
                }
        return super()._count_document(sources, item, amounts)

    def _paid_part(self, bill):
        """The share of a bill that is paid, or met the credit that it takes back."""
        total = bill.amount_total
        if bill.currency_id.is_zero(total):
            return Decimal(1)
        typed = self.env["returns.gate.payment"].sudo()._settled_by_hand(bill)
        left = (bill.amount_residual + typed) / total
        return max(Decimal(0), 1 - Decimal(str(round(left, 9))))


class ReturnsPosting(models.AbstractModel):
    """A refund that is given anew meets first what the customer owes of the old one."""

    _inherit = "returns.posting"

    def _posted(self, settlements):
        self._meet_taken_back(settlements)
        return super()._posted(settlements)

    def _meet_taken_back(self, settlements):
        """Set credit notes off against the open bills that took a refund of the same
        goods back after it was paid out."""
        rows = settlements.filtered(
            lambda row: (
                row.kind == "credit_note"
                and row.state == "to_pay"
                and "exchange" not in row.line_ids.line_id.mapped("resolution")
            )
        )
        if not rows:
            return
        taken = self.env["returns.settlement.line"].search(
            [
                ("sale_line_id", "in", rows.line_ids.sale_line_id.ids),
                ("settlement_id.amount", "<", 0),
                ("settlement_id.move_id.state", "=", "posted"),
                ("settlement_id.move_id.move_type", "=", "out_invoice"),
                ("settlement_id.move_id.amount_residual", ">", 0),
            ]
        )
        if not taken:
            return
        plan = []
        for row in rows:
            bills = taken.filtered(
                lambda line, row=row: line.sale_line_id in row.line_ids.sale_line_id
            ).settlement_id.move_id
            items = (row.move_id | bills).line_ids.filtered(
                lambda item: (
                    item.account_type == "asset_receivable" and not item.reconciled
                )
            )
            plan += [
                group
                for group in items.grouped("account_id").values()
                if row.move_id in group.move_id and len(group.move_id) > 1
            ]
        for group in plan:
            self.env["account.move.line"]._reconcile_plan([group])
