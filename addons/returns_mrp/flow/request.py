from odoo import models

from odoo.addons.returns_governance.guard import refuse

from ..models.returns_order_line import NOT_FOR_KITS


class ReturnsStepRequest(models.AbstractModel):
    """Step 1: kits are asked back whole, for money or credit."""

    _inherit = "returns.step.request"

    def _check_returnable(self, wanted):
        result = super()._check_returnable(wanted)
        sale_lines = self.env["sale.order.line"].union(*wanted)
        for line, kit in self.env["returns.kit"]._of(sale_lines).items():
            kits = wanted[line] * kit.size
            # As near as the unit of the line can say it: a third of a dozen is 0.33.
            noise = line.product_uom_id.rounding * kit.size / 2 + 1e-6
            if not round(kits) or abs(kits - round(kits)) > noise:
                refuse(
                    "QUANTITY_INVALID",
                    self.env._(
                        "%(order)s, %(product)s: %(quantity)g %(unit)s is no whole "
                        "kit. Ask for whole kits; what is missing of one is found at "
                        "the receipt.",
                        order=line.order_id.name,
                        product=line.product_id.display_name,
                        quantity=wanted[line],
                        unit=line.product_uom_id.name,
                    ),
                )
        return result

    def _check(self, orders, data):
        self._check_kit_ways(
            [(line.sale_line_id, line.resolution) for line in orders.line_ids]
        )
        return super()._check(orders, data)

    def _check_request_ways(self, request):
        self._check_kit_ways(
            [
                (line["sale_line"], line.get("resolution") or "refund")
                for line in request["lines"]
            ]
        )
        return super()._check_request_ways(request)

    def _check_kit_ways(self, pairs):
        """Kits are not sent in exchange: what goes out is followed unit by unit."""
        asked = [(line, way) for line, way in pairs if way in NOT_FOR_KITS]
        sale_lines = self.env["sale.order.line"].union(*(line for line, _w in asked))
        kits = self.env["returns.kit"]._of(sale_lines)
        for line, way in asked:
            if line in kits:
                labels = dict(
                    self.env["returns.order.line"]
                    ._fields["resolution"]
                    ._description_selection(self.env)
                )
                instead = self.env._("Ask for a refund, and order the kit anew.")
                if way == "repair":
                    instead = self.env._(
                        "Ask for a refund: the parts of a kit are not repaired as a "
                        "return."
                    )
                refuse(
                    "RESOLUTION_NOT_ALLOWED",
                    self.env._(
                        "%(order)s, %(product)s is a kit, for which %(way)s is not "
                        "offered. %(instead)s",
                        order=line.order_id.name,
                        product=line.product_id.display_name,
                        way=labels[way],
                        instead=instead,
                    ),
                )
