from odoo.tests import tagged

from ..const import DAMAGED, INSPECTION, QUARANTINE, SELLABLE, WRITE_OFF
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestValue(InventoryStatesCommon):
    """A change of state inside the company moves no value."""

    def _create_costed(self, method, **vals):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method, **vals}
        )
        return self._create_product(method, categ_id=category.id)

    def _receive(self, product, quantity, cost):
        move = self.env["stock.move"].create(
            self._prepare_move(
                self.supplier, self._place(SELLABLE), quantity, product=product
            )
        )
        move._action_done()
        move.value_manual = quantity * cost
        return move

    def test_the_value_stays_for_each_costing_method(self):
        for method in ("standard", "average", "fifo"):
            for valuation in ("periodic", "real_time"):
                with self.subTest(method=method, valuation=valuation):
                    product = self._create_costed(method, property_valuation=valuation)
                    self._receive(product, 10.0, 5.0)
                    self._receive(product, 10.0, 9.0)
                    product.invalidate_recordset()
                    before = (product.total_value, product.standard_price)
                    entries = self.env["account.move"].search_count([])
                    way = (SELLABLE, INSPECTION, DAMAGED, QUARANTINE, WRITE_OFF)
                    for source, dest in zip(way, way[1:], strict=False):
                        self._move(
                            self._place(source), self._place(dest), 7.0, product=product
                        )
                        product.invalidate_recordset()
                        self.assertEqual(
                            (product.total_value, product.standard_price), before
                        )
                    self.assertEqual(product.qty_available, 20)
                    self.assertEqual(self.env["account.move"].search_count([]), entries)

    def test_the_value_leaves_with_the_goods_that_leave_quarantine(self):
        product = self._create_costed("average")
        self._receive(product, 10.0, 8.0)
        self._move(self._place(SELLABLE), self._place(QUARANTINE), 4.0, product=product)
        self._move(self._place(QUARANTINE), self.loss, 4.0, product=product)
        product.invalidate_recordset()
        self.assertEqual(product.total_value, 48.0)

    def test_a_state_per_lot_keeps_the_value_of_the_lot(self):
        product = self._create_costed("average")
        product.write({"tracking": "lot", "lot_valuated": True})
        lot = self._create_lot("LV", product)
        move = self.env["stock.move"].create(
            self._prepare_move(
                self.supplier,
                self._place(SELLABLE),
                4.0,
                product=product,
                lot_id=lot.id,
            )
        )
        move._action_done()
        move.value_manual = 24.0
        before = lot.total_value
        self._move(
            self._place(SELLABLE),
            self._place(QUARANTINE),
            3.0,
            product=product,
            lot_id=lot.id,
        )
        self.env.invalidate_all()
        self.assertEqual(lot.total_value, before)
        rows = self.env["inventory.state.report"].search([("lot_id", "=", lot.id)])
        self.assertEqual(sum(rows.mapped("value")), before)
