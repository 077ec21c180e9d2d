from odoo import models

from ..guard import refuse


class ReturnsStepRequest(models.AbstractModel):
    """A return is asked for where the rollout is open."""

    _inherit = "returns.step.request"

    def _check(self, orders, data):
        self._check_rollout(orders, data)
        return super()._check(orders, data)

    def _check_rollout(self, orders, data):
        """Refuse lines outside an open phase; without phases nothing is looked up."""
        rollout = self.env["returns.rollout"]
        asked = [
            (line.sale_line_id, line.order_id.channel_id) for line in orders.line_ids
        ]
        asked += [
            (line["sale_line"], request["channel"])
            for request in data.get("requests", ())
            for line in request["lines"]
        ]
        for sale_line, channel in asked:
            if not rollout._is_governed(sale_line, channel):
                refuse(
                    "OUTSIDE_ROLLOUT",
                    self.env._(
                        "%(order)s, %(product)s: returns of this order are not handled "
                        "here yet (no open phase covers it). Take it back by a return "
                        "transfer and a credit note, or open a phase for it.",
                        order=sale_line.order_id.name,
                        product=sale_line.product_id.display_name,
                    ),
                )

    def _preview(self, orders, data):
        self._check_rollout(orders, data)
        return super()._preview(orders, data)
