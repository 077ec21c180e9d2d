from odoo import models

from ..guard import refuse


class ReturnsStepReceive(models.AbstractModel):
    """Step 4, put right: goods that were booked on the wrong line or return.

    The wrong rows are reversed with their moves, and the same goods are received anew
    where they belong, in one step: nobody sees them gone in between.
    """

    _inherit = "returns.step.receive"

    def _reassign(self, receipts, line, reason):
        """Book received goods on another line, of this return or of another one.

        :param receipts: rows that stand, of the product of ``line``
        :param line: ``returns.order.line`` to which the goods belong
        :param str reason: why, for the audit trail
        :return: the return of ``line``
        """
        self._check_belongs(receipts, line)
        entries = [self._entry_of(receipt, line) for receipt in receipts]
        self._reverse(receipts, reason)
        return self._run(line.order_id, {line.order_id.id: entries})

    def _check_belongs(self, receipts, line):
        origins = self.env["returns.origins"].sudo()  # which goods a line takes, only
        for receipt in receipts:
            goods = [product for _line, product in origins._goods(line)]
            if receipt.line_id == line or receipt.product_id not in goods:
                refuse(
                    "LINE_UNKNOWN",
                    self.env._(
                        "%(name)s, %(product)s: choose another line of the same "
                        "product.",
                        name=receipt.order_id.name,
                        product=receipt.product_id.display_name,
                    ),
                )
            if receipt.company_id != line.company_id:
                refuse(
                    "LINE_UNKNOWN",
                    self.env._(
                        "%(name)s: the goods are another company's.",
                        name=receipt.order_id.name,
                    ),
                )

    def _entry_of(self, receipt, line):
        """What was scanned, as the step takes it, with the line that it belongs to."""
        return {
            "line": line,
            "product": receipt.product_id,
            "quantity": receipt.quantity,
            "lot_name": receipt.lot_id.name or False,
            "warehouse": receipt.warehouse_id,
            "receipt_ref": receipt.receipt_ref,
            "occurred_at": receipt.occurred_at,
            "parcel": receipt.parcel_id & line.order_id.parcel_ids,
        }

    def _unmatch(self, kept, reason):
        """Take the match of a parcel back: it waits for its return again.

        Its goods are taken off the return; a return that was made for the parcel is
        cancelled.

        :param kept: the ``returns.exception`` (unmatched_parcel) that was matched
        :param str reason: why, for the audit trail
        :return: the exception that keeps the parcel now
        """
        receipts = self.env["returns.receipt"].search(
            [
                ("receipt_ref", "=", kept.receipt_ref),
                ("company_id", "=", kept.company_id.id),
            ]
        )
        receipts = receipts._standing()
        if kept.code != "unmatched_parcel" or kept.state == "open" or not receipts:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "Receipt %(ref)s is matched with no return, so there is nothing to "
                    "take back.",
                    ref=kept.receipt_ref or "-",
                ),
            )
        order = receipts.order_id
        self._reverse(receipts, reason)
        again = self._keep_again(kept)
        made_for_it = order.filtered(
            lambda o: o.source == "receipt" and not o.receipt_ids._standing()
        )
        if made_for_it:
            # sudo: whoever may take the match back takes back what it made
            cancel = self.env["returns.step.cancel"].sudo()
            cancel._run(made_for_it, {o.id: {"reason": reason} for o in made_for_it})
        return again

    def _keep_again(self, kept):
        """Open the exception anew, with what was scanned."""
        # sudo: the machine keeps what nobody knows; the right was checked
        Exceptions = self.env["returns.exception"].sudo()
        again = Exceptions._raise(
            [
                {
                    "code": kept.code,
                    "cause": kept.cause,
                    "receipt_ref": kept.receipt_ref,
                    "company_id": kept.company_id.id,
                    "warehouse_id": kept.warehouse_id.id,
                    "payload": kept.payload,
                    "note": kept.note,
                }
            ]
        )
        self.env["returns.reference"]._unmatch(kept.receipt_ref)
        return again.with_env(self.env)
