"""What is owed for the lines of returns: the engine's figures on what was paid."""

from decimal import Decimal

from odoo import models

from ..engine.refund import RefundLine, RefundRequest, owed
from ..engine.shares import ZERO

SHIPPING_ALWAYS = "always"
SHIPPING_WITHDRAWAL = "withdrawal"


class Part:
    """What a quantity of one source is worth to the customer, after deductions."""

    __slots__ = ("net", "quantity", "source", "taxes", "withheld_net", "withheld_taxes")

    def __init__(self, source, share, deductions=()):
        self.source = source
        self.quantity = share.quantity
        self.net = share.net
        self.taxes = dict(share.taxes)
        self.withheld_net = sum((d.net for d in deductions), ZERO)
        self.withheld_taxes = {}
        for deduction in deductions:
            for key, amount in deduction.taxes:
                known = self.withheld_taxes.get(key, ZERO)
                self.withheld_taxes[key] = known + amount

    @property
    def tax(self):
        return sum(self.taxes.values(), ZERO)

    @property
    def total(self):
        return self.net + self.tax


class Claim:
    """What one line of a return is owed: settled already, now, and later."""

    __slots__ = ("later", "now", "paid", "settled", "settled_quantity", "settled_tax")

    def __init__(self):
        self.paid = self.settled = self.settled_quantity = self.settled_tax = ZERO
        self.now = []
        self.later = []

    @property
    def parts(self):
        return [*self.now, *self.later]

    @property
    def due(self):
        return self.settled + sum((part.total for part in self.parts), ZERO)

    @property
    def tax(self):
        return self.settled_tax + sum((part.tax for part in self.parts), ZERO)


