from odoo import models

from ..intake.returns_snapshot import TRANSFERS


class ReturnsSnapshot(models.AbstractModel):
    """What becomes of goods that came for repair."""

    _inherit = "returns.snapshot"

    def _line(self, line):
        told = super()._line(line)
        told["resolution_asked"] = line.resolution_asked or line.resolution
        told["repair"] = self._repair(line) if line._was_repair() else False
        return told

    def _repair(self, line):
        """The customer's own goods: in the house, and how each repair ended."""
        back = line.routing_ids.filtered(lambda row: row._is_back())
        outcomes = {"repaired": 0.0, "not_repaired": 0.0}
        for row in back.filtered("outcome"):
            outcomes[row.outcome] += line._sum_rows(row)
        return {
            "in_house": max(0.0, line._quantity_in_repair()),
            **{
                outcome: line.uom_id.round(units) for outcome, units in outcomes.items()
            },
            "sent_back": line.quantity_sent_back,
        }

    def _states(self, line):
        """What went back to the customer is not in the house."""
        states = super()._states(line)
        if line.quantity_sent_back:
            left = states.get("inspection", 0.0) - line.quantity_sent_back
            states["inspection"] = line.uom_id.round(left)
            if line.uom_id.is_zero(left):
                del states["inspection"]
        return states

    def _documents(self, order):
        told = super()._documents(order)
        if not any(line._was_repair() for line in order.line_ids):
            return told
        pickings = order.routing_ids.delivery_move_ids.picking_id
        base = order.get_base_url()
        return told + [
            {
                "kind": "transfer",
                "name": picking.name,
                "url": f"{base}/{TRANSFERS}/{picking.id}",
            }
            for picking in pickings.sorted("id")
        ]
