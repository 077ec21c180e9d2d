from odoo import api, models


def own_goods(records, companies):
    """``records`` in a context in which quantities leave out goods of others."""
    return records.with_context(owners=[False, *companies.partner_id.ids])


class ProductProduct(models.Model):
    """The value of the stock is that of the company's own goods.

    Core leaves goods of others out of the quantity for the other costing methods only:
    first in, first out, a customer's unit in the house brought the cost of one back
    that had left long ago.
    """

    _inherit = "product.product"

    def _with_valuation_context(self):
        return own_goods(super()._with_valuation_context(), self.env.company)

    def _get_domain_locations(self):
        """Where goods of others are left out, so are their moves, by which core counts
        back to a day that is past."""
        quants, came, left = super()._get_domain_locations()
        owners = self.env.context.get("owners")
        if owners:
            own = [("restrict_partner_id", "in", owners)]
            came, left = [*came, *own], [*left, *own]
        return quants, came, left


class StockLot(models.Model):
    """The same for goods that are valued by lot."""

    _inherit = "stock.lot"

    def _compute_value(self):
        own = own_goods(self, self.env.company)
        return super(StockLot, own)._compute_value()

    def _compute_avg_cost(self):
        own = own_goods(self, self.env.company)
        return super(StockLot, own)._compute_avg_cost()

    @api.depends_context("owners")
    def _product_qty(self):
        super()._product_qty()
        owners = self.env.context.get("owners")
        if not owners:
            return
        for lot in self.filtered("product_qty"):
            foreign = lot.quant_ids.filtered(
                lambda quant: (
                    quant.owner_id
                    and quant.owner_id.id not in owners
                    and quant.location_id.usage in ("internal", "transit")
                    and quant.location_id.company_id
                )
            )
            if foreign:
                lot.product_qty -= sum(foreign.mapped("quantity"))


class StockQuant(models.Model):
    """The value is shared among the quants that have one."""

    _inherit = "stock.quant"

    def _compute_value(self):
        own = own_goods(self, self.company_id)
        return super(StockQuant, own)._compute_value()
