from odoo import models

from .returns_order_line import NOT_FOR_KITS


class ReturnsApiDock(models.AbstractModel):
    """At the dock and at the inspection a sku may be that of a kit's part."""

    _inherit = "returns.api.dock"

    def _whose(self, orders, named):
        parts = self._kit_parts(orders, named)
        if not parts:
            return super()._whose(orders, named)
        product = parts.product_id
        if named.keys() & {"line_ref", "line"}:
            line = self._in_one_return(parts.line_id, named, orders)
            return line.order_id, line, product
        # The step shares it out over all lines that wait for it, kits and others.
        lines = parts.line_id | orders.sudo().line_ids.filtered(
            lambda line: line.product_id == product
        )
        awaited = self.env["returns.step.receive"].sudo()._awaited(lines)
        waiting = [
            line for (line, p), units in awaited.items() if p == product and units > 0
        ]
        order = waiting[0].order_id if waiting else parts[0].order_id
        return order, lines.browse(), product

    def _found(self, order, named):
        parts = self._kit_parts(order, named)
        if not parts:
            return super()._found(order, named)
        lookup, product = self.env["returns.api.lookup"], parts.product_id
        lines = parts.line_id | lookup._named_lines(order.line_ids, named)
        if len(lines) > 1 and not named.keys() & {"line_ref", "line"}:
            return lines.browse(), product  # of any of them, the oldest receipt first
        return lookup._the_line(lines, named, order.name), product

    def _kit_parts(self, orders, named):
        """The parts of kits of returns that ``sku`` names; none, or of one product."""
        # sudo: the lines of returns that the user can see
        lines = orders.sudo().line_ids.filtered("kits_per_unit")
        lookup, sku = self.env["returns.api.lookup"], named.get("sku")
        if not lines or not sku:
            return lines.kit_part_ids.browse()
        heads = {key: named[key] for key in ("line", "line_ref") if key in named}
        lines = lookup._named_lines(lines, heads)
        parts = lines.kit_part_ids.filtered(
            lambda part: lookup._is_sku(part.product_id, sku)
        )
        if len(parts.product_id) > 1:
            lookup._product(sku, orders[:1].sudo().company_id)  # says that it is two
        return parts


class ReturnsApiIntake(models.AbstractModel):
    """A parcel without a return may hold parts of kits that were sold."""

    _inherit = "returns.api.intake"

    def _request_for_parcel(self, order, contents):
        contents = list(contents)
        kits = self.env["returns.kit"]._of(self.env["returns.api.lookup"]._goods(order))
        for line, kit in kits.items():
            contents += self._as_kits(line, kit, contents)
        return super()._request_for_parcel(order, contents)

    def _returnable_line(self, line, left, decision, reasons, offers):
        told = super()._returnable_line(line, left, decision, reasons, offers)
        if self.env["returns.kit"]._of(line):
            told["resolutions"] = self._for_kits(told["resolutions"])
            told["resolutions_by_reason"] = {
                reason: self._for_kits(codes)
                for reason, codes in told["resolutions_by_reason"].items()
            }
        return told

    def _for_kits(self, codes):
        return [code for code in codes if code not in NOT_FOR_KITS]

    def _as_kits(self, line, kit, contents):
        """The kits of a sold line of which a part is in a parcel, as its contents."""
        wanted = 0
        for part in kit.parts:
            units = sum(
                quantity
                for product, _lot, quantity in contents
                if product.id == part["product_id"]
            )
            wanted = max(wanted, -(-units // part["per_kit"]))
        wanted = min(wanted, round(self._left(line)[line] * kit.size))
        if wanted <= 0:
            return []
        quantity = line.product_uom_id._compute_quantity(
            wanted / kit.size, line.product_id.uom_id, round=False
        )
        return [(line.product_id, False, quantity)]
