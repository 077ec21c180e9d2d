from odoo import models


class ProductProduct(models.Model):
    """What units of a product are carried at, and what they would be sold for."""

    _inherit = "product.product"

    def _returns_carrying(self, company, quantity, lot, move=None):
        """What ``quantity`` units are carried at in the books of ``company``.

        Goods that are valued by lot at the cost of theirs; first in, first out at the
        value with which they came; all others at the cost of the product.

        :param float quantity: in the product's unit
        :param move: the ``stock.move`` that brought them, where it is known; without
            it, first in, first out, what would leave next
        :return: float in the company's currency, not rounded
        """
        product = self.with_company(company)
        if not product.is_storable:
            return 0.0
        if product.lot_valuated and lot:
            return lot.with_company(company).standard_price * quantity
        if product.cost_method != "fifo":
            return product.standard_price * quantity
        if not move:
            return product._run_fifo(quantity)
        came = move._get_valued_qty()
        return move.value * quantity / came if came else 0.0

    def _returns_net_price(self, company):
        """The sales price of one unit without taxes, in the company's currency."""
        product = self.with_company(company)
        price, currency = product.lst_price, company.currency_id
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if taxes:
            price = taxes.compute_all(price, product.currency_id, 1.0, product)[
                "total_excluded"
            ]
        if product.currency_id != currency:
            price = product.currency_id._convert(price, currency, company, round=False)
        return price

    def _returns_categories(self):
        """Ids of the product's category and of those above it, its own first."""
        path = self.categ_id.parent_path or ""
        return tuple(int(x) for x in reversed(path.split("/")[:-1]))
