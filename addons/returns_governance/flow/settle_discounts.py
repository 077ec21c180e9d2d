"""Discounts that have lines of their own, spread over the goods that they are for."""

from decimal import Decimal

from odoo import models

from ..engine.shares import ZERO
from .settle_paid import distribute


class ReturnsPaid(models.AbstractModel):
    """Lowers what was paid for goods by the discounts and rewards of their document.

    Rewards of loyalty programs are told by the fields that ``sale_loyalty`` gives to
    order lines, where it is installed. A gift card or a wallet on an order is no
    discount but a payment: the goods are owed in full.
    """

    _inherit = "returns.paid"

    def _spread_discounts(self, found, currency):
        """Spread lines that lower the document over the goods that they are for."""
        for line in [line for line in found if self._is_discount(line, found)]:
            targets = self._discount_targets(line, found)
            if targets:
                net, taxes = found.pop(line)
                self._spread_over(targets, net, taxes, found, currency)
        for line in [line for line in found if self._is_free(line, found)]:
            self._spread_free(line, found, currency)

    def _spread_over(self, targets, net, taxes, found, currency):
        """Add amounts to the goods ``targets``, by their net and tax by tax."""
        weights = [found[target][0] for target in targets]
        nets = distribute(net, weights, currency)
        for target, part in zip(targets, nets, strict=True):
            found[target][0] += part
        for tax_id, amount in taxes.items():
            bearing = [
                (target, weight)
                for target, weight in zip(targets, weights, strict=True)
                if tax_id in found[target][1]
            ]
            if not bearing:
                # A tax that the goods do not bear stays in the sum.
                bearing = list(zip(targets, weights, strict=True))
            parts = distribute(amount, [weight for _t, weight in bearing], currency)
            for (target, _weight), part in zip(bearing, parts, strict=True):
                known = found[target][1]
                if tax_id in known:
                    known[tax_id] += part
                else:
                    found[target][0] += part

    def _is_discount(self, line, found):
        """A lowering line of its own; not goods that go back, not a down payment."""
        sold = line.sale_line_ids
        if found[line][0] >= 0 or any(sold.mapped("is_downpayment")):
            return False
        if self._is_tender(line):
            return False
        return not sold or all(
            sale_line.price_unit < 0 or sale_line.product_uom_qty < 0
            for sale_line in sold
        )

    def _discount_targets(self, discount, found):
        """The goods of a discount: of its product, else of its taxes, else all."""
        goods = [
            line
            for line in found
            if found[line][0] > 0
            and not any(line.sale_line_ids.mapped("is_downpayment"))
        ]
        if reward := self._reward(discount):
            goods = self._rewarded(reward, goods) or goods
        taxes = self._taxes_of_discount(discount)
        for same in (
            lambda line: discount.product_id and line.product_id == discount.product_id,
            lambda line: self._taxes_of_discount(line) == taxes,
        ):
            if chosen := [line for line in goods if same(line)]:
                return chosen
        return goods

    def _taxes_of_discount(self, line):
        """The taxes that a discount on a line has: an amount each is not discounted."""
        return line.tax_ids.flatten_taxes_hierarchy().filtered(
            lambda tax: tax.amount_type != "fixed"
        )

    # --- rewards of loyalty programs ----------------------------------------------
    def _reward(self, line):
        """The reward that made a line; None without one, or without such programs."""
        if "reward_id" not in self.env["sale.order.line"]._fields:
            return None
        # Not ``[:1]``, which forgets that others of the batch are asked next.
        for sold in line.sale_line_ids:
            # sudo: whoever settles need not read loyalty programs
            return sold.sudo().reward_id or None
        return None

    def _is_tender(self, line):
        """Whether a line is a gift card or a wallet that paid a part of the order."""
        reward = self._reward(line)
        return bool(reward) and reward.program_id.is_payment_program

    def _rewarded(self, reward, goods):
        """The goods that a reward lowers, as its program says."""
        sold = {line: line.sale_line_ids[:1] for line in goods}
        goods = [
            line
            for line in goods
            if not sold[line].is_delivery and not self._reward(line)
        ]
        if reward.discount_applicability == "order":
            return goods
        domain = reward._get_discount_product_domain()
        goods = [line for line in goods if line.product_id.filtered_domain(domain)]
        if reward.discount_applicability == "cheapest" and goods:
            return [min(goods, key=lambda line: (sold[line].price_unit, line.id))]
        return goods

    def _is_free(self, line, found):
        """A free product of a program: nothing was paid for it as such."""
        if found[line][0] or not line.quantity or not line.price_unit:
            return False
        reward = self._reward(line)
        return bool(reward) and reward.reward_type == "product"

    def _spread_free(self, free, found, currency):
        """Three for the price of two: each of them cost two thirds.

        Only over the same product: a present of another kind is worth nothing when it
        comes back, and takes nothing from what was paid.
        """
        same = [
            line
            for line in found
            if line.product_id == free.product_id
            and line.tax_ids == free.tax_ids
            and (line == free or found[line][0] > 0)
        ]
        weights = [Decimal(str(line.price_unit * line.quantity)) for line in same]
        if len(same) < 2:
            return
        sums = {}
        for line in same:
            for key, amount in found[line][1].items():
                sums[key] = sums.get(key, ZERO) + amount
        net = sum((found[line][0] for line in same), ZERO)
        for line, part in zip(same, distribute(net, weights, currency), strict=True):
            found[line] = [part, {}]
        for key, amount in sums.items():
            parts = distribute(amount, weights, currency)
            for line, part in zip(same, parts, strict=True):
                found[line][1][key] = part
