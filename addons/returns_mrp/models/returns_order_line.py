from odoo import api, fields, models

from odoo.addons.returns_governance.const import SENT

from ..engine.kits import finished

# What goes out, or is mended, is followed unit by unit; a kit is no unit.
NOT_FOR_KITS = (*SENT, "repair")


class ReturnsOrderLine(models.Model):
    """A line of kits: counted in whole kits, while its rows are of their parts."""

    _inherit = "returns.order.line"
    _machine_fields = frozenset({"kits_per_unit"})

    kits_per_unit = fields.Float(
        digits=(16, 6),
        readonly=True,
        help="Kits in one unit of the order line; 0 for goods that are no kit.",
    )
    kit_part_ids = fields.One2many(
        "returns.kit.part", "line_id", "Parts", readonly=True
    )

    # --- quantities -------------------------------------------------------------------
    def _sum_rows(self, rows, field="quantity"):
        """Of parts: kits of which anything is in ``rows``."""
        if not self.kits_per_unit:
            return super()._sum_rows(rows, field)
        units = self._kit_units(rows, field)
        return self._from_kits(self._kits_touched(units))

    @api.depends("receipt_ids.quantity")
    def _compute_received(self):
        """What came decides which kits are through a step, too."""
        result = super()._compute_received()
        kits = self.filtered("kits_per_unit")
        for name in ("quantity_inspected", "quantity_disposed") if kits else ():
            self.env.add_to_compute(self._fields[name], kits)
        return result

    @api.depends("inspection_ids.quantity")
    def _compute_inspected(self):
        result = super()._compute_inspected()
        for line in self.filtered("kits_per_unit"):
            line.quantity_inspected = line._kits_through(line.inspection_ids)
        return result

    @api.depends("routing_ids.quantity")
    def _compute_disposed(self):
        result = super()._compute_disposed()
        for line in self.filtered("kits_per_unit"):
            line.quantity_disposed = line._kits_through(line.routing_ids)
        return result

    def _kits_through(self, rows):
        """Kits, in the line's unit, of which all that came is in ``rows``."""
        came = self._kit_units(self.receipt_ids)
        done = self._kit_units(rows)
        return self._from_kits(
            finished([(p.per_kit, came[p], done[p]) for p in self.kit_part_ids])
        )

    def _received_exactly(self):
        """Kits of which nothing is waited for any more."""
        if not self.kits_per_unit:
            return super()._received_exactly()
        return self._from_kits(self._kits_whole())

    def _quantity_unpaid(self):
        """Kits of which everything went where nothing is paid for."""
        if not self.kits_per_unit:
            return super()._quantity_unpaid()
        return self._from_kits(self._kits_unpaid())

    def _missing_words(self, quantity):
        if not self.kits_per_unit:
            return super()._missing_words(quantity)
        number = self.env["returns.words"]._number
        missing = [
            f"{number(units)} {product.display_name}"
            for (_line, product), units in self._kit_parts_awaited().items()
            if product.uom_id.compare(units, 0.0) > 0
        ]
        return self.env._(
            "%(parts)s of %(kit)s",
            parts=" + ".join(missing),
            kit=self.product_id.display_name,
        )

    # --- screens ----------------------------------------------------------------------
    def _offered(self, decision):
        codes = super()._offered(decision).split(",")
        if set(codes) & set(NOT_FOR_KITS) and self._is_kit_sold():
            codes = [code for code in codes if code not in NOT_FOR_KITS]
        return ",".join(codes or ["refund"])

    def _is_kit_sold(self):
        sale_line = self.sale_line_id._origin
        return bool(self.env["returns.kit"]._of(sale_line))

    def _units_asked(self):
        """Of kits, the units of their parts."""
        kits = self.filtered("kits_per_unit")
        return super(ReturnsOrderLine, self - kits)._units_asked() + sum(
            part.per_kit * line._kits(line.quantity_claimed)
            for line in kits
            for part in line.kit_part_ids
        )

    def _units_to_come(self):
        kits = self.filtered("kits_per_unit")
        return super(ReturnsOrderLine, self - kits)._units_to_come() + sum(
            sum(line._kit_parts_awaited().values()) for line in kits
        )

    def _places_now(self):
        """Of kits, the parts are told one by one beside."""
        if not self.kits_per_unit:
            return super()._places_now()
        open_units = self._open_to_receive()[self]
        if self.case_state in ("draft", "rejected", "cancelled", "expired"):
            open_units = 0.0
        return [
            (self.env._("Not all here"), open_units),
            (
                self.env._("Inspection"),
                self.quantity_received - self.quantity_inspected,
            ),
            (self.env._("Inspected"), self.quantity_inspected - self.quantity_disposed),
            (self.env._("Disposed of"), self.quantity_disposed),
        ]