class ReturnsWorth(models.AbstractModel):
    """Says what lines of returns are owed; writes nothing.

    Several returns of one sold line stand in the order in which they were made: each
    takes its share after those before it, settled or not, so that the shares sum up
    to what was paid, and what is promised to a customer is what is credited.
    """

    _name = "returns.worth"
    _description = "What is owed for returns"

    def _claims(self, orders, now=None):
        """Return ({line: Claim}, {order: [Part]}): the lines, and the delivery.

        :param dict now: {line: Decimal}, how much is to be settled at once; the parts
            in ``Claim.now`` are for that
        """
        lines = orders.line_ids
        delivery = self._delivery_lines(orders)
        sale_lines = lines.sale_line_id | self.env["sale.order.line"].union(
            *delivery.values()
        )
        sources = self.env["returns.paid"]._sources(sale_lines)
        claims = {}
        for sold in lines.sold_line_id:
            known = sources.get(sold.sale_line_id, [])
            for line in sold.line_ids.sorted("id"):
                claim = self._claim(line, known, (now or {}).get(line, ZERO))
                if line in lines:
                    claims[line] = claim
        shipping = {
            order: self._delivery_parts(order, delivery[order], sources)
            for order in orders
        }
        return claims, shipping

    def _sources_after_claims(self, sale_lines):
        """{sale line: [Source]} as a new return would find them."""
        sources = self.env["returns.paid"]._sources(sale_lines)
        sold_lines = self.env["returns.sold.line"].search(
            [("sale_line_id", "in", sale_lines.ids)]
        )
        for sold in sold_lines:
            for line in sold.line_ids.sorted("id"):
                self._claim(line, sources.get(sold.sale_line_id, []), ZERO)
        return sources

    def _claim(self, line, sources, now):
        """One line's claim on ``sources``, which are credited with it."""
        claim = Claim()
        rows = line.settlement_line_ids._standing()
        before = [source.copy() for source in sources]
        for row in rows:
            quantity, net, taxes = row._exact()
            tax = sum(taxes.values(), ZERO)
            claim.settled_quantity += quantity
            claim.settled += net + tax
            claim.settled_tax += tax
            self._uncount(before, row)
        due = Decimal(str(line._quantity_due()))
        rest = max(ZERO, due - claim.settled_quantity)
        take = min(rest, now)
        pool = self._conditions(line, claim.settled_quantity)
        terms = (line.decision_id.outcomes or {}).get("deductions") or {}
        unit = Decimal(str(line.currency_id.rounding))
        claim.now = self._take(sources, take, unit, pool, terms)
        claim.later = self._take(sources, rest - take, unit, pool, terms)
        asked = Decimal(str(line.quantity))
        claim.paid = sum(
            (part.total for part in self._take(before, asked, unit)), ZERO
        )
        return claim

    def _uncount(self, sources, row):
        """Take a settled row out of copied sources."""
        for source in sources:
            if source.invoice_line == row.invoice_line_id:
                quantity, net, taxes = row._exact()
                source.credit(-quantity, -net, {k: -v for k, v in taxes.items()})
                net, taxes = row._exact_withheld()
                source.withhold(-net, {k: -v for k, v in taxes.items()})
                return

    def _take(self, sources, quantity, unit, pool=None, deductions=()):
        """Credit a quantity to the sources, the first before the next.

        :param list pool: (condition code, Decimal) as found, taken from the front
        :return: list of Part; less than asked where no more was paid for
        """
        parts = []
        for source in sources:
            taken = min(quantity, source.left)
            if taken <= 0:
                continue
            line = RefundLine(
                source.paid_line(), taken, conditions=self._draw(pool, taken)
            )
            result = owed(RefundRequest((line,), deductions=deductions, rounding=unit))
            part = Part(source, result.lines[0], result.deductions)
            source.credit(part.quantity, part.net, part.taxes)
            source.withhold(part.withheld_net, part.withheld_taxes)
            parts.append(part)
            quantity -= taken
        return parts

    def _draw(self, pool, quantity):
        """Take the conditions of the next ``quantity`` units out of the pool."""
        found = []
        while pool and quantity > 0:
            code, there = pool[0]
            taken = min(there, quantity)
            found.append((code, taken))
            quantity -= taken
            if taken == there:
                pool.pop(0)
            else:
                pool[0] = (code, there - taken)
        return tuple(found)

    def _conditions(self, line, settled):
        """The conditions found, in their order, without those of settled units."""
        found = {}
        for row in line.inspection_ids:
            code = row.condition_id.code
            quantity = Decimal(str(line._in_line_unit(row.quantity)))
            found[code] = found.get(code, ZERO) + quantity
        pool = [(code, quantity) for code, quantity in found.items() if quantity > 0]
        self._draw(pool, settled)
        return pool

    # --- the outbound delivery --------------------------------------------------------
    def _delivery_lines(self, orders):
        """Return {order: sale lines of deliveries that it gives back}."""
        empty = self.env["sale.order.line"]
        return {
            order: empty.union(
                *(
                    sale.order_line.filtered("is_delivery")
                    for sale in order.line_ids.sale_order_id
                    if self._gives_delivery_back(order, sale)
                )
            )
            for order in orders
        }

    def _gives_delivery_back(self, order, sale):
        """Whether the policy pays the delivery back, and everything comes back."""
        lines = order.line_ids.filtered(lambda line: line.sale_order_id == sale)
        rules = {
            (line.decision_id.outcomes or {}).get("refund_shipping") for line in lines
        }
        wanted = SHIPPING_ALWAYS in rules or (
            order.withdrawal and SHIPPING_WITHDRAWAL in rules
        )
        if not wanted or not any(line._quantity_due() for line in lines):
            return False
        return all(
            sale_line.product_uom_id.compare(
                sum(line._quantity_due() for line in sale_line.returns_line_ids),
                sale_line.qty_delivered + sale_line.returns_quantity_back,
            )
            >= 0
            for sale_line in sale.order_line
            if self._is_goods(sale_line)
        )

    def _is_goods(self, sale_line):
        return (
            not sale_line.display_type
            and not sale_line.is_delivery
            and not sale_line.is_downpayment
            and sale_line.product_id.type == "consu"
            and sale_line.product_uom_qty > 0
            and sale_line.price_unit >= 0
        )

    def _delivery_parts(self, order, sale_lines, sources):
        """What is left to give back of the delivery."""
        unit = Decimal(str(order.currency_id.rounding))
        parts = []
        for sale_line in sale_lines:
            invoiced = [s for s in sources.get(sale_line, ()) if s.invoice_line]
            left = sum((source.left for source in invoiced), ZERO)
            parts += self._take(invoiced, left, unit)
        return parts
