from odoo import fields
from odoo.tests import tagged

from ..hooks import post_init_hook
from .common import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestFacts(AnalyticsCommon):
    """What a figure counts."""

    def test_a_line_is_told_by_disposition_and_its_parts_make_up_the_line(self):
        back = self._create_return(until="received")
        line = back.line_ids
        self._inspect(back, quantities={line: 1.0})
        self._inspect(back, grade=self.grade_d, quantities={line: 1.0})
        self._take_in(back)
        facts = self.Fact.search([("line_id", "=", line.id)])
        found = {fact.disposition_id.code or "": fact.quantity for fact in facts}
        routed = {row.disposition_id.code: 1.0 for row in back.routing_ids}
        self.assertEqual(len(routed), 2, "two grades, two dispositions")
        self.assertEqual(found, routed | {"": 1.0})
        self.assertEqual(sum(facts.mapped("quantity_received")), 3.0)
        self.assertEqual(sum(facts.mapped("lines")), 1)
        self.assertAlmostEqual(sum(facts.mapped("amount_due")), line.amount_due, 2)
        self.assertAlmostEqual(
            sum(facts.mapped("amount_settled")), line.amount_settled, 2
        )
        self.assertGreater(line.amount_settled, 0.0)

    def test_what_a_return_is_cut_by_comes_from_its_order(self):
        vendor = self.env["res.partner"].create({"name": "Weaver"})
        self.shirt.seller_ids = [(0, 0, {"partner_id": vendor.id, "price": 1.0})]
        carrier = self.env["delivery.carrier"].create(
            {"name": "Cart", "product_id": self.belt.id}
        )
        self.partner.country_id = self.france
        order = self._sell(carrier_id=carrier.id)
        back = self._create_return(order)
        self._take_in(back)
        fact = self.Fact.search([("order_id", "=", back.id)])
        self.assertRecordValues(
            fact,
            [
                {
                    "product_id": self.shirt.id,
                    "categ_id": self.shirt.categ_id.id,
                    "channel_id": self.web.id,
                    "country_id": self.france.id,
                    "supplier_id": vendor.id,
                    "carrier_id": carrier.id,
                    "warehouse_id": order.warehouse_id.id,
                    "return_warehouse_id": back.warehouse_id.id,
                    "reason_id": back.line_ids.reason_id.id,
                    "case_state": "authorised",
                    "quantity": 3.0,
                }
            ],
        )
        sold = self.Sold.search([("sale_line_id", "in", order.order_line.ids)])
        shared = ("product_id", "categ_id", "country_id", "supplier_id", "carrier_id")
        for name in (*shared, "channel_id", "warehouse_id", "shipped_on"):
            self.assertEqual(sold[name], fact[name], name)

    def test_drafts_do_not_count_and_cancelled_returns_count_no_units(self):
        draft = self.env["returns.order"].create(
            {
                "partner_id": self.partner.id,
                "channel_id": self.web.id,
                "warehouse_id": self.warehouse.id,
            }
        )
        back = self._create_return()
        self._step("cancel")._run(
            back.with_user(self.users["agent"]), {back.id: {"reason": "Kept"}}
        )
        self._take_in(draft, back)
        self.assertEqual(back.case_state, "cancelled")
        self.assertFalse(self.Fact.search([("order_id", "=", draft.id)]))
        fact = self.Fact.search([("order_id", "=", back.id)])
        self.assertEqual((fact.quantity, fact.lines), (0.0, 1))

    def test_units_are_counted_in_the_unit_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell([(self.shirt, 2.0, {"product_uom_id": dozen.id})])
        back = self._create_return(order, lines=[(order.order_line, 0.5)])
        self._take_in(back)
        fact = self.Fact.search([("order_id", "=", back.id)])
        sold = self.Sold.search([("sale_line_id", "=", order.order_line.id)])
        self.assertEqual((fact.quantity, sold.quantity), (6.0, 24.0))

    def test_units_of_a_third_of_a_dozen_are_counted_as_they_came(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell([(self.shirt, 1.0, {"product_uom_id": dozen.id})])
        back = self._create_return(order, lines=[(order.order_line, 0.33)])
        self._receive(back, {back.line_ids: 4.0})
        self._inspect(back, quantities={back.line_ids: 4.0})
        self._take_in(back)
        fact = self.Fact.search([("order_id", "=", back.id)])
        self.assertEqual(sum(fact.mapped("quantity")), 4.0)
        self.assertEqual(sum(fact.mapped("quantity_received")), 4.0)
        now = fields.Datetime.now()
        gaps = self.Gap.search([("order_id", "=", back.id), ("counts_from", "<=", now)])
        self.assertFalse(gaps, "a rounded quantity is no gap")

    def test_a_line_that_left_in_parts_counts_where_its_first_part_left(self):
        order = self._sell([(self.shirt, 5.0)], until="confirmed")
        move = order.picking_ids.move_ids
        move.write({"quantity": 2.0, "picked": True})
        order.picking_ids._action_done()
        self._move_back("stock_move", "date", move, 70)
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        rest.move_ids.write({"quantity": 3.0, "picked": True})
        rest._action_done()
        self._take_in()
        sold = self.Sold.search([("sale_line_id", "=", order.order_line.id)])
        self.assertEqual(sold.quantity, 5.0)
        self.assertEqual(sold.shipped_on, move.date.date())

    def test_installing_takes_in_what_is_there(self):
        back = self._create_return(until="inspected")
        self.env.flush_all()
        for table in ("fact", "fact_sold", "fact_summary"):
            self.env.cr.execute(f"DELETE FROM returns_{table}")
        self.env.invalidate_all()
        post_init_hook(self.env)
        fact = self.Fact.search([("order_id", "=", back.id)])
        self.assertEqual(fact.quantity, 3.0)
        self.assertTrue(
            self.Sold.search([("sale_line_id", "=", back.line_ids.sale_line_id.id)])
        )
