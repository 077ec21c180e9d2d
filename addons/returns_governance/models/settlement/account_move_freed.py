from odoo import Command, fields, models

from ...const import BILLS
from ...guard import with_pass


class AccountMove(models.Model):
    """What a bill was paid with, when it leaves the books or is reversed to be
    issued anew: that money is meant for the bill in its place."""

    _inherit = "account.move"

    returns_freed_amount = fields.Monetary(
        "Paid before it left",
        copy=False,
        readonly=True,
        help="Of a bill that was taken out of the books, or of its reversal: what of "
        "it was paid, and waits for the bill in its place.",
    )
    returns_freed_ids = fields.Many2many(
        "account.move.line",
        "returns_freed_item_rel",
        "move_id",
        "item_id",
        "Paid by",
        copy=False,
        readonly=True,
    )

    def _freed_values(self):
        """What pays this bill at the moment."""
        items = self.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        partials = items.matched_credit_ids
        return {
            "returns_freed_amount": sum(partials.mapped("debit_amount_currency")),
            "returns_freed_ids": [Command.set(partials.credit_move_id.ids)],
        }

    def _note_freed(self):
        """Keep what pays these bills, which are about to leave the books."""
        for move in self:
            if move.move_type not in BILLS or move.returns_credit_kind == "return":
                continue
            values = move._freed_values()
            if values["returns_freed_amount"] or move.returns_freed_amount:
                with_pass(move, "write", values).write(values)

    def _freed_open(self, payments=False):
        """What of the money that became free is open still.

        :param bool payments: only what is no credit note
        """
        open_amount = -sum(
            item.amount_residual_currency
            for item in self.returns_freed_ids
            if item.amount_residual_currency < 0
            and item.parent_state == "posted"
            and not (payments and item.move_id.move_type == "out_refund")
        )
        return min(self.returns_freed_amount, open_amount)
