"""What is owed for the lines of returns: the engine's figures on what was paid."""

from dataclasses import replace
from decimal import Decimal

from odoo import models

from ..engine.refund import RefundLine, RefundRequest, Shipping, owed
from ..engine.shares import EPSILON, ZERO
from .settle_claim import Claim, Part

SHIPPING_ALWAYS = "always"
SHIPPING_WITHDRAWAL = "withdrawal"


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
        self.env["returns.fees"]._charge(claims)
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
                    source.set_aside(row)
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
            claim.settle(row)
            place = (
                sources.index(source)
                if (source := paid._source_of(sources, row))
                else None
            )
            if place is None:
                continue
            if in_turn:
                # Its turn has come: what was kept for it is free again.
                for known in (source, before[place]):
                    known.set_aside(row, -1)
                source.count(row)
            else:
                before[place].count(row, -1)
        due = Decimal(str(line._quantity_due()))
        rest = max(ZERO, due - claim.settled_quantity)
        # What is left over by mere noise of the figures is no rest.
        take = rest if rest - now <= EPSILON else now
        pool = self._conditions(line, claim.settled_quantity)
        terms = self._deductions(line)
        unit = Decimal(str(line.currency_id.rounding))
        claim.now = self._take(sources, take, unit, pool, **terms)
        claim.later = self._take(sources, rest - take, unit, pool, **terms)
        asked = Decimal(str(line.sale_line_id._returns_exact_quantity(line.quantity)))
        claim.paid = sum((part.worth for part in self._take(before, asked, unit)), ZERO)
        return claim

    def _deductions(self, line):
        """What is taken off by condition, as ``_take`` wants it.

        Of a withdrawal only for a condition that is a finding of excess handling, and
        only if the customer was told of the right to withdraw (Art 14(2) Directive
        2011/83/EU); the engine holds it to that.
        """
        decision = line.decision_id
        if not decision.withdrawal_right:
            return {"deductions": decision._terms().get("deductions") or {}}
        found = line.inspection_ids.condition_id
        if not found:
            return {}
        deductions, facts = decision._withdrawal_terms()
        handled = found.filtered("excess_handling").mapped("code")
        return {"deductions": deductions, "facts": facts, "handled": tuple(handled)}

    def _take(
        self,
        sources,
        quantity,
        unit,
        pool=None,
        deductions=(),
        facts=None,
        handled=None,
    ):
        """Credit a quantity to the sources, the first before the next.

        :param Decimal unit: the smallest amount of the order's currency
        :param list pool: (condition code, Decimal) as found, taken from the front
        :param LineFacts facts: of a withdrawal
        :param tuple handled: codes of the conditions that tell of excess handling
        :return: list of Part; less than asked where no more was paid for
        """
        parts = []
        for source in sources:
            taken = min(quantity, source.left)
            if taken <= 0:
                continue
            line = RefundLine(
                source.paid_line(),
                taken,
                conditions=self._draw(pool, taken),
                handled=handled,
            )
            request = RefundRequest(
                (line,), deductions=deductions, rounding=source.unit or unit
            )
            if facts:
                request = replace(request, facts=facts)
            result = owed(request)
            part = Part(source, result.lines[0], result.deductions)
            part.cap(*source.room())
            source.take(part)
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
        tax = sum((part.worth_tax for part in parts), ZERO)
        return float(sum((part.worth for part in parts), ZERO)), float(tax)

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
        """What is left to give back of the delivery: the standard part of it."""
        parts = []
        for sale_line in sale_lines:
            unit = Decimal(str(sale_line.currency_id.rounding))
            known, rows = sources.get(sale_line, ([], ()))
            for row in rows:
                if source := self.env["returns.paid"]._source_of(known, row):
                    source.count(row)
            standard = sale_line._returns_standard_delivery()
            for source in known:
                if not source.invoice_line or source.left <= 0:
                    continue
                part = self._take_delivery(source, standard, unit)
                if standard is not None:
                    standard = max(0.0, standard - float(part.worth_net))
                parts.append(part)
        return parts

    def _take_delivery(self, source, standard, unit):
        """Credit what is left of a delivery on one invoice, without its surcharge.

        :param standard: net of the standard delivery in the order's currency, or None
        """
        if source.foreign and standard is not None:
            standard = source.billed(standard)
        shipping = Shipping(source.paid_line(), standard)
        request = RefundRequest(
            (),
            shipping=shipping,
            refund_shipping=SHIPPING_ALWAYS,  # who gets it back was asked before
            complete=True,
            rounding=source.unit or unit,
        )
        part = Part(source, owed(request).shipping)
        part.cap(*source.room())
        source.take(part)
        return part
