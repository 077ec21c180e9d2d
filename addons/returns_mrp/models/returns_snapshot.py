from odoo import models


class ReturnsSnapshot(models.AbstractModel):
    """What came of a kit is told part by part, in the parts' own units."""

    _inherit = "returns.snapshot"

    def _line(self, line):
        told = super()._line(line)
        told["parts"] = [self._part(part) for part in line.kit_part_ids]
        return told

    def _part(self, part):
        line, product = part.line_id, part.product_id
        return {
            "sku": product.default_code or product.barcode or False,
            "uom": product.uom_id.name,
            "share": part.share,
            "quantity": {
                "per_kit": part.per_kit,
                "expected": part.quantity_expected,
                "received": part.quantity_received,
                "inspected": part.quantity_inspected,
                "missing": part.quantity_missing,
            },
            "conditions": self._part_sums(
                part, line.inspection_ids, lambda row: row.condition_id.code
            ),
            "dispositions": self._part_sums(
                part, line.routing_ids, lambda row: row.disposition_id.code
            ),
        }

    def _part_sums(self, part, rows, code_of):
        """{code: units of the part}, without what came to nothing."""
        sums = {}
        for row in rows:
            if part.line_id._kit_part_of(row) == part:
                code = code_of(row)
                sums[code] = sums.get(code, 0.0) + row.quantity
        unit = part.product_id.uom_id
        return {code: total for code, total in sums.items() if not unit.is_zero(total)}

    def _sums(self, line, rows, by):
        return {} if line.kits_per_unit else super()._sums(line, rows, by)

    def _states(self, line):
        return {} if line.kits_per_unit else super()._states(line)
