"""What is owed for the lines of returns: the engine's figures on what was paid."""

from copy import copy
from decimal import Decimal

from odoo import models

from ..engine.refund import RefundLine, RefundRequest, owed
from ..engine.shares import EPSILON, ZERO
from .settle_paid import distribute

FINEST = Decimal("1e-9")
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

    def cap(self, net, taxes):
        """Stay within what is left, whatever came between."""
        self.net = _within(self.net, net)
        self.taxes = {
            key: _within(amount, taxes.get(key, amount))
            for key, amount in self.taxes.items()
        }

    def within(self, amount, currency):
        """The same, or as much of it as ``amount`` (with tax) pays for."""
        if self.total <= amount:
            return self
        part = copy(self)
        factor = amount / self.total if amount > 0 else ZERO
        keys = list(self.taxes)
        net, *taxes = distribute(
            max(ZERO, amount), [self.net, *self.taxes.values()], currency
        )
        part.net, part.taxes = net, dict(zip(keys, taxes, strict=True))
        # Finer than goods are counted: it is money that was paid, and what it leaves
        # over is worth the rest to the cent.
        part.quantity = (self.quantity * factor).quantize(FINEST)
        part.withheld_net, part.withheld_taxes = ZERO, {}
        return part

    @property
    def tax(self):
        return sum(self.taxes.values(), ZERO)

    @property
    def total(self):
        return self.net + self.tax


