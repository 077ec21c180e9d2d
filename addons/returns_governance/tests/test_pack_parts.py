"""Some of a pack: the exact share of its price, and of its cost."""

from odoo import Command
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestPackParts(ReturnsCommon):
    """Packs of six, sold at 360 with tax; a unit costs 20."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pack = cls.env.ref("uom.product_uom_pack_6")
        cls.shirt.uom_ids = [Command.link(cls.pack.id)]
        cls.shirt.categ_id = cls.env["product.category"].create(
            {
                "name": "Valued",
                "property_valuation": "real_time",
                "property_cost_method": "average",
            }
        )

    def _order(self, packs=1.0, until="paid"):
        values = {"product_uom_id": self.pack.id, "price_unit": 300.0}
        return self._sell([(self.shirt, packs, values)], until=until)

    def _bring(self, back, units):
        self._receive(back, {back.line_ids: units})
        self._inspect(back, quantities={back.line_ids: units})

    def _relieved(self, moves):
        items = moves.line_ids.filtered(
            lambda item: item.display_type == "cogs" and item.balance > 0
        )
        return items.mapped("balance")

    def test_each_unit_is_worth_a_sixth_to_the_cent(self):
        order = self._order()
        back = self._create_return(order)
        for _unit in range(6):
            self._bring(back, 1.0)
        rows = back.settlement_ids
        self.assertEqual(rows.mapped("amount"), [60.0] * 6)
        items = rows.move_id.invoice_line_ids
        self.assertEqual(items.mapped("quantity"), [1.0] * 6)
        self.assertEqual(items.product_uom_id, self.shirt.uom_id)
        self.assertEqual(items.mapped("price_subtotal"), [50.0] * 6)
        for cost in self._relieved(rows.move_id):
            self.assertAlmostEqual(cost, 20.0, 2)
        line = order.order_line
        self.assertEqual((line.qty_invoiced, line.qty_to_invoice), (0.0, 0.0))
        self.assertEqual((back.amount_due, back.amount_settled), (360.0, 360.0))
        self.assertEqual((back.goods_state, back.money_state), ("disposed", "due"))

    def test_some_of_a_pack_that_was_asked_for_in_hundredths_is_whole_units(self):
        order = self._order()
        line = order.order_line
        sums = []
        for asked, units in ((0.17, 1.0), (0.33, 2.0), (0.5, 3.0)):
            back = self._create_return(order, [(line, asked)])
            self._bring(back, units)
            sums.append(back.amount_settled)
            self.assertEqual(back.amount_due, back.amount_settled)
            self.assertEqual(sum(back.settlement_ids.mapped("open_amount")), sums[-1])
            self.assertEqual(line.qty_to_invoice, 0.0)
        self.assertEqual(sums, [60.0, 120.0, 180.0])

    def test_before_the_invoice_the_rest_of_the_pack_is_billed(self):
        order = self._order(2.0, until="delivered")
        line = order.order_line
        back = self._create_return(order, [(line, 1.0)])
        self._bring(back, 6.0)
        self.assertEqual(line.qty_to_invoice, 1.0)
        self.assertEqual(back.amount_settled, 360.0)

    def test_a_refund_of_a_unit_is_taken_back_by_the_unit(self):
        order = self._order()
        back = self._create_return(order)
        self._bring(back, 1.0)
        row = back.settlement_ids
        counter = self._step("settle", "finance")._reverse(
            row.with_user(self.users["finance"]), "Found to be another's"
        )
        item = counter.move_id.sudo().invoice_line_ids
        self.assertEqual((item.quantity, item.price_total), (1.0, 60.0))
        self.assertEqual(order.order_line.qty_invoiced, 1.0)
