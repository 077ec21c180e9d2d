"""The fees that a refund is less by, with taxes of their own."""

from collections import defaultdict, namedtuple
from decimal import Decimal

from odoo import models

from ..engine.fees import Bearer, charge
from ..engine.law import lawful_fees
from ..engine.outcomes import to_decimal
from ..engine.shares import ZERO
from .settle_claim import Valued
from .settle_foreign import ForeignGoods
from .settle_paid import distribute, exact

PROBE = Decimal(1000)  # what the taxes of a fee are tried with


class FeePart(Valued):
    """A fee on a credit note, beside the `Part`s of goods; its sums are negative.

    In the currency of the document; ``worth`` and ``valued`` as of a `Part`.

    :param invoice: of the goods; empty where they were never billed
    """

    __slots__ = ("invoice", "kind", "line", "net", "product", "taxes")

    def __init__(self, invoice, line, kind, product, net, taxes, valued=None):
        self.invoice = invoice
        self.line = line
        self.kind = kind
        self.product = product
        self.net = net
        self.taxes = taxes
        self.valued = valued

    @property
    def tax(self):
        return sum(self.taxes.values(), ZERO)

    @property
    def total(self):
        return self.net + self.tax

    @property
    def document(self):
        return self.invoice


# Who bears a fee; ``foreign`` has the goods where the document is in another currency.
Place = namedtuple("Place", "line invoice foreign")


class Charged:
    """What a return was charged before: by kind, and by kind and taxes.

    Net and each tax are taken of running sums, so that a fee in parts is the fee of
    one refund of everything, to the cent of each tax. By kind alone they are in the
    order's currency, with their taxes in that of the documents.
    """

    __slots__ = ("nets", "sums")

    def __init__(self):
        self.nets = defaultdict(lambda: ZERO)
        self.sums = {}

    def add(self, kind, net, taxes, currency, worth_net):
        self.nets[kind] += worth_net
        known = self.known(kind, taxes, currency)
        known[0] += net
        for key, amount in taxes.items():
            known[1][key] = known[1].get(key, ZERO) + amount

    def known(self, kind, taxes, currency):
        """[net, {tax id: amount}] with just these taxes."""
        return self.sums.setdefault((kind, frozenset(taxes), currency), [ZERO, {}])


