from datetime import timedelta

from odoo import api, fields, models

MOST_ROUNDS = 5  # a return passes at most through authorise, route, settle and close


class ReturnsStepAdvance(models.AbstractModel):
    """What happens by itself: runs once, after the outermost step.

    It looks at what each return's pinned policy makes due and takes that step, until
    none is due. So "refund on receipt" is a row of a policy and no path of code. The
    automatic steps are named records (returns.automation) that can be switched off.
    """

    _name = "returns.step.advance"
    _inherit = ["returns.step"]
    _description = "Step: advance"

    def _after(self, orders, revalue=False):
        """Take every automatic step that is due for ``orders``.

        :param bool revalue: what is owed may have changed by a correction
        """
        orders = orders.sudo()  # called by steps only, which checked the right
        switched_on = self.env["returns.automation"]._switched_on()
        settle = self.env["returns.step.settle"]
        for _round in range(MOST_ROUNDS):
            waiting = orders.filtered(lambda order: order.case_state == "requested")
            if waiting:
                self.env["returns.step.authorise"]._apply(waiting, {})
            routed = "route_after_inspection" in switched_on and self._route(orders)
            if revalue or routed:
                settle._value(orders)
            revalue = False
            self.env["returns.step.authorise"]._ask_again(orders)
            settle._release(orders)
            settled = settle._apply(orders, {"switched_on": switched_on})
            if not (waiting or routed or settled):
                break
        self._check_short(orders)
        # Read already, to know what holds the money.
        orders.exception_ids._close_gone()
        self._close(orders)

    def _route(self, orders):
        """Route what was inspected and not sent anywhere yet."""
        inspections = orders.inspection_ids
        if not inspections:
            return self.env["returns.order"]
        return self.env["returns.step.route"]._route_due(inspections)

    def _check_short(self, orders):
        """Raise *short receipt* where every parcel has come and units are missing."""
        short, whole = [], []
        for order in orders:
            if order.case_state != "authorised" or not order.receipt_ids:
                continue
            missing = [
                (line, quantity)
                for line, quantity in order.line_ids._open_to_receive().items()
                if line.uom_id.compare(quantity, 0.0) > 0
            ]
            if missing and all(order.parcel_ids.mapped("received")):
                short.append((order, missing))
            elif not missing:
                whole.append(order)
        Exceptions = self.env["returns.exception"]
        if short:
            Exceptions._raise([self._short_row(*pair) for pair in short])
        known = [
            o
            for o in whole
            if any(
                e.code == "short_receipt" and e.state == "open" for e in o.exception_ids
            )
        ]
        if known:
            Exceptions._clear(
                "short_receipt",
                [f"order {o.id}" for o in known],
                self.env._("The rest arrived"),
            )

    def _short_row(self, order, missing):
        return {
            "code": "short_receipt",
            "order_id": order.id,
            "company_id": order.company_id.id,
            "warehouse_id": order.warehouse_id.id,
            "cause": f"order {order.id}",
            "fingerprint": self.env["returns.exception"]._missing_words(
                {line.id: quantity for line, quantity in missing}
            ),
            "note": self.env._(
                "Every parcel came, and %(missing)s are missing. Wait for another "
                "parcel, or cancel the rest.",
                missing=", ".join(
                    line._missing_words(quantity) for line, quantity in missing
                ),
            ),
        }

    def _close(self, orders):
        """Close what is done: all goods disposed of and all money settled."""
        done = orders.filtered(self._is_done)
        if done:
            self._move_case(done, "closed")
            done._machine_write({"closed_at": fields.Datetime.now()})
            self._log(
                [
                    {
                        "order": order,
                        "what": "closed",
                        "data": {"settled": order.amount_settled},
                    }
                    for order in done
                ]
            )

    def _is_done(self, order):
        return (
            order.case_state == "authorised"
            and order.goods_state == "disposed"
            and order.money_state in ("settled", "none")
            and not any(
                line.uom_id.compare(quantity, 0.0) > 0
                for line, quantity in order.line_ids._open_to_receive().items()
            )
            and not self._has_goods_waiting(order)
        )

    def _has_goods_waiting(self, order):
        """Units, stray ones too, that wait for an inspection or a disposition."""
        waiting = [
            (row.product_id.uom_id, row._quantity_to_inspect())
            for row in order.receipt_ids
        ] + [
            (row.product_id.uom_id, row._quantity_to_route())
            for row in order.inspection_ids
        ]
        return any(unit.compare(quantity, 0.0) > 0 for unit, quantity in waiting)

    @api.model
    def _expire_due(self):
        """Expire authorised returns of which nothing arrived in the policy's time.

        Called by a cron. The time is the longest that a line's decision gives.
        """
        if "expire" not in self.env["returns.automation"]._switched_on():
            return
        orders = self.env["returns.order"].search(
            [
                ("case_state", "=", "authorised"),
                ("goods_state", "in", ("none", "announced", "in_transit")),
                # Money that went already has to be explained by a person.
                ("settlement_ids", "=", False),
                ("authorised_at", "<", fields.Datetime.now() - timedelta(days=1)),
            ],
            limit=1000,
        )
        now = fields.Datetime.now()
        late = orders.filtered(
            lambda order: (
                order.authorised_at + timedelta(days=self._expire_days(order)) < now
            )
        )
        if late:
            self.env["returns.step.cancel"]._expire(late)

    def _expire_days(self, order):
        days = [line.decision_id._terms().get("expire_days") for line in order.line_ids]
        # No limit in the policy means that the return waits for ever.
        return 36500 if None in days else max(days, default=30)
