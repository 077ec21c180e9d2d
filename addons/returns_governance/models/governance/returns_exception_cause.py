from odoo import api, models
from odoo.tools import split_every

from ...const import HOLDING_EXCEPTIONS, OPEN_CASE_STATES

BATCH = 500


class ReturnsException(models.Model):
    """Whether the cause of an exception still stands; one whose cause is gone closes.

    A type ``xyz`` is checked by ``_still_xyz``: of open exceptions of the type it
    returns those whose cause stands, as ``{exception: what it looks like now}`` (a
    fingerprint, or an empty string where a person is asked only once). What cannot be
    found out stands: nothing closes by itself on a guess. The checks run in batches:
    after each step, for its returns, and every hour.
    """

    _inherit = "returns.exception"

    def _still(self):
        """{exception: fingerprint} of those whose cause stands."""
        standing = {}
        for code, group in self.grouped("code").items():
            check = getattr(group, f"_still_{code}", None)
            standing.update(check() if check else dict.fromkeys(group, ""))
        return standing

    def _close_gone(self):
        """Close those whose cause is gone, and say so.

        :return: the ones that were closed
        """
        waiting = self.filtered(lambda exception: exception.state == "open")
        if not waiting:
            return waiting
        gone = waiting - self.browse().union(*waiting._still())
        gone._close(self.env._("The cause is gone"))
        return gone

    def _close_by_hand(self, reason):
        """Close as a person wants it, marked where the cause still stands."""
        standing = self._still()
        by_look = {}
        for exception in self:
            by_look.setdefault(standing.get(exception), self.browse())
            by_look[standing.get(exception)] |= exception
        for look, group in by_look.items():
            if look:
                group._machine_write({"fingerprint": look})
            group._close(reason, "by_hand" if look is None else "accepted")

    @api.model
    def _sweep(self):
        """Close every open exception whose cause is gone; money it held may go."""
        gone = self.browse()
        for batch in split_every(BATCH, self.search([("state", "=", "open")]).ids):
            gone |= self.browse(batch)._close_gone()
        gone._let_go()
        return gone

    def _let_go(self):
        """Go on with the returns whose money these have held."""
        held = self.filtered(lambda e: e.code in HOLDING_EXCEPTIONS)
        if held.order_id:
            self.env["returns.step.advance"]._after(held.order_id)

    # --- what causes name -----------------------------------------------------------
    def _named(self, model, word):
        """{exception: record} of causes like ``word 42``; without what is gone.

        Exceptions of other causes are left out.
        """
        ids = {}
        for exception in self:
            kind, _space, number = (exception.cause or "").rpartition(" ")
            if kind == word and number.isdigit():
                ids[exception] = int(number)
        # sudo: the machine looks, whoever's step it was
        records = self.env[model].sudo().browse(set(ids.values())).exists()
        known = {record.id: record for record in records}
        return {
            exception: known.get(number, records.browse())
            for exception, number in ids.items()
        }

    def _stands_where(self, model, word, holds):
        """``{exception: ''}`` of those whose record still ``holds``.

        A cause of another form stands: nobody can tell.
        """
        named = self._named(model, word)
        return {
            exception: ""
            for exception in self
            if exception not in named or (named[exception] and holds(named[exception]))
        }

    def _still_late(self, late):
        """``{exception: fingerprint}`` of those that are found by ``late`` again."""
        looks = {row["cause"]: row["fingerprint"] for row in late}
        return {e: looks[e.cause] for e in self if e.cause in looks}

    # --- what came ------------------------------------------------------------------
    def _still_received(self, holds):
        """Those of a receipt that was not reversed and still ``holds``."""
        receipts = self.env["returns.receipt"].sudo().browse()  # as in _named
        named = self._named(receipts._name, "receipt")
        standing = receipts.union(*named.values())._standing()
        return self._stands_where(
            receipts._name, "receipt", lambda row: row in standing and holds(row)
        )

    def _still_over_receipt(self):
        return self._still_received(self._is_more_than_authorised)

    def _still_not_authorised(self):
        def holds(receipt):
            allowed = receipt.order_id.case_state in ("authorised", "closed")
            late = receipt.kind != "not_authorised"  # came after its return had expired
            return late or not allowed or self._is_more_than_authorised(receipt)

        return self._still_received(holds)

    def _is_more_than_authorised(self, receipt):
        line = receipt.line_id
        return not line or (
            line.uom_id.compare(line.quantity_received, line.quantity_authorised) > 0
        )

    def _still_wrong_item(self):
        return self._still_received(lambda receipt: receipt.kind == "wrong_item")

    def _still_serial_mismatch(self):
        return self._still_received(lambda receipt: not receipt.serial_ok)

    def _still_short_receipt(self):
        """Units are missing though every parcel of the return has come."""
        standing = {}
        for exception in self:
            order = exception.order_id
            missing = {
                line.id: quantity
                for line, quantity in order.line_ids._open_to_receive().items()
                if line.uom_id.compare(quantity, 0.0) > 0
            }
            if (
                missing
                and order.case_state == "authorised"
                and all(order.parcel_ids.mapped("received"))
            ):
                standing[exception] = self._missing_words(missing)
        return standing

    @api.model
    def _missing_words(self, missing):
        """What is missing, as a fingerprint; ``missing`` is {line id: quantity}."""
        parts = (f"{line}:{quantity:g}" for line, quantity in sorted(missing.items()))
        return " ".join(parts)

    def _still_unmatched_parcel(self):
        """No return has a receipt of this reference."""
        receipts = self.env["returns.receipt"].sudo()  # as in _named
        receipts = receipts.search([("receipt_ref", "in", self.mapped("receipt_ref"))])
        found = {(row.company_id, row.receipt_ref) for row in receipts._standing()}
        return {
            exception: ""
            for exception in self
            if (exception.company_id, exception.receipt_ref) not in found
        }

    def _still_weight_mismatch(self):
        """A person weighs it again; nobody has to where the return came to nothing."""
        return {
            exception: ""
            for exception in self
            if not exception.order_id
            or exception.order_id.case_state in (*OPEN_CASE_STATES, "closed")
        }

    def _still_parcel_lost(self):
        return self._stands_where(
            "returns.parcel",
            "parcel",
            lambda parcel: parcel.status == "lost" and not parcel.received,
        )

    # --- what is late ---------------------------------------------------------------
    def _still_inspection_overdue(self):
        self.env.flush_all()
        return self._still_late(self._late_inspections(self.order_id))

    def _still_refund_overdue(self):
        self.env.flush_all()
        return self._still_late(self._late_refunds(self.order_id))

    def _still_approval_overdue(self):
        self.env.flush_all()
        return self._still_late(self._late_approvals())
