"""Goods that were not to be billed are billed again: their prepayment stays."""

from decimal import Decimal

from odoo import Command, models

from ..engine.shares import ZERO, LineShare
from .settle_claim import Part
from .settle_paid import Source


class ReturnsPrepaid(models.AbstractModel):
    """Takes the credit of down payments back, as far as it is not owed any more.

    What is a draft is made anew for what is left of it; what is posted gets a document
    in the opposite direction, so that the down payment is on the order's last bill.
    """

    _inherit = "returns.prepaid"

    def _take_back(self, rows, reason):
        """Follow rows *less to invoice* that were taken back.

        :param recordset rows: by which prepayments of them go back
        """
        # sudo: the machine's; whoever takes a refund back need not read invoices
        credits = rows.sudo().filtered(lambda row: row.kind == "credit_note")
        drafts, posted, anew = credits.browse(), [], []
        for row in credits:
            done = -sum(row.reversal_ids.mapped("amount"))
            amount = row.currency_id.round(row._taken_off() - done)
            if row.currency_id.compare_amounts(amount, 0.0) <= 0:
                continue
            if row.move_id.state == "draft":
                drafts |= row
                anew.append((row, row.currency_id.round(row.amount - amount)))
            elif row.move_id.state == "posted":
                posted.append((row, amount))
        drafts._cancel_drafts()
        self._credit_anew(anew)
        counter = self._counter(posted, reason)
        self.env["returns.posting"]._post(counter)

    def _credit_anew(self, wanted):
        """Credit down payments by less than a draft did.

        :param wanted: (row of the draft, amount) each
        """
        notes = []
        for row, amount in wanted:
            if row.currency_id.compare_amounts(amount, 0.0) > 0:
                orders = row.less_id.line_ids.sale_line_id.order_id
                parts = [
                    part
                    for sale in orders
                    for part in self._down_payments(sale)
                    if part.source.invoice_line.move_id == row.invoice_id
                ]
                shares = self._shares(parts, amount, row.currency_id)
                notes.append((row.less_id, shares))
        made = self._credit_down_payments(notes)
        if made:
            self.env["returns.step.settle"]._settle_on(made)

    def _counter(self, wanted, reason):
        """Make documents against posted credit notes of down payments.

        :param wanted: (row, amount) each
        :return: their settlements
        """
        credit, vals_list, parts = self.env["returns.credit"], [], {}
        for row, amount in wanted:
            left = self._left_of(row)
            parts[row] = self._shares(left, amount, row.currency_id)
            vals = credit._counter_vals(row, [], reason)
            vals["invoice_line_ids"] = [
                Command.create(self._line_vals(row.move_id, part))
                for part in parts[row]
            ]
            vals_list.append(vals)
        moves = credit._create_moves(vals_list)
        step = self.env["returns.step.settle"]
        return (
            self.env["returns.settlement"]
            .sudo()  # the machine's own rows
            ._machine_create(
                [
                    step._counter_row_vals(
                        row, [(row, part) for part in parts[row]], move, reason
                    )
                    for (row, _amount), move in zip(wanted, moves, strict=True)
                ]
            )
        )

    def _left_of(self, row):
        """[Part] of a posted credit note, less what was taken back of it before."""
        paid = self.env["returns.paid"]
        off = {}
        for move in row.reversal_ids.move_id:
            for item, (net, taxes) in paid._amounts(move).items():
                off.setdefault(item.sale_line_ids, []).append((net, taxes))
        found = []
        for item, (net, taxes) in paid._amounts(row.move_id).items():
            source = Source(
                item.sale_line_ids[:1], item, Decimal(1), net, dict(taxes)
            )
            for part, part_taxes in off.get(item.sale_line_ids, ()):
                source.credit(ZERO, part, part_taxes)
            net, taxes = source.room()
            share = LineShare(source, Decimal(1), net, tuple(taxes.items()))
            found.append(Part(source, share))
        return [part for part in found if part.total > 0]
