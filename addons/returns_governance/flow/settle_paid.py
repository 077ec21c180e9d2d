"""What was paid for sold lines, to the cent, from posted invoices."""

from decimal import Decimal

from odoo import models

from ..const import BILLS, ROUNDING
from ..engine.shares import ZERO, PaidLine


def exact(amount, currency):
    """A float of Odoo as Decimal in the currency's digits."""
    return Decimal(f"{amount:.{currency.decimal_places}f}")


def distribute(amount, weights, currency):
    """An amount over Decimal weights of any sign; the largest takes the rest.

    :return: list, summing up exactly; equal to the weights where they sum up already
    """
    whole = sum(weights, ZERO)
    if whole == amount:
        return list(weights)
    if not whole:
        weights = [Decimal(1)] * len(weights)
        whole = Decimal(len(weights))
    parts = [
        exact(currency.round(float(amount * weight / whole)), currency)
        for weight in weights
    ]
    largest = max(range(len(weights)), key=lambda place: abs(weights[place]))
    parts[largest] += amount - sum(parts, ZERO)
    return parts


class Source:
    """One thing that was paid: a posted invoice line, or what is not invoiced yet.

    ``quantity`` is in the unit of the order line; ``taxes`` is {tax id: amount}. What
    was credited of it is gathered with ``credit``; ``withheld`` is what earlier
    refunds took off as deduction. Billed in another currency: settle_foreign.py.
    """

    foreign, unit = False, None
    __slots__ = (
        "credited",
        "invoice_line",
        "later",
        "net",
        "quantity",
        "sale_line",
        "taxes",
        "withheld",
    )

    def __init__(self, sale_line, invoice_line, quantity, net, taxes):
        self.sale_line = sale_line
        self.invoice_line = invoice_line
        self.quantity = Decimal(str(quantity))
        self.net = net
        self.taxes = taxes
        self.credited = [ZERO, ZERO, {}]
        self.withheld = [ZERO, {}]
        # Credited to those whose turn comes later (flow/settle_worth.py).
        self.later = [ZERO, {}]

    @property
    def left(self):
        """Units that were not credited yet."""
        return max(ZERO, self.quantity - self.credited[0])

    @property
    def total(self):
        """What was paid, with tax."""
        return self.net + sum(self.taxes.values(), ZERO)

    @property
    def credited_total(self):
        """What was credited, with tax."""
        return self.credited[1] + sum(self.credited[2].values(), ZERO)

    def credit(self, quantity, net, taxes):
        """Count a credit; a negative one takes an earlier one back."""
        self.credited[0] += quantity
        self.credited[1] += net
        for key, amount in dict(taxes).items():
            self.credited[2][key] = self.credited[2].get(key, ZERO) + amount

    def take(self, part):
        """Count a part as credited, and what its deductions took off."""
        self.give(part)
        self.withhold(part.withheld_net, part.withheld_taxes)

    def give(self, part):
        """Count a part as credited."""
        self.credit(part.quantity, part.net, part.taxes)

    def withhold(self, net, taxes):
        """Count what a deduction took off: neither credited nor owed any more."""
        self.withheld[0] += net
        for key, amount in dict(taxes).items():
            self.withheld[1][key] = self.withheld[1].get(key, ZERO) + amount

    def set_aside(self, row, sign=1):
        """Keep what somebody has already whose turn is later; -1 sets it free again."""
        _quantity, *told = self.told(row)
        for net, taxes in (told[:2], told[2:]):
            self.later[0] += sign * net
            for key, amount in taxes.items():
                self.later[1][key] = self.later[1].get(key, ZERO) + sign * amount

    def room(self):
        """(net, {tax id: amount}) that can be given without passing what was paid."""
        net = self.net - self.credited[1] - self.withheld[0] - self.later[0]
        return net, {
            key: amount
            - self.credited[2].get(key, ZERO)
            - self.withheld[1].get(key, ZERO)
            - self.later[1].get(key, ZERO)
            for key, amount in self.taxes.items()
        }

    def count(self, row, sign=1):
        """Count a row of a settlement as credited; -1 takes it out again."""
        quantity, net, taxes, off, taxes_off = self.told(row)
        self.credit(
            sign * quantity, sign * net, {k: sign * v for k, v in taxes.items()}
        )
        self.withhold(sign * off, {k: sign * v for k, v in taxes_off.items()})

    def told(self, row):
        """(quantity, net, taxes, net and taxes withheld) of a row of a settlement."""
        return (*row._exact(), *row._exact_withheld())

    def twin(self):
        """The same as it stands now, for a calculation that changes nothing."""
        twin = Source(
            self.sale_line, self.invoice_line, self.quantity, self.net, self.taxes
        )
        twin.credited = [*self.credited[:2], dict(self.credited[2])]
        twin.withheld = [self.withheld[0], dict(self.withheld[1])]
        twin.later = [self.later[0], dict(self.later[1])]
        return twin

    def paid_line(self):
        """The same for the engine."""
        return PaidLine(
            key=self,
            quantity=self.quantity,
            net=self.net,
            taxes=tuple(self.taxes.items()),
            refunded_quantity=max(ZERO, self.credited[0]),
            refunded_net=self.credited[1],
            refunded_taxes=tuple(self.credited[2].items()),
            withheld_net=self.withheld[0],
            withheld_taxes=tuple(self.withheld[1].items()),
        )


