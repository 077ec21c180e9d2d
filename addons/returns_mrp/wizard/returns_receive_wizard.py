from odoo import models


class ReturnsReceiveWizard(models.TransientModel):
    """Kits are received by their parts: a row for each of them."""

    _inherit = "returns.receive.wizard"

    def _line_rows(self, line, quantity, lots):
        if not line.kits_per_unit:
            return super()._line_rows(line, quantity, lots)
        rows = []
        for (_line, product), units in line._kit_parts_awaited().items():
            if product.uom_id.compare(units, 0.0) > 0:
                names = sorted(lots.get((line, product), ()))
                rows += self._product_rows(line, product, units, names)
        return rows


class ReturnsReceiveWizardLine(models.TransientModel):
    """A part says of which kit it is."""

    _inherit = "returns.receive.wizard.line"

    def _difference(self):
        told = super()._difference()
        if not self.line_id.kits_per_unit or not self.product_id:
            return told
        kit = self.env._("part of %(kit)s", kit=self.line_id.product_id.name)
        return f"{told}, {kit}" if told else kit[:1].upper() + kit[1:]
