"""What a request would be refunded, before it is made."""

from decimal import Decimal

from odoo import models

from .settle_paid import ZERO


class ReturnsStepSettle(models.AbstractModel):
    """Step 7 in advance: the same figures, and nothing is written."""

    _inherit = "returns.step.settle"

    def _preview_amounts(self, specs, decisions=None, parcels=1):
        """What ``specs`` (dicts ``sale_line``, ``quantity``) would be refunded.

        The same figures as ``_value`` writes; writes nothing.

        :param decisions: the engine's, one per spec; without them nothing is known of
            fees
        :param int parcels: that are announced
        :return: list of dicts ``paid``, ``net``, ``tax``, ``total``, ``fees``
        """
        worth = self.env["returns.worth"]
        # sudo: the caller may ask about the order, though not read invoices
        sale_lines = self.env["sale.order.line"].union(
            *(spec["sale_line"] for spec in specs)
        )
        sources = worth.sudo()._sources_after_claims(sale_lines.sudo())
        taken = []
        for spec in specs:
            sale_line = spec["sale_line"]
            unit = Decimal(str(sale_line.currency_id.rounding))
            quantity = sale_line._returns_exact_quantity(spec["quantity"])
            quantity = Decimal(str(quantity))
            taken.append(worth._take(sources[sale_line.sudo()], quantity, unit))
        fees = self._preview_fees(specs, taken, decisions, parcels)
        answers = []
        for parts, off in zip(taken, fees, strict=True):
            paid = sum((part.worth for part in parts), ZERO)
            whole = [*parts, *off]
            charged = -sum((fee.worth for fee in off), ZERO)
            answers.append(
                {
                    "paid": float(paid),
                    "net": float(sum((part.worth_net for part in whole), ZERO)),
                    "tax": float(sum((part.worth_tax for part in whole), ZERO)),
                    "total": float(paid - charged),
                    "fees": float(charged),
                }
            )
        return answers

    def _preview_fees(self, specs, taken, decisions, parcels):
        """[FeePart] for each spec, by what was decided; nothing where it was not."""
        found = [[] for _spec in specs]
        if not decisions:
            return found
        fees = self.env["returns.fees"].sudo()  # as in _preview_amounts
        entries = []
        for place, (spec, decision) in enumerate(zip(specs, decisions, strict=True)):
            terms = decision.outcomes["fees"] if decision.eligible else ()
            if terms:
                sale = spec["sale_line"].sudo().order_id
                terms = fees._in_currency(terms, sale, sale.company_id)
                entries.append((place, terms, taken[place]))
        if entries:
            currency = specs[0]["sale_line"].sudo().currency_id
            for fee in fees._preview(entries, parcels, currency):
                found[fee.line].append(fee)
        return found

    def _preview_delivery(self, request, decisions):
        """The delivery that a request would give back beside its lines.

        :param decisions: the engine's, one per line of the request
        :return: dict ``total``, ``tax``
        """
        total, tax = self.env["returns.worth"]._preview_delivery(request, decisions)
        return {"total": total, "tax": tax}