def _within(amount, room):
    """The amount, or what of it lies between zero and ``room``, of either sign."""
    return sorted((ZERO, amount, room))[1]


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

    def _claims(self, orders, now=None, without=()):
        """Return ({line: Claim}, {order: [Part]}): the lines, and the delivery.

        :param dict now: {line: Decimal}, how much is to be settled at once; the parts
            in ``Claim.now`` are for that
        :param without: documents that are looked at as if they were not there
        """
        lines = orders.line_ids
        delivery = self._delivery_lines(orders)
        sale_lines = lines.sale_line_id | self.env["sale.order.line"].union(
            *delivery.values()
        )
        sources = self.env["returns.paid"]._sources(sale_lines, without)
        claims = {}
        for sold in lines.sold_line_id:
            known = sources.get(sold.sale_line_id, ([], None))
            for line, claim in self._turns(sold, *known, now or {}):
                if line in lines:
                    claims[line] = claim
        shipping = {
            order: self._delivery_parts(delivery[order], sources) for order in orders
        }
        return claims, shipping

    def _sources_after_claims(self, sale_lines):
        """{sale line: [Source]} as a new return would find them."""
        sources = self.env["returns.paid"]._sources(sale_lines)
        sold_lines = self.env["returns.sold.line"].search(
            [("sale_line_id", "in", sale_lines.ids)]
        )
        for sold in sold_lines:
            self._turns(sold, *sources[sold.sale_line_id], {})
        return {line: found for line, (found, _rows) in sources.items()}

    def _turns(self, sold, sources, rows, now):
        """Let the lines of returns of one sold line take their shares in turn.

        What a later one got already is kept for it, so that nothing changes for those
        before it. Where a credit of another kind came between, the settled ones go
        first and the others share what is left.

        :return: list of (line, Claim)
        """
        paid = self.env["returns.paid"]
        found = {}
        own = rows.grouped("line_id") if rows else {}
        in_turn = not any(any(source.credited[:2]) for source in sources)
        for row in rows or ():
            if source := paid._source_of(sources, row):
                if in_turn:
                    source.keep(*row._exact()[1:])
                    source.keep(*row._exact_withheld())
                else:
                    source.count(row)
        for line in sold.line_ids.sorted("id"):
            mine = own.get(line, ())
            found[line] = self._claim(line, sources, mine, now.get(line, ZERO), in_turn)
        return list(found.items())

    def _claim(self, line, sources, rows, now, in_turn):
        """One line's claim on ``sources``, which are credited with it."""
        paid = self.env["returns.paid"]
        claim = Claim()
        before = [source.twin() for source in sources]
        for row in rows:
            quantity, net, taxes = row._exact()
            tax = sum(taxes.values(), ZERO)
            claim.settled_quantity += quantity
            claim.settled += net + tax
            claim.settled_tax += tax
            place = (
                sources.index(source)
                if (source := paid._source_of(sources, row))
                else None
            )
            if place is None:
                continue
            if in_turn:
                for known in (source, before[place]):
                    self._unkeep(known, row)
                source.count(row)
            else:
                before[place].count(row, -1)
        due = Decimal(str(line._quantity_due()))
        rest = max(ZERO, due - claim.settled_quantity)
        # What is left over by mere noise of the figures is no rest.
        take = rest if rest - now <= EPSILON else now
        pool = self._conditions(line, claim.settled_quantity)
        terms = line.decision_id._terms().get("deductions") or {}
        unit = Decimal(str(line.currency_id.rounding))
        claim.now = self._take(sources, take, unit, pool, terms)
        claim.later = self._take(sources, rest - take, unit, pool, terms)
        asked = Decimal(str(line.quantity))
        claim.paid = sum((part.total for part in self._take(before, asked, unit)), ZERO)
        return claim

    def _unkeep(self, source, row):
        """Its turn has come: what was kept for the row is free again."""
        for net, taxes in (row._exact()[1:], row._exact_withheld()):
            source.keep(-net, {key: -amount for key, amount in taxes.items()})

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
            part.cap(*source.room())
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

    # --- the outbound delivery ----------------------------------------------------
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
        rules = {line.decision_id._terms().get("refund_shipping") for line in lines}
        if not any(line._quantity_due() for line in lines):
            return False
        return self._wants_delivery(rules, order.withdrawal) and self._is_all(sale, {})

    def _wants_delivery(self, rules, withdrawal):
        """Whether one of the policy's rules for the lines pays the delivery back."""
        return SHIPPING_ALWAYS in rules or (withdrawal and SHIPPING_WITHDRAWAL in rules)

    def _is_all(self, sale, asked):
        """Whether all of an order comes back, with {sale line: quantity} more."""
        return all(
            sale_line.product_uom_id.compare(
                sum(line._quantity_due() for line in sale_line.returns_line_ids)
                + asked.get(sale_line, 0.0),
                sale_line.qty_delivered + sale_line.returns_quantity_back,
            )
            >= 0
            for sale_line in sale.order_line
            if self._is_goods(sale_line)
        )

    def _preview_delivery(self, request, decisions):
        """What of the delivery a request would get back: (total, tax)."""
        asked, rules = {}, {}
        for spec, decision in zip(request["lines"], decisions, strict=True):
            if decision.eligible:
                # sudo: as for the amounts of the lines; writes nothing
                line = spec["sale_line"].sudo()
                asked[line] = asked.get(line, 0.0) + spec["quantity"]
                rules.setdefault(line.order_id, set()).add(
                    decision.outcomes["refund_shipping"]
                )
        delivery = self.env["sale.order.line"]
        for sale, found in rules.items():
            wanted = self._wants_delivery(found, request.get("withdrawal"))
            if wanted and self._is_all(sale, asked):
                delivery |= sale.order_line.filtered("is_delivery").with_env(self.env)
        sources = self.env["returns.paid"].sudo()._sources(delivery.sudo())
        parts = self._delivery_parts(delivery.sudo(), sources)
        tax = sum((part.tax for part in parts), ZERO)
        return float(sum((part.total for part in parts), ZERO)), float(tax)

    def _is_goods(self, sale_line):
        return (
            not sale_line.display_type
            and not sale_line.is_delivery
            and not sale_line.is_downpayment
            and sale_line.product_id.type == "consu"
            and sale_line.product_uom_qty > 0
            and sale_line.price_unit >= 0
        )

    def _delivery_parts(self, sale_lines, sources):
        """What is left to give back of the delivery."""
        parts = []
        for sale_line in sale_lines:
            unit = Decimal(str(sale_line.currency_id.rounding))
            known, rows = sources.get(sale_line, ([], ()))
            for row in rows:
                if source := self.env["returns.paid"]._source_of(known, row):
                    source.count(row)
            invoiced = [source for source in known if source.invoice_line]
            left = sum((source.left for source in invoiced), ZERO)
            parts += self._take(invoiced, left, unit)
        return parts
