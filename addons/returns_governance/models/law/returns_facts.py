from dataclasses import replace

from odoo import api, models

from ...engine.law import guarantee_end

INFORMED = {"yes": True, "no": False}


class ReturnsFacts(models.AbstractModel):
    """What the law needs to know of a returned line; no query more than the policy's.

    Only claims of the legal guarantee look once, together, whether a repair has made
    it longer.
    """

    _inherit = "returns.facts"

    @api.model
    def _of(self, specs):
        claimed = [spec["sale_line"] for spec in specs if self._claims_guarantee(spec)]
        extended = self.env["returns.sold.line"]._repaired(
            self.env["sale.order.line"].union(*claimed)
        )
        return super()._of(
            [
                {**spec, "guarantee_extended": spec["sale_line"].id in extended}
                for spec in specs
            ]
        )

    def _of_one(self, spec, delivered):
        facts = super()._of_one(spec, delivered)
        given = {"laws": self._laws(spec, facts)}
        if facts.lack_of_conformity:
            given["guarantee_until"] = guarantee_end(
                facts.delivered_date, spec["guarantee_extended"]
            )
        return replace(facts, **given)

    def _laws(self, spec, facts):
        return self.env["returns.law"]._holding(
            spec["company"], facts.country, facts.order_date, facts.today
        )

    def _claims_guarantee(self, spec):
        """A defect, claimed by a consumer: a business has no such guarantee."""
        # sudo: as for all facts
        buyer = spec["partner"].sudo().commercial_partner_id
        return bool(spec["reason"].lack_of_conformity and not buyer.is_company)

    def _finding_facts(self, spec):
        return {
            **super()._finding_facts(spec),
            "lack_of_conformity": self._claims_guarantee(spec),
        }

    def _place_facts(self, spec, order):
        channel = spec["channel"]
        told = order.returns_withdrawal_informed or channel.withdrawal_informed
        return {
            **super()._place_facts(spec, order),
            "withdrawal_informed": INFORMED.get(told),
            "costs_informed": INFORMED.get(channel.costs_informed),
        }

    def _product_facts(self, spec, line):
        product = line.product_id or spec["product"]
        return {
            **super()._product_facts(spec, line),
            "article16": product.product_tmpl_id._returns_article16(),
        }
