from odoo import api, fields, models

from ...const import FEE_KINDS


class ReturnsSettlementFee(models.Model):
    """A fee that a credit note is less by, and the line of the return that bears it.

    The document has one line for each kind. A row that takes another back has the
    opposite sign, as its settlement has.
    """

    _name = "returns.settlement.fee"
    _description = "Fee in a settlement"
    _inherit = ["returns.settlement.worth", "returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one(
        related="settlement_id.order_id", string="Return", store=True, index=True
    )
    line_id = fields.Many2one("returns.order.line", ondelete="cascade", index=True)
    kind = fields.Selection(FEE_KINDS, required=True)
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Billed by",
        index="btree_not_null",
        ondelete="restrict",
        help="The line of the order that bills it, where the goods never were billed.",
    )
    amount = fields.Monetary(help="Taken off the refund, with tax.")

    @api.model
    def _vals(self, fee):
        """The values of a row for a FeePart (flow/settle_fees.py)."""
        return {
            **self._foreign_vals(fee, -1),
            "line_id": fee.line.id,
            "kind": fee.kind,
            "product_id": fee.product.id,
            "amount": float(-fee.total),
            "amount_net": float(-fee.net),
            "taxes": {str(key): str(-amount) for key, amount in fee.taxes.items()},
        }

    def _exact(self):
        """(net, {tax id: amount}) as Decimals, positive where it was taken off."""
        return self._exact_sums()
