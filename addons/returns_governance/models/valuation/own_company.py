from odoo import models


class ProductProduct(models.Model):
    """The value of a company's stock is that of its own places.

    Core looks at all valued places that the user may see: whoever works in two
    companies, and each job of the system, counted the goods of one in the books of the
    other. Goods that are handed over are in both.
    """

    _inherit = "product.product"

    def _with_valuation_context(self):
        records = super()._with_valuation_context()
        places = self.env["stock.location"].browse(records.env.context["location"])
        company = self.env.company
        own = places.filtered(lambda place: place.company_id == company)
        if own == places:
            return records
        return records.with_context(location=own.ids)


class StockLot(models.Model):
    """The same for goods that are valued by lot."""

    _inherit = "stock.lot"

    def _compute_value(self):
        own = self.with_context(allowed_company_ids=self.env.company.ids)
        return super(StockLot, own)._compute_value()
