from odoo import api, models


class SaleOrderLine(models.Model):
    """Kits are counted whole, whatever came of each."""

    _inherit = "sale.order.line"

    def _prepare_qty_delivered(self):
        """Core rounds kits up to the unit of the line, so that what is left of a dozen
        and what came back of it are more than a dozen."""
        delivered = super()._prepare_qty_delivered()
        if not self.env["mrp.bom"]._returns_any_kit():
            return delivered
        for line in self:
            # sudo: whether something came back is no secret to who sees the order
            size = max(line.sudo().returns_line_ids.mapped("kits_per_unit"), default=0)
            unit = line.product_uom_id
            if size and unit.compare(delivered[line], 0.0) > 0:
                # Core has rounded up: by less than one kit, or it would be one more.
                kits = int(delivered[line] * size + 1e-5)
                delivered[line] = unit.round(kits / size)
        return delivered

    @api.depends("returns_line_ids.quantity_received")
    def _compute_returns_quantities(self):
        """What two returns have brought of one kit is one kit, as core counts it."""
        result = super()._compute_returns_quantities()
        for line in self:
            # sudo: a seller sees what is left to invoice, not the returns behind it
            kits = line.sudo().returns_line_ids.filtered("kits_per_unit")
            if len(kits) > 1:
                line.returns_quantity_back = kits._kits_back()
        return result

    def _prepare_qty_invoiced(self):
        invoiced = super()._prepare_qty_invoiced()
        for line in self:
            for item in line._get_invoice_lines().filtered("returns_late_part"):
                if item.move_id.state != "cancel":
                    invoiced[line] += item._returns_signed_quantity(line)
        return invoiced

    def _compute_qty_invoiced_posted(self):
        result = super()._compute_qty_invoiced_posted()
        for line in self:
            for item in line._get_invoice_lines().filtered("returns_late_part"):
                if item.move_id.state == "posted":
                    line.qty_invoiced_posted += item._returns_signed_quantity(line)
        return result

    def _returns_counted_items(self):
        """A part that came late is no further kit."""
        items = super()._returns_counted_items()
        counted = items.filtered(lambda item: not item.returns_late_part)
        return counted.with_prefetch(items._prefetch_ids)
