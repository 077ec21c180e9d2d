from decimal import Decimal

from odoo import fields, models

from ..const import HOLDING_APPROVALS, HOLDING_EXCEPTIONS
from ..engine.release import ReleaseFacts, released
from ..engine.shares import EPSILON
from ..guard import refuse
from .settle_fees import FeePart
from .settle_paid import ZERO, exact

# Which automatic action makes the credit note once the release rule is met.
AUTOMATIONS = {
    "request": "refund_on_request",
    "carrier_scan": "refund_on_carrier_scan",
    "receipt": "refund_on_receipt",
    "inspection": "refund_on_inspection",
    "manual": "refund_by_hand",
}
DEFAULT_RULE = "inspection"
OPEN_KINDS = ("credit_note", "prepaid")  # of which money has still to go


class ReturnsStepSettle(models.AbstractModel):
    """Step 7: what is owed goes back, as soon as its release rule is met.

    ``_value`` says how much, ``_release`` says when; ``_apply`` makes the documents
    for what is released and not settled yet. ``data``: ``by_hand`` (also where the
    automatic action is switched off), ``switched_on`` (codes of the automatic actions
    that are on; read when it is missing).
    """

    _name = "returns.step.settle"
    _inherit = ["returns.step"]
    _description = "Step: settle"
    _groups = ("returns_governance.group_finance",)

    def _check(self, orders, data):
        self._check_case(orders, {"authorised", "closed"})

    # --- how much -----------------------------------------------------------------
    def _value(self, orders):
        """Write what was paid and what is owed, per line and in all."""
        claims, delivery = self.env["returns.worth"]._claims(orders)
        self._write_worth(claims, delivery)

    def _write_worth(self, claims, delivery):
        for line, claim in claims.items():
            self._write_changed(
                line,
                {
                    "quantity_owed": line._quantity_due(),
                    "amount_paid": float(claim.paid),
                    "amount_due": float(claim.due),
                    "amount_tax": float(claim.tax),
                    "amount_fees": float(claim.fees),
                },
            )
        for order, parts in delivery.items():
            self._write_changed(order, self._order_worth(order, claims, parts))

    def _order_worth(self, order, claims, parts):
        """The sums of an order: its lines, and the delivery that it gives back."""
        own = [claims[line] for line in order.line_ids if line in claims]
        given = order.settlement_ids.line_ids._standing().filtered(
            lambda row: not row.line_id
        )
        back, back_tax = ZERO, ZERO
        for row in given:
            worth, _net, tax = row._worth()
            back += worth
            back_tax += tax
        back += sum((part.worth for part in parts), ZERO)
        back_tax += sum((part.worth_tax for part in parts), ZERO)
        return {
            "amount_paid": float(sum((claim.paid for claim in own), ZERO) + back),
            "amount_due": float(sum((claim.due for claim in own), ZERO) + back),
            "amount_tax": float(sum((claim.tax for claim in own), ZERO) + back_tax),
            "amount_fees": float(sum((claim.fees for claim in own), ZERO)),
            "amount_delivery": float(back),
        }

    def _write_changed(self, record, vals):
        """Write what is not there already."""
        changed = {}
        for name, value in vals.items():
            field = record._fields[name]
            cached = field.convert_to_cache(value, record)
            if field.convert_to_record(cached, record) != record[name]:
                changed[name] = value
        if changed:
            record._machine_write(changed)

    # --- when ---------------------------------------------------------------------
    def _release(self, orders):
        """Write how many units the release rule has let go, and what they are worth."""
        asking = self.env["returns.step.authorise"]._needing_approval(orders)
        for order in orders:
            verdicts = self._verdicts(order, order in asking)
            for line, verdict in verdicts.items():
                self._write_changed(
                    line, {"quantity_released": float(verdict.released_quantity)}
                )
            dates = [v.due_date for v in verdicts.values() if v.due_date]
            self._write_changed(
                order,
                {
                    "amount_released": self._amount_released(order),
                    "refund_due_date": min(dates, default=False),
                },
            )

    def _verdicts(self, order, asking):
        """{line: ReleaseVerdict}, by the rule that each line's decision pinned.

        :param bool asking: whether the refund is above what people approved
        """
        waits = asking or self._is_being_asked(order)
        return {
            line: released(self._rule(line), self._release_facts(line, waits))
            for line in order.line_ids
        }

    def _rule(self, line):
        return line.decision_id._terms().get("release") or DEFAULT_RULE

    def _release_facts(self, line, waits):
        order = line.order_id
        holding = {
            row.code
            for row in order.exception_ids
            if row.state == "open"
            and row.code in HOLDING_EXCEPTIONS
            and row.line_id in (line, line.browse())
        }
        unpaid = line._quantity_unpaid()
        return ReleaseFacts(
            requested=line.quantity,
            authorised=line._quantity_due(),
            scanned=any(order.parcel_ids._of_return(order).mapped("in_carrier_hands")),
            received=max(0.0, line.quantity_received - unpaid),
            inspected=max(0.0, line.quantity_inspected - unpaid),
            released_by_hand=line.quantity_released_by_hand,
            blocked=tuple(sorted(holding)),
            approval_pending=waits,
            case_state=order.case_state,
            withdrawal=line.decision_id.withdrawal_right,
            withdrawal_at=order.requested_at.date() if order.requested_at else None,
            deductible=line.decision_id._is_deductible(),
            today=fields.Date.today(),
        )

    def _is_being_asked(self, order):
        """Whether an approval is open that the money of ``order`` waits for.

        What becomes of the goods, or a release before its time, holds no money.
        """
        return any(
            row.state == "open" and row.kind in HOLDING_APPROVALS
            for row in order.approval_ids
        )

    def _waits_for_approval(self, order):
        """An approval is open, or the refund is above what people approved."""
        return self._is_being_asked(order) or bool(
            self.env["returns.step.authorise"]._needing_approval(order)
        )

    def _amount_released(self, order):
        """The worth of what is released: of a line's rest, its share by quantity."""
        total, whole = ZERO, True
        for line in order.line_ids:
            settled = self._settled_quantity(line)
            owed, free = line.quantity_owed, line.quantity_released
            done = line._amount_standing()
            rest = line.amount_due - done
            if line.uom_id.compare(free, owed) >= 0:
                amount = line.amount_due
            else:
                whole = False
                part = max(0.0, free - settled) / (owed - settled or 1.0)
                amount = done + rest * part
            total += exact(line.currency_id.round(amount), line.currency_id)
        if whole:
            total += exact(order.amount_delivery, order.currency_id)
        return float(total)

    def _settled_quantity(self, line):
        """Units settled or on their way to be, in the unit of the order line."""
        return sum(line.settlement_line_ids._standing().mapped("quantity"))

    def _held_because(self, orders):
        """{order: codes of what the money waits for}; () where all is released."""
        asking = self.env["returns.step.authorise"]._needing_approval(orders)
        return {
            order: sorted(
                {
                    code
                    for verdict in self._verdicts(order, order in asking).values()
                    for code in verdict.held_because
                }
                | ({"awaiting_release"} if order.refund_on_hold else set())
            )
            for order in orders
        }

    # --- make it so ---------------------------------------------------------------
    def _apply(self, orders, data):
        """Make the documents for what is released and not settled yet.

        :return: the orders for which something was settled
        """
        taken_back = self._take_surplus_back(orders)
        if taken_back:
            self._value(orders)
            self._release(orders)
        now = self._due_now(orders, data)
        orders = orders.browse({line.order_id.id: None for line in now})
        if not orders:
            return orders
        orders.line_ids.sold_line_id._lock()
        claims, delivery = self.env["returns.worth"]._claims(orders, now)
        batches = {}
        for line in now:
            claim = claims[line]
            for part in (*claim.now, *claim.fees_now):
                self._gather(batches, line.order_id, part, line)
        for order, parts in delivery.items():
            if not any(claims[line].later for line in order.line_ids):
                for part in parts:
                    self._gather(batches, order, part)
                delivery[order] = []  # in the settlements from here on
        settlements = self.env["returns.credit"]._make(batches)
        self._write_worth(claims, delivery)
        self._release(orders)
        self._settle_on(settlements)
        return settlements.order_id

    def _due_now(self, orders, data):
        """{line: Decimal}: released, not settled, and not waiting for a person."""
        switched_on = data.get("switched_on")
        if switched_on is None:
            switched_on = self.env["returns.automation"]._switched_on()
        found = {}
        for line in orders.line_ids:
            if line.order_id.case_state not in ("authorised", "closed"):
                continue
            if not data.get("by_hand") and not self._is_automatic(line, switched_on):
                continue
            if line.order_id.refund_on_hold and not data.get("by_hand"):
                continue
            open_quantity = line.quantity_released - self._settled_quantity(line)
            # Not rounded to the unit: a channel may have paid for a part of one.
            if (quantity := Decimal(str(open_quantity))) > EPSILON:
                found[line] = quantity
        return found

    def _is_automatic(self, line, switched_on):
        rule = "manual" if line.quantity_released_by_hand else self._rule(line)
        return AUTOMATIONS.get(rule, "refund_by_hand") in switched_on

    def _gather(self, batches, order, part, line=None):
        """Put a part to the document that it belongs to: one per return and invoice."""
        if isinstance(part, FeePart):
            invoice = part.invoice
        else:
            invoice = part.source.invoice_line.move_id
        batches.setdefault((order, invoice), []).append((part, line))

    def _settle_on(self, settlements):
        """Log what is due, and post as the company wants it."""
        self._log(
            [
                {
                    "order": row.order_id,
                    "what": "due" if row.kind in OPEN_KINDS else "settled",
                    "data": row._event_data(),
                }
                for row in settlements
            ]
        )
        credits = settlements.filtered("move_id")
        by_mode = credits.grouped(lambda row: row.company_id.returns_posting)
        empty = credits.browse()
        self.env["returns.outbox"]._queue_posting(by_mode.get("queue", empty))
        self.env["returns.posting"]._post(by_mode.get("call", empty))

    # --- by hand ------------------------------------------------------------------
    def _release_by_hand(self, orders, reason):
        """Let the money of ``orders`` go before their rule is met; for finance.

        :param str reason: kept in the audit trail
        """
        if not (reason or "").strip():
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "Releasing a refund by hand needs a reason. Say why it is paid now."
                ),
            )
        env = orders.env
        step, orders = self._admit(orders)
        step._check(orders, {})
        step._check_releasable(orders)
        for line in orders.line_ids:
            due = line._quantity_to_release()
            self._write_changed(line, {"quantity_released_by_hand": due})
        step._log(
            [
                {
                    "order": order,
                    "what": "released",
                    "why": reason,
                    "data": {"amount": order.amount_due},
                }
                for order in orders
            ]
        )
        orders._machine_write({"refund_on_hold": False})
        step._release(orders)
        step._apply(orders, {"by_hand": True})
        step.env["returns.step.advance"]._after(orders)
        return orders.with_env(env)

    def _check_releasable(self, orders):
        """An approval that is still open is decided first, whoever releases."""
        for order in orders:
            if self._waits_for_approval(order):
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(name)s waits for an approval of its refund. Have it decided "
                        "first.",
                        name=order.name,
                    ),
                )
            if self._is_nothing_left(order):
                refuse(
                    "RETURN_STATE",
                    self.env._("%(name)s: nothing is left to refund.", name=order.name),
                )

    def _is_nothing_left(self, order):
        """Whether all that is owed was settled."""
        settled = order.settlement_ids.line_ids._standing()._sum_in_order()
        compare = order.currency_id.compare_amounts
        return compare(order.amount_due, settled) <= 0
