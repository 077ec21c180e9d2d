from odoo import models

from odoo.addons.returns_governance.guard import refuse

from ..engine.kits import exact, spread


class ReturnsStepReceive(models.AbstractModel):
    """Step 4: kits come by their parts, in as many parcels as it takes."""

    _inherit = "returns.step.receive"

    def _check(self, orders, data):
        for order in orders:
            for entry in data.get(order.id, ()):
                self._check_untracked(order, entry)
        return super()._check(orders, data)

    def _check_untracked(self, order, entry):
        """Who says *the kit is here* says nothing of the numbers of its parts."""
        line = self._kit_line(order, entry)
        tracked = line.kit_part_ids.product_id.filtered(
            lambda product: product.tracking != "none"
        )
        if tracked:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(name)s: %(kit)s has parts with lot or serial numbers. Receive "
                    "it part by part, and scan the number of %(parts)s.",
                    name=order.name,
                    kit=line.product_id.display_name,
                    parts=", ".join(tracked.mapped("display_name")),
                ),
            )

    def _kit_line(self, order, entry):
        """The line of kits that an entry means as a whole, or none."""
        lines = entry["line"] or order.line_ids
        lines = lines.filtered(
            lambda line: (
                line.kits_per_unit
                and line.product_id == entry["product"]
                and not entry.get("unexpected")
            )
        )
        if len(lines) > 1:
            waiting = lines._open_to_receive()
            lines = lines.filtered(lambda line: waiting[line] > 0) or lines
        return lines[:1]

    def _apply(self, orders, data):
        orders = super()._apply(orders, data)
        if kits := orders.filtered(
            lambda order: any(order.line_ids.mapped("kits_per_unit"))
        ):
            # What is missing of a kit is known when its last parcel has come.
            self.env["returns.step.settle"]._value(kits)
        return orders

    def _match(self, order, entries, lots, back, late):
        entries = [part for entry in entries for part in self._in_parts(order, entry)]
        return super()._match(order, entries, lots, back, late)

    def _in_parts(self, order, entry):
        """A kit is here when all its parts are."""
        line = self._kit_line(order, entry)
        if not line:
            return [entry]
        kits = line.product_id.uom_id._compute_quantity(
            entry["quantity"], line.uom_id, round=False
        )
        kits *= line.kits_per_unit
        return [
            {
                **entry,
                "line": line,
                "product": part.product_id,
                "quantity": part.per_kit * kits,
            }
            for part in line.kit_part_ids
        ]

    def _awaited(self, lines):
        kits = lines.filtered("kits_per_unit")
        if not kits:
            return super()._awaited(lines)
        found = {}
        for line in lines:
            own = line._kit_parts_awaited() if line in kits else super()._awaited(line)
            found.update(own)
        return found


class ReturnsOrigins(models.AbstractModel):
    """Parts come back at the value with which they left."""

    _inherit = "returns.origins"

    def _goods(self, lines):
        kits = lines.filtered("kits_per_unit")
        return [
            *super()._goods(lines - kits),
            *((part.line_id, part.product_id) for part in kits.kit_part_ids),
        ]

    def _split(self, spec, moves, left):
        """Of a product that is several parts, each has its own share of what came."""
        line = spec["line"]
        if not line.kits_per_unit:
            return super()._split(spec, moves, left)
        parts = line.kit_part_ids.filtered(lambda p: p.product_id == spec["product"])
        if len(parts) < 2:
            return super()._split({**spec, "part": parts}, moves, left)
        # Beside the deliveries: what this batch has given each part before.
        came = line._kit_units(line.receipt_ids)
        pairs = [
            (part.per_kit, exact(came[part]) + left.get(part, 0)) for part in parts
        ]
        found = []
        for part, quantity in zip(parts, spread(spec["quantity"], pairs), strict=True):
            if quantity > 0:
                own = moves.filtered(lambda m, p=part: m.bom_line_id == p.bom_line_id)
                left[part] = left.get(part, 0) + quantity
                found += super()._split(
                    {**spec, "part": part, "quantity": float(quantity)}, own, left
                )
        return found


class ReturnsGoods(models.AbstractModel):
    """The moves of parts name their part of the kit, by which Odoo counts kits."""

    _inherit = "returns.goods"

    def _move_vals(self, spec, picking, source, dest):
        vals = super()._move_vals(spec, picking, source, dest)
        if spec.get("part"):
            vals["bom_line_id"] = (
                spec["origin_move"].bom_line_id or spec["part"].bom_line_id
            ).id
        return vals
