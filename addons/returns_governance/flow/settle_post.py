"""Posting of refunds: in batches, and what fails does not stop the rest."""

import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.patience import lock

from .step import QUIET

_logger = logging.getLogger(__name__)


class ReturnsPosting(models.AbstractModel):
    """Posts credit notes of settlements and reconciles each with its own invoice."""

    _name = "returns.posting"
    _description = "Posting of refunds"

    def _lock(self, settlements):
        """Lock what posting writes, in the order of whoever posts by hand or takes a
        refund back: the sold lines first, then the documents."""
        moves = settlements.sudo().move_id  # as in _post
        moves = moves.filtered(lambda move: move.state == "draft")
        self.env["returns.gate"]._lock(moves)
        self.env.flush_all()
        lock(self.env, moves._table, moves.ids)

    def _post(self, settlements):
        """Post the drafts of ``settlements``; what cannot be posted stays a draft.

        A failure (a closed period, a missing account) raises the exception
        ``posting_failed`` on its return, and the others go on.

        :return: {settlement: the error's text, '' where it was posted}
        """
        # sudo: the step that settled checked the right; posting follows from it
        settlements = settlements.sudo().with_context(**QUIET)
        drafts = settlements.filtered(
            lambda row: row.move_id.state == "draft" and row.state != "cancelled"
        )
        results = dict.fromkeys(settlements, "")
        if not drafts:
            return results
        try:
            self._post_batch(drafts)
        except UserError:
            for row in drafts:
                try:
                    self._post_batch(row)
                except UserError as error:
                    results[row] = str(error)
        self._raise_failed({row: text for row, text in results.items() if text})
        return results

    def _post_batch(self, settlements):
        """Post and reconcile, all or nothing."""
        try:
            with self.env.cr.savepoint():
                moves = settlements.move_id
                for company, group in moves.grouped("company_id").items():
                    group.with_company(company)._post(soft=False)
        except OperationalError:
            raise  # to be run again as a whole
        except UserError:
            raise
        except Exception as error:
            # Whatever an account or a localisation trips over: the goods are in.
            _logger.info("Posting of %s failed", settlements, exc_info=True)
            raise UserError(str(error)) from error

    def _posted(self, settlements):
        """Go on after credit notes were posted, by whatever way: events, payouts."""
        self.env["returns.event"]._log(
            [
                {"order": row.order_id, "what": "settled", "data": row._event_data()}
                for row in settlements
                if row.kind != "channel_paid"  # told when it was booked
            ]
        )
        taken_back = settlements.filtered(lambda row: row.amount < 0)
        if taken_back:
            self.env["returns.gate"]._recount(taken_back.line_ids.sale_line_id)
        known = settlements.filtered(
            lambda row: any(
                e.code == "posting_failed" and e.state == "open"
                for e in row.order_id.exception_ids
            )
        )
        if known:
            self.env["returns.exception"]._clear(
                "posting_failed",
                [f"settlement {row.id}" for row in known],
                self.env._("The credit note was posted"),
            )
        self.env["returns.payout"]._prepare(settlements)
        self.env["returns.step.advance"]._after(settlements.order_id)

    def _paid(self, moves):
        """Go on after nothing is open on credit notes any more."""
        settlements = self.env["returns.settlement"].search(
            [("move_id", "in", moves.ids)]
        )
        paid_out = settlements.filtered(lambda row: self._money_went(row.move_id))
        self.env["returns.event"]._log(
            [
                {"order": row.order_id, "what": "payout", "data": row._event_data()}
                for row in paid_out
            ]
        )
        # Paid by hand: what a provider did not pay is no exception any more.
        settlements.order_id.exception_ids._close_gone()
        if paid_out:
            self.env["returns.step.advance"]._after(paid_out.order_id)

    def _money_went(self, move):
        """Whether a payment settled the credit note, and not only its invoice."""
        lines = move.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id).move_id - move
        return any(other.move_type == "entry" for other in others)

    def _raise_failed(self, failed):
        if failed:
            self.env["returns.exception"]._raise(
                [
                    {
                        "code": "posting_failed",
                        "order_id": row.order_id.id,
                        "move_id": row.move_id.id,
                        "company_id": row.company_id.id,
                        "cause": f"settlement {row.id}",
                        "note": text,
                    }
                    for row, text in failed.items()
                ]
            )
