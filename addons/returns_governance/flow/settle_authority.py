from odoo import models


class ReturnsStepSettle(models.AbstractModel):
    """A release by hand that needs another person's approval waits for it."""

    _inherit = "returns.step.settle"

    def _release_by_hand(self, orders, reason):
        """Ask first where the table of authority says so; release the others.

        What waits is released by ``returns.step.approve`` as soon as it is approved.
        """
        rows = self._release_rows(orders, reason)
        waiting = self.env["returns.approval"]._uncovered(rows)
        if not waiting or not (reason or "").strip():
            self.env["returns.approval"]._use(rows)
            return super()._release_by_hand(orders, reason)
        asked = orders.browse(row["order"].id for row in waiting)
        # What can be said against it is said now, and not after the approval.
        self._check_asked(asked)
        self.env["returns.approval"]._ask(waiting)
        if rest := orders - asked:
            self.env["returns.approval"]._use(rows)
            super()._release_by_hand(rest, reason)
        return orders

    def _check_asked(self, orders):
        step, orders = self._admit(orders)
        step._check(orders, {})
        step._check_releasable(orders)

    def _release_rows(self, orders, reason):
        """What releasing these would let go, as questions."""
        if not self.env["returns.authority"]._rows_in_force().get("release"):
            return []
        # sudo: how much it is; whether the user may release is checked by the step
        return [
            {
                "kind": "release",
                "order": order,
                "amount": self._left_to_release(order),
                "reasons": order.line_ids.reason_id,
                "data": {"reason": reason},
                "why": reason,
            }
            for order in orders.sudo()
        ]

    def _left_to_release(self, order):
        """In the company's currency."""
        return order.currency_id._convert(
            order.amount_due - order.amount_settled,
            order.company_id.currency_id,
            order.company_id,
            order.requested_at,
        )
