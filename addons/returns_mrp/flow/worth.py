"""What kits are worth: less what is missing of them, and that again when it comes."""

from decimal import Decimal

from odoo import models

from odoo.addons.returns_governance.engine.facts import LineFacts
from odoo.addons.returns_governance.engine.refund import (
    RefundLine,
    RefundRequest,
    deductible,
)
from odoo.addons.returns_governance.engine.shares import ZERO, LineShare, round_to
from odoo.addons.returns_governance.flow.settle_claim import Part

HUNDRED = Decimal(100)


class LatePart(Part):
    """What was taken off kits that were refunded, and is given back: no further kit."""

    __slots__ = ()

    def __init__(self, source, net, taxes):
        super().__init__(source, LineShare(source, ZERO, net, tuple(taxes.items())))
        self._follow()

    def _follow(self):
        """What is given back is withheld no more."""
        self.withheld_net = -self.net
        self.withheld_taxes = {key: -amount for key, amount in self.taxes.items()}

    def cap(self, net, taxes):
        result = super().cap(net, taxes)
        self._follow()
        return result

    def within(self, amount, currency):
        part = super().within(amount, currency)
        if part is not self:
            part._follow()
        return part


class ReturnsWorth(models.AbstractModel):
    """The share of each part that is missing is taken off like a deduction."""

    _inherit = "returns.worth"

    # --- of kits that are refunded now or later ---------------------------------------
    def _conditions(self, line, settled):
        """Kit by kit, how much less it is worth, in place of conditions."""
        if not line.kits_per_unit:
            return super()._conditions(line, settled)
        each, pool = self._one_kit(line), []
        for off in line._kit_offs(self._kit_percents(line)):
            code = str(off)
            if pool and pool[-1][0] == code:
                pool[-1] = (code, pool[-1][1] + each)
            else:
                pool.append((code, each))
        self._draw(pool, settled)
        return pool

    def _deductions(self, line):
        """Of a kit, those of its conditions are in what it is worth less already."""
        if not line.kits_per_unit:
            return super()._deductions(line)
        offs = line._kit_offs(self._kit_percents(line))
        return {"deductions": {str(off): off for off in offs}}

    def _kit_percents(self, line):
        """{condition: percent} that policy and law take off a part."""
        # pylint: disable-next=super-method-mismatch  # what holds of one condition
        terms = super()._deductions(line)
        if not terms:
            return {}
        refund = RefundLine(None, ZERO, handled=terms.get("handled"))
        facts = terms.get("facts") or LineFacts()
        return deductible(
            RefundRequest((refund,), deductions=terms["deductions"], facts=facts),
            refund,
        )

    def _one_kit(self, line):
        """One kit in the unit of the line, so that all of them are what was asked."""
        kits = line._kits(line.quantity)
        return Decimal(str(line.quantity)) / kits

    # --- of kits that were refunded without a part ------------------------------------
    def _turns(self, sold, sources, rows, now):
        found = super()._turns(sold, sources, rows, now)
        own = rows.grouped("line_id") if rows else {}
        for line, claim in found:
            if line.kits_per_unit and line in own:
                parts = self._late_parts(line, sources, own[line])
                (claim.now if line in now else claim.later).extend(parts)
        return found

    def _late_parts(self, line, sources, rows):
        """What was taken off the refunded kits of a line and is owed by now.

        :param rows: settlement lines that stand
        :return: list of LatePart, credited to their sources
        """
        offs, first, found = None, 0, []
        for source in sources:
            own = rows.filtered(lambda r, s=source: r.invoice_line_id == s.invoice_line)
            quantity, paid, withheld = self._standing_sums(own)
            kits = round(quantity / self._one_kit(line))
            if kits <= 0:
                continue
            if any(withheld.values()) and source.invoice_line:
                offs = offs or line._kit_offs(self._kit_percents(line), settled=True)
                mine = offs[first : first + kits]
                if part := self._late_part(line, source, kits, mine, paid, withheld):
                    found.append(part)
            first += kits
        return found

    def _late_surplus(self, line):
        """Net that was given back for parts that are not there (any more)."""
        rows = line.settlement_line_ids._standing()
        offs, over, first = line._kit_offs({}, settled=True), ZERO, 0
        for own in rows.grouped("invoice_line_id").values():
            quantity, paid, withheld = self._standing_sums(own)
            kits = round(quantity / self._one_kit(line))
            if kits > 0:
                off = sum(offs[first : first + kits], ZERO)
                off = paid[None] * off / HUNDRED / kits
                over += max(ZERO, off - withheld[None])
                first += kits
        return float(over)

    def _standing_sums(self, rows):
        """(quantity, what it was worth, what of it was taken off); the net is None."""
        quantity, paid, withheld = ZERO, {None: ZERO}, {None: ZERO}
        for row in rows:
            units, net, taxes = row._exact()
            off, taxes_off = row._exact_withheld()
            quantity += units
            for sums, amounts in (
                (paid, ({None: net}, {None: off}, taxes, taxes_off)),
                (withheld, ({None: off}, taxes_off)),
            ):
                for amount in amounts:
                    for key, value in amount.items():
                        sums[key] = sums.get(key, ZERO) + value
        return quantity, paid, withheld

    def _late_part(self, line, source, kits, offs, paid, withheld):
        """The LatePart of one source; None where nothing more is owed."""
        unit = source.unit or Decimal(str(line.currency_id.rounding))
        # A kit that nothing is paid for any more keeps what it has.
        lost = sum(offs, ZERO) + HUNDRED * (kits - len(offs))
        owed = {
            key: self._rest(amount, round_to(paid[key] * lost / HUNDRED / kits, unit))
            for key, amount in withheld.items()
        }
        if not any(owed.values()):
            return None
        net = owed.pop(None)
        source.withhold(-net, {key: -amount for key, amount in owed.items()})
        part = LatePart(source, net, owed)
        part.cap(*source.room())
        kept = {key: amount - part.taxes[key] for key, amount in owed.items()}
        source.withhold(net - part.net, kept)
        if part.total <= 0:
            source.withhold(part.net, part.taxes)
            return None
        source.give(part)
        return part

    def _rest(self, withheld, off):
        """What of ``withheld`` is above ``off``, of either sign."""
        left = withheld - off
        return left if left * withheld > 0 else ZERO
