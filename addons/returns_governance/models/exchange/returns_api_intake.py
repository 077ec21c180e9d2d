from odoo import models

from ...guard import refuse


class ReturnsApiIntake(models.AbstractModel):
    """What a request says of the goods that it wants, and of store credit."""

    _inherit = "returns.api.intake"

    def _line(self, named, order, asked):
        line = super()._line(named, order, asked)
        if sku := named.get("exchange_sku"):
            lookup = self.env["returns.api.lookup"]
            line["exchange_product"] = lookup._product(sku, order.company_id).sudo()
        consent = named.get("store_credit_consent", False)
        if consent and named["resolution"] != "store_credit":
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(product)s: store_credit_consent goes with the resolution "
                    "store_credit.",
                    product=line["sale_line"].product_id.display_name,
                ),
            )
        line["credit_consent"] = consent
        return line
