from odoo import api, models

from ...const import BILLS
from ...guard import refuse

LEAVING = "returns_leaving"


class Leaving:
    """Says in a context which documents are being cancelled.

    An object, which no call from outside can carry.
    """

    __slots__ = ("ids",)

    def __init__(self, moves):
        self.ids = frozenset(moves.ids)


class AccountMove(models.Model):
    """A document that is cancelled lets go of what it was set off against."""

    _inherit = "account.move"

    def button_cancel(self):
        leaving = self.with_context(**{LEAVING: Leaving(self)})
        return super(AccountMove, leaving).button_cancel()


class AccountPartialReconcile(models.Model):
    """What a return has set off stays set off.

    Its credit note lowers what was never paid of the invoice, pays the bill of an
    exchange, or meets the bill that takes an earlier refund back. Torn from that, it
    would look like money that the customer is owed.
    """

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._returns_recount_taken_back()
        return partials

    def unlink(self):
        bills = self._returns_bills_taking_back()
        result = super().unlink()
        bills.exists()._returns_recount_sold()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_set_off(self):
        # env.su: the flow takes its own documents back
        if self.env.su:
            return
        known = self.env.context.get(LEAVING)
        leaving = known.ids if isinstance(known, Leaving) else ()
        # sudo: the accountant need not read returns
        kept = self.sudo().filtered(
            lambda partial: (
                partial.credit_move_id.move_id.move_type == "out_refund"
                and partial.credit_move_id.move_id.returns_credit_kind == "return"
                and partial.credit_move_id.move_id.id not in leaving
                and partial.debit_move_id.move_id.id not in leaving
            )
        )
        others = kept.debit_move_id.move_id
        set_off = others.filtered(lambda move: move.move_type in BILLS)
        rows = self.env["returns.settlement"].sudo()  # as above
        set_off |= rows.search(
            [("written_off_id", "in", (others - set_off).ids)]
        ).written_off_id
        for partial in kept:
            if partial.debit_move_id.move_id in set_off:
                partial._refuse_set_off()

    def _refuse_set_off(self):
        credit = self.credit_move_id.move_id
        refuse(
            "REFUND_GATE",
            self.env._(
                "%(credit)s of return %(return)s is set off against %(other)s: that "
                "part of it is owed to nobody, and stays so. Reverse the settlement "
                "on the return if the refund was wrong.",
                credit=credit.name,
                other=self.debit_move_id.move_id.name,
                **{"return": credit.returns_order_id.name},
            ),
        )

    # --- credit that was taken back by a bill -----------------------------------------
    def _returns_bills_taking_back(self):
        """The bills among these that take back a credit which is no return's."""
        # sudo: as above
        bills = self.sudo().debit_move_id.move_id.filtered(
            lambda move: move.move_type in BILLS and move.reversed_entry_id
        )
        return bills.filtered(
            lambda move: (
                move.returns_credit_kind != "return"
                and move.reversed_entry_id.move_type == "out_refund"
            )
        )

    def _returns_recount_taken_back(self):
        self._returns_bills_taking_back()._returns_recount_sold()


class AccountMoveTakingBack(models.Model):
    """What a bill takes back counts as far as it is paid (flow/settle_taken_back)."""

    _inherit = "account.move"

    def _returns_recount_sold(self):
        gate = self.env["returns.gate"]
        bills = self.filtered(lambda move: move.state == "posted")
        if sold := gate.sudo()._sold(bills.sudo()):  # sudo: as in the gate
            gate._recount(sold)
