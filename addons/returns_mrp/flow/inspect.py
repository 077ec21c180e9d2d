from odoo import models


class ReturnsStepInspect(models.AbstractModel):
    """Step 5: each part of a kit is found in a condition of its own."""

    _inherit = "returns.step.inspect"

    def _check(self, orders, data):
        self._take_kits_apart(orders, data)
        return super()._check(orders, data)

    def _take_kits_apart(self, orders, data):
        """A finding on kits as such is one on all their parts that are here."""
        for order in orders:
            entries = data.get(order.id, ())
            if any(self._is_kit(entry) for entry in entries):
                left = {row: row._quantity_to_inspect() for row in order.receipt_ids}
                data[order.id] = [
                    part
                    for entry in entries
                    for part in (
                        self._parts_here(entry, left)
                        if self._is_kit(entry)
                        else [entry]
                    )
                ]

    def _is_kit(self, entry):
        line = entry["line"]
        return line and line.kits_per_unit and line.product_id == entry["product"]

    def _parts_here(self, entry, left):
        """The parts of so many kits, as far as they came; nothing here stays as it
        is, to be refused like any other."""
        line, found = entry["line"], []
        kits = line.product_id.uom_id._compute_quantity(
            entry["quantity"], line.uom_id, round=False
        )
        kits *= line.kits_per_unit
        for part in line.kit_part_ids:
            rows = [
                row
                for row in left
                if row.line_id == line and line._kit_part_of(row) == part
            ]
            quantity = min(part.per_kit * kits, sum(left[row] for row in rows))
            if part.uom_id.compare(quantity, 0.0) > 0:
                found.append(
                    {**entry, "product": part.product_id, "quantity": quantity}
                )
        return found or [entry]