class ReturnsFees(models.AbstractModel):
    """Says which fees the credit of goods takes; writes nothing.

    A fee stands on the credit note of the goods, with the product that the company has
    chosen for its kind: account and taxes are that product's, the taxes by the fiscal
    position of the invoice. A kind without a product is not charged, and the set-up
    checks say so. Of goods that were never invoiced it is billed with their order
    (settle_fees_order.py), and its taxes are those of the order.
    """

    _name = "returns.fees"
    _description = "Fees of returns"

    # --- what the decisions say ---------------------------------------------------
    def _terms(self, line):
        """The fees that the decision of a line gives, in the order's currency."""
        decision = line.decision_id
        fees = decision._terms().get("fees") if decision.eligible else None
        if not fees:
            return ()
        if decision.withdrawal_right:
            fees = lawful_fees(fees, decision._withdrawal_terms()[1])
        return self._in_currency(fees, line.sale_order_id, line.order_id.company_id)

    def _in_currency(self, fees, sale, company):
        """Amounts of the policy, which are in the company's currency, at the rate of
        the order; kinds that the company has no product for are left out."""
        rate = Decimal(str(sale.currency_rate or 1.0))
        return tuple(
            (
                kind,
                to_decimal(amount) * (1 if mode == "percent" else rate),
                mode,
            )
            for kind, amount, mode in fees
            if company._returns_fee_product(kind)
        )

    # --- on the claims of returns -------------------------------------------------
    def _charge(self, claims):
        """Say on ``{line: Claim}`` what fees the goods in it take, now and later."""
        lines = self.env["returns.order.line"].union(*claims)
        for order, group in lines.grouped("order_id").items():
            terms = {line: self._terms(line) for line in group}
            if any(terms.values()):
                self._charge_order(order, {line: claims[line] for line in group}, terms)

    def _charge_order(self, order, claims, terms):
        charged = Charged()
        for row in order.fee_ids._standing():
            _worth, worth_net, worth_tax = row._worth()
            charged.add(row.kind, *row._exact(), row.currency_id, worth_net)
            if row.line_id in claims:
                claims[row.line_id].charge(worth_net, worth_tax)
        done = [
            Bearer(line, terms[line], claim.credited_net)
            for line, claim in claims.items()
            if terms[line]
        ]
        parcels = max(1, len(order.parcel_ids))
        for when in ("now", "later"):
            entries = [
                (line, terms[line], getattr(claim, when))
                for line, claim in claims.items()
            ]
            bearers = self._bearers(entries)
            fees = self._take(bearers, done, charged, parcels, order.currency_id)
            for fee in fees:
                getattr(claims[fee.line], f"fees_{when}").append(fee)
            done += bearers

    def _preview(self, entries, parcels, currency):
        """[FeePart] of a request that is not in the database.

        :param entries: (key of the line, terms, [Part]) each
        """
        bearers = self._bearers(entries)
        return self._take(bearers, (), Charged(), max(1, parcels), currency)

    # --- arithmetic ---------------------------------------------------------------
    def _bearers(self, entries):
        """The goods of each line on each invoice, as the engine takes them."""
        sums = {}
        for line, terms, parts in entries:
            for part in parts if terms else ():
                source = part.source
                document = source.invoice_line.move_id or source.sale_line.order_id
                own = sums.setdefault((line, document), [terms, ZERO, ZERO, []])
                own[1] += part.worth_net
                own[2] += part.worth
                own[3].append(part)
        return [
            Bearer(
                Place(line, invoice, self._foreign(invoice, terms, parts)),
                terms,
                net,
                self._room(invoice, terms, net, total),
            )
            for (line, invoice), (terms, net, total, parts) in sums.items()
        ]

    def _foreign(self, invoice, terms, parts):
        """The goods of one place where they are in another currency than the order."""
        if not any(part.valued for part in parts):
            return None
        goods = ForeignGoods(parts)
        goods.room = self._room(invoice, terms, goods.net, goods.total)
        return goods

    def _room(self, invoice, terms, net, total):
        """Most net of fees so that a credit note never falls below zero, taxes and
        all: a fee may bear a higher tax than the goods."""
        factors = [Decimal(1)]
        for kind in {kind for kind, _amount, _mode in terms}:
            product = invoice.company_id._returns_fee_product(kind)
            taxes = self._taxes(invoice, product, PROBE)
            factors.append(1 + sum(taxes.values(), ZERO) / PROBE)
        return min(net, total / max(factors))

    def _take(self, bearers, done, charged, parcels, currency):
        """[FeePart]: what the engine charges, with the taxes of each document.

        What is taken is added to ``charged``.
        """
        if not bearers:
            return []
        unit = Decimal(str(currency.rounding))
        groups = {}
        for one in charge(bearers, done, charged.nets, parcels, rounding=unit):
            place = one.key
            groups.setdefault((place.invoice, one.kind), []).append((place, one.net))
        return [
            part
            for (invoice, kind), shares in groups.items()
            for part in self._parts(invoice, kind, shares, charged)
        ]

    def _parts(self, invoice, kind, shares, charged):
        """The fee of one kind on one document, shared by the lines that bear it."""
        product = invoice.company_id._returns_fee_product(kind)
        currency = invoice.currency_id
        worths = [worth for _place, worth in shares]
        nets = [
            place.foreign.billed(worth) if place.foreign else worth
            for place, worth in shares
        ]
        net = sum(nets, ZERO)
        probe = self._taxes(invoice, product, PROBE)
        before, taxed = charged.known(kind, probe, currency)
        taxes = {
            key: amount - taxed.get(key, ZERO)
            for key, amount in self._taxes(invoice, product, before + net).items()
        }
        charged.add(kind, net, taxes, currency, sum(worths, ZERO))
        split = {
            key: distribute(amount, nets, currency) if len(nets) > 1 else [amount]
            for key, amount in taxes.items()
        }
        found, billed = [], self.env["account.move"]
        if invoice._name == "account.move":
            billed = invoice
        for at, (place, worth) in enumerate(shares):
            own = {key: -parts[at] for key, parts in split.items()}
            fee = FeePart(billed, place.line, kind, product, -nets[at], own)
            if place.foreign:
                fee.valued = (-worth, place.foreign.worth(fee.tax))
            found.append(fee)
        return found

    def _tax_records(self, invoice, product):
        taxes = product.taxes_id._filter_taxes_by_company(invoice.company_id)
        return invoice.fiscal_position_id.map_tax(taxes)

    def _taxes(self, invoice, product, net):
        """{tax id: amount} of a net fee, by Odoo's own engine."""
        taxes = self._tax_records(invoice, product)
        if not taxes:
            return {}
        Tax, currency = self.env["account.tax"], invoice.currency_id
        base = Tax._prepare_base_line_for_taxes_computation(
            {},
            product_id=product,
            tax_ids=taxes,
            price_unit=float(net),
            quantity=1.0,
            currency_id=currency,
            partner_id=invoice.partner_id,
            special_mode="total_excluded",
            is_refund=invoice._name == "account.move",
        )
        Tax._add_tax_details_in_base_line(base, invoice.company_id)
        Tax._round_base_lines_tax_details([base], invoice.company_id)
        found = {}
        for data in base["tax_details"]["taxes_data"]:
            amount = exact(data["tax_amount_currency"], currency)
            found[data["tax"].id] = found.get(data["tax"].id, ZERO) + amount
        return found

    # --- the other direction ------------------------------------------------------
    def _given_back(self, settlements, wanted):
        """The fees that are given back with goods that are taken back.

        As much of a line's fee as of its goods, the whole with the last of them.

        :param dict wanted: {settlement line: quantity taken back now}
        :return: {settlement: [(settlement, FeePart)]}, of its own document
        """
        return {
            row: [(row, fee) for fee in self._given_back_of(row, wanted)]
            for row in settlements
        }

    def _given_back_of(self, settlement, wanted):
        found = []
        for row in settlement.fee_ids:
            rows = settlement.line_ids.filtered(lambda r, f=row: r.line_id == f.line_id)
            whole = sum(rows.mapped("quantity"))
            kept = sum(r._quantity_left() - wanted.get(r, 0.0) for r in rows)
            share = ZERO
            if whole:
                share = max(ZERO, Decimal(str(kept)) / Decimal(str(whole)))
            given = settlement.reversal_ids.fee_ids._standing().filtered(
                lambda r, f=row: (r.kind, r.line_id) == (f.kind, f.line_id)
            )
            net, taxes = self._back(row, given, share)
            if net or any(taxes.values()):
                invoice = settlement.move_id
                fee = FeePart(
                    invoice, row.line_id, row.kind, row.product_id, -net, taxes
                )
                fee.valued = row._valued_part(fee)
                found.append(fee)
        return found

    def _back(self, row, given, share):
        """(net, {tax id: -amount}) of a fee to give back, so that ``share`` stays."""
        net, taxes = row._exact()
        done = [fee._exact() for fee in given]
        currency = row.currency_id

        def rest(amount, before):
            stays = exact(currency.round(float(amount * share)), currency)
            return amount + sum(before, ZERO) - stays

        return rest(net, [one[0] for one in done]), {
            key: -rest(amount, [one[1].get(key, ZERO) for one in done])
            for key, amount in taxes.items()
        }
