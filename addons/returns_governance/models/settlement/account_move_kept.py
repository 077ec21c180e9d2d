from odoo import api, models

from ...guard import refuse

RELEASING = "returns_releasing"


class Releasing:
    """Says in a context which entries the record behind them takes back itself.

    An object, which no call from outside can carry.
    """

    __slots__ = ("ids",)

    def __init__(self, moves):
        self.ids = frozenset(moves.ids)


class AccountMove(models.Model):
    """Entries that carry out what a record of the returns says stay as long as it
    stands: whoever took them out of the books by hand would leave a record that says
    what the ledger does not.
    """

    _inherit = "account.move"

    def _returns_keepers(self):
        """Which records keep entries; addons append theirs.

        :return: list of (model, field); the model has ``_kept_way``
        """
        return [
            ("returns.write.down", "move_id"),
            ("returns.write.down.release", "move_id"),
            ("returns.handover", "invoice_id"),
            ("returns.handover", "bill_id"),
            ("returns.handover", "credit_id"),
            ("returns.handover", "refund_id"),
        ]

    def _returns_released(self):
        """These, as the record behind them resets, cancels or reverses them."""
        return self.with_context(**{RELEASING: Releasing(self)})

    def _not_released(self):
        known = self.env.context.get(RELEASING)
        ids = known.ids if isinstance(known, Releasing) else ()
        return self.filtered(lambda move: move.id not in ids)

    def _check_kept(self):
        """Refuse to take out of the books what a record of the returns has booked."""
        moves = self._not_released()
        for model, field in moves._returns_keepers() if moves else ():
            # sudo: the accountant need not read the record; its name says where to go
            records = self.env[model].sudo()
            if kept := records.search([(field, "in", moves.ids)], limit=1):
                kept._refuse_kept(kept[field])

    def _check_kept_bill(self):
        """Bills of exchanges leave the books by their return: the credit that pays one
        would be paid out, and the goods are gone. Their reversal meets the gate."""
        # sudo: as in _check_kept
        bills = self._not_released().sudo()
        bills = bills.filtered(lambda move: move.move_type == "out_invoice")
        if not bills:
            return
        rows = bills.invoice_line_ids.sale_line_ids.returns_exchange_id
        rows = rows or self.env["returns.exchange"].sudo().search(
            [("charge_move_id", "in", bills.ids)], limit=1
        )
        if rows:
            bills &= rows[0].sale_line_id.invoice_lines.move_id
            rows[0]._refuse_kept((bills or rows[0].charge_move_id)[:1])

    def _write_checked(self, vals):
        if vals.get("state", "posted") != "posted":
            leaving = self.filtered(lambda move: move.state != vals["state"])
            leaving._check_kept()
            leaving.filtered(lambda move: move.state == "posted")._check_kept_bill()
        return super()._write_checked(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        """What carries out a record of the returns is a part of its history."""
        self._check_kept()
        self.filtered(lambda move: move.state == "posted")._check_kept_bill()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_kept()
        return super()._reverse_moves(default_values_list, cancel)
