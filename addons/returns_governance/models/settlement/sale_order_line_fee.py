from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """The line with which an order bills a fee of a return."""

    _inherit = "sale.order.line"

    returns_fee_ids = fields.One2many(
        "returns.settlement.fee",
        "sale_line_id",
        "Fees of returns",
        groups="returns_governance.group_reader",
    )
    returns_is_fee = fields.Boolean(
        "Fee of a return", compute="_compute_returns_is_fee", store=True
    )

    @api.depends("returns_fee_ids")
    def _compute_returns_is_fee(self):
        for line in self:
            # sudo: who sells need not read returns
            line.returns_is_fee = bool(line.sudo().returns_fee_ids)
