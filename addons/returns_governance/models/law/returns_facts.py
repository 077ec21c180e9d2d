from dataclasses import replace

from odoo import api, models

from ...engine.facts import local_date
from ...engine.law import guarantee_end

INFORMED = {"yes": True, "no": False}


class ReturnsFacts(models.AbstractModel):
    """What the law needs to know of a returned line; no query more than the policy's.

    Only claims of the legal guarantee look once, together, whether a repair has made
    it longer.
    """

    _inherit = "returns.facts"

    @api.model
    def _of(self, specs, asked=()):
        claims = [spec for spec in specs if self._claims_guarantee(spec)]
        if not claims:
            return super()._of(specs, asked)
        lines = self.env["sale.order.line"].union(*(s["sale_line"] for s in claims))
        extended = self.env["returns.sold.line"]._repaired(lines)
        return super()._of(
            [
                {**spec, "guarantee_extended": spec["sale_line"].id in extended}
                for spec in specs
            ],
            asked,
        )

    def _of_one(self, spec, delivered, ages):
        facts = super()._of_one(spec, delivered, ages)
        if not facts.lack_of_conformity:
            return facts
        until = guarantee_end(facts.delivered_date, spec["guarantee_extended"])
        return replace(facts, guarantee_until=until)

    def _laws(self, spec, order, country):
        zone = self._time_zone(spec)
        signed = order.date_order
        return self.env["returns.law"]._holding(
            spec["company"],
            country,
            local_date(signed, zone) if signed else None,
            local_date(spec["now"], zone),
        )

    def _claims_guarantee(self, spec):
        """A defect, claimed by a consumer: a business has no such guarantee."""
        if not spec["reason"].lack_of_conformity:
            return False
        # sudo: as for all facts
        return not spec["partner"].sudo().commercial_partner_id.is_company

    def _finding_facts(self, spec):
        return {
            **super()._finding_facts(spec),
            "lack_of_conformity": self._claims_guarantee(spec),
        }

    def _place_facts(self, spec, order):
        channel = spec["channel"]
        told = order.returns_withdrawal_informed or channel.withdrawal_informed
        place = super()._place_facts(spec, order)
        return {
            **place,
            "laws": self._laws(spec, order, place["country"]),
            "withdrawal_informed": INFORMED.get(told),
            "costs_informed": INFORMED.get(channel.costs_informed),
        }

    def _product_facts(self, spec, line):
        product = self._product(spec)
        return {
            **super()._product_facts(spec, line),
            "article16": product.product_tmpl_id._returns_article16(),
        }
