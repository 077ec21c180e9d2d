from odoo import api, models
from odoo.tools import SQL


class ReturnsProfitSource(models.AbstractModel):
    """The value of goods that came for repair and became the company's since.

    What was repaired and sent back had no value here: it cost the work alone.
    """

    _inherit = "returns.profit.source"

    @api.model
    def _sources(self):
        return super()._sources() | {31: self._goods_passed()}

    def _goods_passed(self):
        """With periodic valuation, as what came back (``_goods_back``)."""
        return SQL(
            """
            SELECT v.id, r.line_id, r.order_id, 'goods', v.date, 0,
                v.value, 'stock.move', v.id
              FROM returns_receipt r
              JOIN stock_move v ON v.returns_passed_receipt_id = r.id AND v.is_in
              JOIN product_product p ON p.id = r.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE v.value <> 0 AND NOT (%s)""",
            self._is_perpetual(),
        )