class ReturnsPaid(models.AbstractModel):
    """Reads what was paid and credited for sold lines; writes nothing.

    Net amounts are those in the books. Taxes are the tax items in the books, over the
    lines that bear the tax, so that a rate that was changed since does not matter. A
    discount or coupon with a line of its own is spread over the goods that it is for.
    """

    _name = "returns.paid"
    _description = "What was paid for sold lines"

    # --- one document -------------------------------------------------------------
    def _amounts(self, move):
        """Return {product line: [net, {tax id: amount}]} of an invoice or credit note.

        Positive where the document goes its own way: a charge of an invoice, a credit
        of a credit note. Discounts are spread over the goods in the document.
        """
        currency, sign = move.currency_id, move.direction_sign
        lines = move.line_ids.filtered(lambda line: line.display_type == "product")
        found = {
            line: [exact(line.amount_currency * sign, currency), {}] for line in lines
        }
        totals = {}
        for item in move.line_ids.filtered("tax_line_id"):
            amount = exact(item.amount_currency * sign, currency)
            totals[item.tax_line_id] = totals.get(item.tax_line_id, ZERO) + amount
        if any(lines.mapped("is_downpayment")):
            # Where it takes off all of a tax, the books have no item of it.
            for tax in lines.tax_ids.flatten_taxes_hierarchy():
                totals.setdefault(tax, ZERO)
        details = self._details(move) if len(totals) > 1 else {}
        for tax, total in totals.items():
            self._spread_tax(tax, total, found, details, currency)
        self._spread_discounts(found, currency)
        self._spread_rounding(move, found)
        return found

    def _spread_rounding(self, move, found):
        """Put what cash rounding added to the document onto its goods.

        It is money that was paid, or was not, and no tax: ``ROUNDING`` among the taxes.
        A rounding of the biggest tax is in that tax already.
        """
        rounding = self._rounding_lines(move)
        goods = [line for line in found if found[line][0] > 0]
        if not rounding or not goods:
            return
        currency = move.currency_id
        amount = sum(rounding.mapped("amount_currency")) * move.direction_sign
        weights = [
            found[line][0] + sum(found[line][1].values(), ZERO) for line in goods
        ]
        parts = distribute(exact(amount, currency), weights, currency)
        for line, part in zip(goods, parts, strict=True):
            found[line][1][ROUNDING] = part

    def _rounding_lines(self, move):
        """The lines of cash rounding that are no part of a tax."""
        return move.line_ids.filtered(
            lambda line: (
                line.display_type == "rounding" and not line.tax_repartition_line_id
            )
        )

    def _details(self, move):
        """{line: {tax id: amount}} where a line has several taxes, by Odoo's engine,
        which holds itself to the tax items in the books."""
        if all(
            len(line.tax_ids.flatten_taxes_hierarchy()) < 2 for line in move.line_ids
        ):
            return {}
        found = {}
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        for base in base_lines:
            known = found.setdefault(base["record"], {})
            for data in base["tax_details"]["taxes_data"]:
                amount = exact(data["tax_amount_currency"], move.currency_id)
                known[data["tax"].id] = known.get(data["tax"].id, ZERO) + amount
        return found

    def _spread_tax(self, tax, total, found, details, currency):
        """Put a tax of the document onto the lines that bear it.

        :param dict details: of ``_details``
        """
        bearers = [
            line
            for line in found
            if tax in (taxes := line.tax_ids.flatten_taxes_hierarchy())
        ]
        if not bearers:
            return
        weights = []
        for line in bearers:
            taxes = line.tax_ids.flatten_taxes_hierarchy()
            if len(taxes) == 1:
                # The line's own tax, as it was when the document was made.
                weights.append(exact(line.price_total - line.price_subtotal, currency))
            elif tax.id in details.get(line, ()):
                weights.append(details[line][tax.id])
            else:
                weights.append(found[line][0] * Decimal(str(abs(tax.amount))) / 100)
        parts = self._tax_parts(total, bearers, weights, currency)
        for line, part in zip(bearers, parts, strict=True):
            found[line][1][tax.id] = part

    # --- one sold line ------------------------------------------------------------
    def _sources(self, sale_lines, without=()):
        """Return {sale line: ([Source], settlement lines that stand)}.

        The invoices come first, the oldest before the others; then what is not
        invoiced. Credits that are no return's (goodwill, corrections, credit notes
        made by hand) are counted on the sources; the settlements are left to the
        caller, since each return has its turn.

        :param without: documents that are looked at as if they were not there
        """
        sale_lines = sale_lines.filtered(lambda line: not line.is_downpayment)
        moves = sale_lines.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move not in without
        )
        # Read for all documents at once what the loops look at.
        moves.line_ids.mapped("tax_ids.children_tax_ids")
        moves.line_ids.sale_line_ids.mapped("price_unit")
        amounts = {move: self._amounts(move) for move in moves}
        settled = self._settled_lines(sale_lines)
        found = {}
        for sale_line in sale_lines:
            rows = settled[sale_line]
            items = sale_line.invoice_lines.filtered(
                lambda item: item.move_id in moves and item in amounts[item.move_id]
            ).sorted(lambda item: (item.move_id.invoice_date, item.id))
            charges = items.filtered(self._is_charge)
            sources = [
                self._invoiced_source(sale_line, item, amounts) for item in charges
            ]
            sources += self._open_source(sale_line, sources)
            ours = rows.settlement_id.move_id
            for item in (items - charges).filtered(
                lambda item, ours=ours: item.move_id not in ours
            ):
                self._count_document(sources, item, amounts)
            found[sale_line] = (sources, rows)
        return found

    def _source_of(self, sources, row):
        """The source that a settlement's row belongs to; the last where it is gone."""
        for source in sources:
            if source.invoice_line == row.invoice_line_id:
                return source
        return sources[-1] if sources else None

    def _settled_lines(self, sale_lines):
        """Return {sale line: settlement lines that stand}."""
        rows = self.env["returns.settlement.line"].search(
            [
                ("sale_line_id", "in", sale_lines.ids),
                ("settlement_id.state", "!=", "cancelled"),
            ],
            order="id",
        )
        groups = rows.grouped("sale_line_id")
        return {line: groups.get(line, rows.browse()) for line in sale_lines}

    def _is_charge(self, item):
        """Whether a product line bills the customer (the rest gives credit)."""
        move = item.move_id
        if move.move_type not in BILLS or move.returns_credit_kind == "return":
            return False
        if self._takes_back(move):
            return False
        sold = item.sale_line_ids[:1]
        return item.price_subtotal >= 0 or sold.price_unit < 0

    def _takes_back(self, move):
        """Whether a bill only takes a credit note back, which is no sale."""
        return (
            move.move_type in BILLS
            and move.reversed_entry_id.move_type == "out_refund"
        )

    def _invoiced_source(self, sale_line, item, amounts):
        net, taxes = amounts[item.move_id][item]
        quantity = item.product_uom_id._compute_quantity(
            item.quantity, sale_line.product_uom_id, round=False
        )
        return Source(sale_line, item, abs(quantity), net, taxes)

    def _open_source(self, sale_line, sources):
        """What is sold and not invoiced, valued as the next invoice would."""
        billed = sum((source.quantity for source in sources), ZERO)
        whole = max(
            sale_line.product_uom_qty,
            sale_line.qty_delivered + sale_line.returns_quantity_back,
        )
        quantity = Decimal(str(whole)) - billed
        if quantity <= 0:
            return []
        base = sale_line._prepare_base_line_for_taxes_computation(
            quantity=float(quantity)
        )
        Tax, company = self.env["account.tax"], sale_line.company_id
        Tax._add_tax_details_in_base_line(base, company)
        Tax._round_base_lines_tax_details([base], company)
        net, taxes = self._base_sums(base, sale_line.currency_id)
        empty = self.env["account.move.line"]
        return [Source(sale_line, empty, quantity, net, taxes)]

    def _base_sums(self, base, currency):
        """[net, {tax id: amount}] that Odoo's engine came to."""
        details, taxes = base["tax_details"], {}
        for data in details["taxes_data"]:
            amount = exact(data["tax_amount_currency"], currency)
            taxes[data["tax"].id] = taxes.get(data["tax"].id, ZERO) + amount
        return [exact(details["total_excluded_currency"], currency), taxes]
