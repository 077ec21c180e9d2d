from odoo import api, fields, models


class ReturnsReceiveWizard(models.TransientModel):
    """Kits are received by their parts: a row for each of them."""

    _inherit = "returns.receive.wizard"

    has_kits = fields.Boolean(compute="_compute_has_kits")

    @api.depends("line_ids.line_id")
    def _compute_has_kits(self):
        for dialog in self:
            dialog.has_kits = any(dialog.line_ids.line_id.mapped("kits_per_unit"))

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

    kit_id = fields.Many2one("product.product", "Of kit", compute="_compute_kit_id")

    @api.depends("line_id")
    def _compute_kit_id(self):
        for row in self:
            row.kit_id = row.line_id.kits_per_unit and row.line_id.product_id
