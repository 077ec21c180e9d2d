"""Fees of goods that were never billed: their order bills them."""

from odoo import Command, models

from .settle_paid import ZERO


class ReturnsCredit(models.AbstractModel):
    """Puts fees on the order where no credit note of the goods is there to take them.

    As any charge of an order: a line of its own, with the taxes of its product, which
    the order's next bill has on it. What was paid in advance goes back less by it. A
    line grows with the fees of its return until it is billed.
    """

    _inherit = "returns.credit"

    def _note_fees(self, settlements, batches):
        rows = super()._note_fees(settlements, batches)
        self._bill_with_order(rows.filtered(lambda row: not row.settlement_id.move_id))
        return rows

    def _note_fees_back(self, settlements, counter, fees):
        rows = super()._note_fees_back(settlements, counter, fees)
        self._bill_with_order(rows.filtered(lambda row: not row.settlement_id.move_id))
        return rows

    def _bill_with_order(self, rows):
        """Let orders bill these rows; negative ones are given back."""
        # sudo: the machine's; whoever settles need not sell
        groups = rows.sudo().grouped(
            lambda row: (
                row.order_id,
                row.line_id.sale_line_id.order_id,
                row.product_id,
            )
        )
        for (order, sale, product), group in groups.items():
            line = self._fee_line(order, sale, product, group)
            group._machine_write({"sale_line_id": line.id})

    def _fee_line(self, order, sale, product, rows):
        """The line of the order that bills ``rows``, which are of one product."""
        taxes = self.env["returns.fees"]._tax_records(sale, product)
        price = self._fee_price(rows, taxes)
        known = self.env["returns.settlement.fee"].sudo()  # as above
        known = known.search(
            [
                ("order_id", "=", order.id),
                ("product_id", "=", product.id),
                ("sale_line_id.order_id", "=", sale.id),
            ]
        ).sale_line_id.filtered(lambda line: line.tax_ids == taxes)
        for line in known.sorted("id", reverse=True):
            if not line.invoice_lines.filtered(
                lambda item: item.parent_state == "posted"
            ):
                self._change_fee_line(line, line.price_unit + price)
                return line
        return self._make_fee_line(order, sale, product, taxes, price)

    def _fee_price(self, rows, taxes):
        """What the order's line says: net, or with the taxes that prices include."""
        included = taxes.flatten_taxes_hierarchy().filtered("price_include")
        price = ZERO
        for row in rows:
            net, amounts = row._exact()
            price += net + sum((amounts.get(tax.id, ZERO) for tax in included), ZERO)
        return float(price)

    def _make_fee_line(self, order, sale, product, taxes, price):
        lang = sale.partner_id.lang or self.env.lang
        words = self.env._(
            "%(fee)s of %(return)s",
            fee=product.with_context(lang=lang).display_name,
            **{"return": order.name},
        )
        line = self.env["sale.order.line"].sudo()  # as above
        line = line.create(
            {
                "order_id": sale.id,
                "product_id": product.id,
                "name": words,
                "product_uom_qty": 1.0,
                "price_unit": price,
                "discount": 0.0,
                "tax_ids": [Command.set(taxes.ids)],
                "sequence": max(sale.order_line.mapped("sequence"), default=0) + 1,
            }
        )
        if line.qty_delivered_method == "manual":
            line.qty_delivered = 1.0
        return line

    def _change_fee_line(self, line, price):
        """Bill more or less of a fee; drafts of bills follow."""
        nothing = line.currency_id.is_zero(price)
        sale, locked = line.order_id, line.order_id.locked
        sale.locked = False
        # Nothing at all is left to bill where the fee was given back.
        line.write({"price_unit": price, "product_uom_qty": 0.0 if nothing else 1.0})
        if line.qty_delivered_method == "manual":
            line.qty_delivered = line.product_uom_qty
        sale.locked = locked
        for item in line.invoice_lines:
            if item.parent_state == "draft":
                item.write({"price_unit": price, "quantity": line.product_uom_qty})
