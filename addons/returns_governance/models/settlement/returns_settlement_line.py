from decimal import Decimal

from odoo import api, fields, models

from ...engine.shares import ZERO, round_to


class ReturnsSettlementLine(models.Model):
    """The share of a settlement that belongs to one line of the return.

    A row without a line of the return gives back the delivery of the order.
    """

    _name = "returns.settlement.line"
    _description = "Line of a settlement"
    _inherit = ["returns.settlement.worth", "returns.guarded"]
    _append_only = True

    line_id = fields.Many2one("returns.order.line", ondelete="cascade", index=True)
    sale_line_id = fields.Many2one(
        "sale.order.line", "Order line", required=True, index=True
    )
    quantity = fields.Float(
        help="In the unit of the order line; finer than that where a channel paid for "
        "a part of a unit.",
    )
    amount = fields.Monetary(help="With tax.")
    withheld = fields.Json(
        help="What a deduction took off: {'net': amount, 'taxes': {id: amount}}"
    )
    invoice_line_id = fields.Many2one("account.move.line", index="btree_not_null")

    @api.model
    def _vals(self, part, line=None):
        """The values of a row for a Part (flow/settle_worth.py).

        :param record line: of the return; empty for the delivery
        """
        vals = {
            **self._foreign_vals(part),
            "line_id": line.id if line else False,
            "sale_line_id": part.source.sale_line.id,
            "quantity": float(part.quantity),
            "amount": float(part.total),
            "amount_net": float(part.net),
            "taxes": {str(key): str(amount) for key, amount in part.taxes.items()},
            "invoice_line_id": part.source.invoice_line.id,
        }
        if part.withheld_net or part.withheld_taxes:
            vals["withheld"] = {
                "net": str(part.withheld_net),
                "taxes": {str(k): str(v) for k, v in part.withheld_taxes.items()},
            }
        return vals

    @api.model
    def _counter_vals(self, row, part):
        """The values of a row that takes ``part`` of ``row`` back."""
        withheld_net, withheld_taxes = row._exact_withheld()
        vals = {
            **self._foreign_vals(part, -1),
            "line_id": row.line_id.id,
            "sale_line_id": row.sale_line_id.id,
            "quantity": -float(part.quantity),
            "amount": -float(part.total),
            "amount_net": -float(part.net),
            "taxes": {str(key): str(-amount) for key, amount in part.taxes.items()},
            "invoice_line_id": row.invoice_line_id.id,
        }
        if withheld_net or withheld_taxes:
            vals["withheld"] = {
                "net": str(-withheld_net),
                "taxes": {str(k): str(-v) for k, v in withheld_taxes.items()},
            }
        return vals

    def _quantity_left(self):
        """Units of this row that were not taken back."""
        counter = self.settlement_id.reversal_ids.line_ids._standing().filtered(
            lambda row: (
                row.sale_line_id == self.sale_line_id
                and row.line_id == self.line_id
                and row.invoice_line_id == self.invoice_line_id
            )
        )
        return max(0.0, self.quantity + sum(counter.mapped("quantity")))

    def _worth_withheld(self):
        """(net, tax) that a deduction took off, in the currency of the return."""
        net, taxes = self._exact_withheld()
        tax = sum(taxes.values())
        if not self._is_foreign() or not (net or tax):
            return net, tax
        worth, step = self._worth()[0], self._order_step()
        share = worth / Decimal(str(self.amount)) if self.amount else ZERO
        return round_to(net * share, step), round_to(tax * share, step)

    def _exact(self):
        """(quantity, net, {tax id: amount}) as Decimals."""
        return Decimal(str(self.quantity)), *self._exact_sums()

    def _exact_withheld(self):
        """(net, {tax id: amount}) that a deduction took off, as Decimals."""
        withheld = self.withheld or {}
        taxes = withheld.get("taxes", {})
        return (
            Decimal(withheld.get("net", 0)),
            {int(key): Decimal(text) for key, text in taxes.items()},
        )
