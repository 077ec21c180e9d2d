from odoo import models


class ReturnsStepCancel(models.AbstractModel):
    """What will not come of a kit is given up like units that will not come."""

    _inherit = "returns.step.cancel"

    def _open(self, order):
        """Of kits, also those that came and lack a part."""
        found = super()._open(order)
        kits = order.line_ids.filtered("kits_per_unit")
        for line in kits.filtered("quantity_received"):
            found[line] = line._open_to_receive()[line]
        return found

    def _give_up(self, line, quantity):
        """Kits of which nothing came are cancelled; of the others the missing parts."""
        if not line.kits_per_unit:
            return super()._give_up(line, quantity)
        kits = line._kits(quantity)
        untouched = max(0.0, line.quantity_claimed - line.quantity_received)
        alone = min(kits, line._kits(untouched))
        if alone:
            super()._give_up(line, min(quantity, line._from_kits(alone)))
        if kits > alone:
            self._give_up_parts(line, kits - alone)
        return None

    def _give_up_parts(self, line, kits):
        """The next ``kits`` that are not whole need no more parts to be so."""
        units = line._kit_units(line.receipt_ids)
        target = min(line._kits_touched(), line._kits_whole() + kits)
        for part in line.kit_part_ids:
            missing = part.per_kit * target - units[part]
            if part.uom_id.compare(missing, part.quantity_given_up) > 0:
                part._machine_write({"quantity_given_up": missing})
