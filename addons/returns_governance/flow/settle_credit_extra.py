"""What stands on a credit note beside the goods: fees, and cash rounding."""

from types import SimpleNamespace

from odoo import Command, models

from ..const import ROUNDING
from ..engine.analytic import mixed
from .settle_fees import FeePart
from .settle_paid import ZERO

LAST = 9_000  # after the lines of the goods


class ReturnsCredit(models.AbstractModel):
    """Adds the lines that belong to no sold line.

    They are tied to no order line, so that quantities to invoice, and what the gate
    holds against what was paid, are those of the goods alone.
    """

    _inherit = "returns.credit"

    def _settlement_vals(self, order, invoice, parts, move):
        """Beside the sums, what of them was paid by gift card, and how it is said."""
        vals = super()._settlement_vals(order, invoice, parts, move)
        if move:
            vals["document"] = self.env["returns.gate"]._said(move)
        if invoice and "reward_id" in self.env["sale.order.line"]._fields:
            share = self.env["returns.settlement"]._voucher_share
            vals["amount_voucher"] = share(invoice, vals["amount"])
        return vals

    def _note_fees(self, settlements, batches):
        """Append the rows of the fees in ``batches``, one list per settlement."""
        Fee = self.env["returns.settlement.fee"]
        vals_list = [
            {"settlement_id": row.id, **Fee._vals(part)}
            for row, parts in zip(settlements, batches, strict=True)
            for part, _line in parts
            if isinstance(part, FeePart)
        ]
        return Fee._machine_create(vals_list) if vals_list else Fee

    def _note_fees_back(self, settlements, counter, fees):
        """Append the rows that give fees back.

        :param counter: the settlements that take ``settlements`` back
        :param dict fees: {settlement: [(settlement, FeePart)]}
        """
        Fee = self.env["returns.settlement.fee"]
        vals_list = []
        pairs = [
            (new, part)
            for row, new in zip(settlements, counter, strict=True)
            for _row, part in fees[row]
        ]
        for row, part in pairs:
            vals = Fee._vals(part)
            vals.update(
                amount=-vals["amount"],
                amount_net=-vals["amount_net"],
                taxes={str(key): str(amount) for key, amount in part.taxes.items()},
                settlement_id=row.id,
            )
            for name in ("amount_order", "net_order"):
                if name in vals:
                    vals[name] = -vals[name]
            vals_list.append(vals)
        return Fee._machine_create(vals_list) if vals_list else Fee

    def _fee_vals(self, document, fees):
        """One line for each kind of fee, with the taxes of its product."""
        kinds = {}
        for fee in fees:
            kinds.setdefault((fee.kind, fee.product), []).append(fee)
        return [
            self._one_fee_vals(document, product, own, LAST + place)
            for place, ((_kind, product), own) in enumerate(kinds.items())
        ]

    def _one_fee_vals(self, document, product, fees, sequence):
        taxes = self.env["returns.fees"]._tax_records(document, product)
        amounts = {}
        for fee in fees:
            for key, amount in fee.taxes.items():
                amounts[key] = amounts.get(key, ZERO) + amount
        net = sum((fee.net for fee in fees), ZERO)
        included = taxes.flatten_taxes_hierarchy().filtered("price_include")
        price = net + sum((amounts.get(tax.id, ZERO) for tax in included), ZERO)
        lang = document.partner_id.lang or self.env.lang
        vals = {
            "sequence": sequence,
            "product_id": product.id,
            "name": product.with_context(lang=lang).display_name,
            "quantity": 1.0,
            "product_uom_id": product.uom_id.id,
            "price_unit": float(price),
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "analytic_distribution": mixed(
                (fee.net, fee.line.sale_line_id.analytic_distribution) for fee in fees
            ),
        }
        if taxes:
            whole = SimpleNamespace(net=net, taxes=amounts)
            vals["extra_tax_data"] = self._forced(document, taxes, whole, vals)
        return vals

    def _rounding_vals(self, invoice, parts):
        """What cash rounding had added to the goods, on the account where it is."""
        amount = sum((part.taxes.get(ROUNDING, ZERO) for part in parts), ZERO)
        line = self.env["returns.paid"]._rounding_lines(invoice)[:1]
        if not amount or not line:
            return []
        return [
            {
                "sequence": LAST + 500,
                "name": line.name,
                "quantity": 1.0,
                "price_unit": float(amount),
                "account_id": line.account_id.id,
                "tax_ids": [Command.clear()],
            }
        ]
