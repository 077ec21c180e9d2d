from decimal import Decimal

from odoo import api, fields, models

from ...const import FEE_KINDS


class ReturnsSettlementFee(models.Model):
    """A fee that a credit note is less by, and the line of the return that bears it.

    The document has one line for each kind. A row that takes another back has the
    opposite sign, as its settlement has.
    """

    _name = "returns.settlement.fee"
    _description = "Fee in a settlement"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    settlement_id = fields.Many2one(
        "returns.settlement",
        required=True,
        ondelete="cascade",
        index=True,
    )
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
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    amount = fields.Monetary(help="Taken off the refund, with tax.")
    amount_net = fields.Monetary("Net")
    taxes = fields.Json(help="{id of the tax: amount as text}")
    counts = fields.Boolean(related="settlement_id.counts", store=True)

    @api.model
    def _vals(self, fee):
        """The values of a row for a FeePart (flow/settle_fees.py)."""
        return {
            "line_id": fee.line.id,
            "kind": fee.kind,
            "product_id": fee.product.id,
            "amount": float(-fee.total),
            "amount_net": float(-fee.net),
            "taxes": {str(key): str(-amount) for key, amount in fee.taxes.items()},
        }

    def _standing(self):
        """The rows whose settlement was not cancelled, drafts included."""
        return self.filtered(lambda row: row.settlement_id.state != "cancelled")

    def _worth(self):
        """(net, tax) in the currency of the return, as Decimals."""
        net, taxes = self._exact()
        return net, sum(taxes.values())

    def _sum_in_order(self):
        """The sum with tax, in the currency of the return."""
        return sum(self.mapped("amount"))

    def _valued_part(self, _fee):
        """(net, tax) of a FeePart that gives some of it back, in the currency of the
        return; None where that is the document's."""
        return None

    def _exact(self):
        """(net, {tax id: amount}) as Decimals, positive where it was taken off."""
        digits = self.currency_id.decimal_places
        return (
            Decimal(f"{self.amount_net:.{digits}f}"),
            {int(key): Decimal(text) for key, text in (self.taxes or {}).items()},
        )
