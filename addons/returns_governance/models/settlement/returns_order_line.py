from odoo import fields, models

from ...const import CREDITED, DEAD_CASE_STATES
from ..intake.returns_order_line import ReturnsOrderLine as Line


class ReturnsOrderLine(models.Model):
    """The money of a line of a return."""

    _inherit = "returns.order.line"
    _machine_fields = Line._machine_fields | {"quantity_owed"}

    quantity_owed = fields.Float(
        "To refund",
        readonly=True,
        help="Units that are refunded in all, once their release rule is met.",
    )

    def _quantity_due(self):
        """Units that this line is refunded in all, in the unit of the order line."""
        return self._quantity_wanted() if self.resolution in CREDITED else 0.0

    def _quantity_wanted(self):
        """Units that get what was asked for, in the unit of the order line.

        Authorised, not given up, and not given a disposition that pays nothing.
        """
        state = self.order_id.case_state
        if state in DEAD_CASE_STATES or state == "draft" or not self.decision_id:
            return 0.0
        return max(
            0.0,
            self.sale_line_id._returns_exact_quantity(
                self.quantity_authorised
                - self.quantity_cancelled
                - self._quantity_unpaid()
            ),
        )

    def _quantity_unpaid(self):
        """Units that were given a disposition that pays nothing."""
        return self._in_line_unit(
            sum(
                row.quantity
                for row in self.routing_ids
                if row.disposition_id.refund_effect == "none"
            )
        )

    def _in_line_unit(self, quantity):
        """A quantity in the product's unit, in the unit of the order line."""
        unit = self.product_id.uom_id
        if not quantity or not self.uom_id or unit == self.uom_id:
            return quantity
        return unit._compute_quantity(quantity, self.uom_id, round=False)
