from odoo import api, fields, models

from ...guard import redeem, refuse


class SaleOrderLine(models.Model):
    """Lines of an exchange are billed by their return; what is replaced is free."""

    _inherit = "sale.order.line"

    returns_exchange_id = fields.Many2one(
        "returns.exchange",
        "Held for",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def write(self, vals):
        if "returns_exchange_id" not in vals:
            return super().write(vals)
        self, machine = redeem(self, "write", vals)
        if not machine:
            refuse(
                "GUARDED_FIELD",
                self.env._("Which return goods are held for follows from its steps."),
            )
        return super().write(vals)

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        if self.returns_exchange_id:
            values["returns_exchange_id"] = self.returns_exchange_id.id
        return values

    @api.depends(
        "returns_exchange_id",
        "returns_line_ids.quantity_exchanged",
        "returns_line_ids.exchange_ids.quantity_charged",
    )
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        for line in self:
            if line.returns_exchange_id:
                line.qty_to_invoice = 0.0
        return res

    @api.depends(
        "returns_line_ids.quantity_exchanged",
        "returns_line_ids.exchange_ids.quantity_charged",
    )
    def _compute_returns_quantities(self):
        """What was replaced was delivered once more, and is not sold once more."""
        res = super()._compute_returns_quantities()
        for line in self:
            # sudo: as in super()
            replaced = line.sudo().returns_line_ids.filtered(
                lambda known: known.resolution == "replacement"
            )
            if replaced:
                line.returns_quantity_back -= sum(
                    known.quantity_exchanged
                    - sum(known.exchange_ids.mapped("quantity_charged"))
                    for known in replaced
                )
        return res
