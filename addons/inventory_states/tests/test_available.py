from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..const import INSPECTION, OUTSIDE, QUARANTINE, SELLABLE
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestAvailable(InventoryStatesCommon):
    """Physical counts every state; what is promised counts sellable stock only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stock(QUARANTINE, 10.0)
        cls._stock(SELLABLE, 5.0)
        cls.product.invalidate_recordset()

    def _create_demand(self, source, dest, quantity, picking_type=None):
        picking_type = picking_type or self.warehouse.out_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": picking_type.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom": self.product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        self.product.invalidate_recordset()
        return picking

    def assertQuantities(self, product, **expected):
        self.assertEqual(
            product.read(list(expected))[0], {"id": product.id, **expected}
        )

    def test_ten_in_quarantine_alone_promise_nothing(self):
        product = self._create_product("Hat")
        self._stock(QUARANTINE, 10.0, product=product)
        product.invalidate_recordset()
        self.assertQuantities(
            product, qty_available=10.0, free_qty=0.0, virtual_available=0.0
        )
        self.assertEqual(product.total_value, 100.0)

    def test_form_template_and_warehouse_agree(self):
        for context in ({}, {"warehouse_id": self.warehouse.id}):
            self.assertQuantities(
                self.product.with_context(**context),
                qty_available=15.0,
                free_qty=5.0,
                virtual_available=5.0,
                incoming_qty=0.0,
                outgoing_qty=0.0,
            )
        template = self.product.product_tmpl_id
        self.assertEqual(template.qty_available, 15)
        self.assertEqual(template.virtual_available, 5)

    def test_another_warehouse_promises_nothing(self):
        self.assertQuantities(
            self.product.with_context(warehouse_id=self.warehouse_2.id),
            qty_available=0.0,
            free_qty=0.0,
        )

    def test_a_named_location_shows_what_lies_there(self):
        place = self._place(QUARANTINE)
        self.assertQuantities(
            self.product.with_context(location=place.id),
            qty_available=10.0,
            free_qty=10.0,
            virtual_available=10.0,
        )
        self.assertQuantities(
            self.product.with_context(location=self.warehouse.view_location_id.id),
            qty_available=15.0,
            free_qty=15.0,
        )

    def test_searches_agree(self):
        Product = self.env["product.product"]
        for domain, found in (
            ([("qty_available", "=", 15)], True),
            ([("free_qty", "=", 5)], True),
            ([("free_qty", "=", 15)], False),
            ([("virtual_available", "<=", 5)], True),
            ([("virtual_available", ">", 5)], False),
        ):
            with self.subTest(domain=domain):
                products = Product.search([*domain, ("id", "=", self.product.id)])
                self.assertEqual(bool(products), found)

    def test_a_planned_change_to_sellable_is_incoming(self):
        self._stock(INSPECTION, 4.0)
        self._create_demand(
            self._place(INSPECTION),
            self._place(SELLABLE),
            4.0,
            self.warehouse.int_type_id,
        )
        self.assertQuantities(
            self.product, qty_available=19.0, incoming_qty=4.0, virtual_available=9.0
        )

    def test_a_planned_change_out_of_sellable_is_outgoing(self):
        self._create_demand(
            self._place(SELLABLE),
            self._place(QUARANTINE),
            2.0,
            self.warehouse.int_type_id,
        )
        self.assertQuantities(self.product, outgoing_qty=2.0, virtual_available=3.0)

    def test_a_planned_receipt_into_inspection_promises_nothing(self):
        self._create_demand(
            self.customer, self._place(INSPECTION), 7.0, self.warehouse.in_type_id
        )
        self.assertQuantities(self.product, incoming_qty=0.0, virtual_available=5.0)
        self.assertQuantities(
            self.product.with_context(location=self._place(INSPECTION).id),
            incoming_qty=7.0,
        )

    def test_quantities_at_a_date_agree(self):
        self._create_demand(self._place(SELLABLE), self.customer, 2.0)
        later = fields.Datetime.now() + timedelta(days=30)
        self.assertQuantities(
            self.product.with_context(to_date=later),
            qty_available=15.0,
            virtual_available=3.0,
        )
        before = fields.Datetime.now() - timedelta(days=1)
        self.assertQuantities(
            self.product.with_context(to_date=before), qty_available=0.0
        )

    def test_the_forecast_report_agrees(self):
        self._create_demand(self._place(SELLABLE), self.customer, 8.0)
        report = self.env["stock.forecasted_product_product"].with_context(
            warehouse_id=self.warehouse.id
        )
        docs = report.get_report_values(self.product.ids)["docs"]
        self.assertEqual(docs["product"][self.product.id]["virtual_available"], -3)
        missing = [line for line in docs["lines"] if not line["replenishment_filled"]]
        self.assertEqual(sum(line["quantity"] for line in missing), 3)

    def test_the_forecast_of_a_move_agrees(self):
        move = self._create_demand(self._place(SELLABLE), self.customer, 8.0).move_ids
        self.assertLess(move.forecast_availability, 8)

    def test_the_stock_forecast_graph_agrees(self):
        self.env.flush_all()
        rows = self.env["report.stock.quantity"]._read_group(
            [
                ("product_id", "=", self.product.id),
                ("state", "=", "forecast"),
                ("warehouse_id", "=", self.warehouse.id),
                ("date", "=", fields.Date.today()),
            ],
            ["product_id"],
            ["product_qty:sum"],
        )
        self.assertEqual(rows, [(self.product, 5.0)])

    def test_a_change_of_state_is_no_movement_between_warehouses_in_the_graph(self):
        self._create_demand(
            self._place(SELLABLE),
            self._place(QUARANTINE),
            2.0,
            self.warehouse.int_type_id,
        )
        self.env.flush_all()
        rows = self.env["report.stock.quantity"]._read_group(
            [("product_id", "=", self.product.id), ("state", "=", "out")],
            ["product_id"],
            ["product_qty:sum"],
        )
        self.assertEqual(rows, [(self.product, -2.0)])

    def test_a_reordering_rule_on_stock_or_the_warehouse_agrees(self):
        for place in (self._place(SELLABLE), self.warehouse.view_location_id):
            rule = self.env["stock.warehouse.orderpoint"].create(
                {
                    "product_id": self.product.id,
                    "warehouse_id": self.warehouse.id,
                    "location_id": place.id,
                    "product_min_qty": 12,
                    "product_max_qty": 12,
                    "trigger": "manual",
                }
            )
            self.assertEqual(rule.qty_forecast, 5, place.name)
            self.assertEqual(rule.qty_to_order, 7, place.name)
            rule.unlink()

    def test_a_reservation_takes_what_was_promised_and_no_more(self):
        view = self.warehouse.view_location_id
        picking = self._create_demand(view, self.customer, 8.0)
        picking.action_assign()
        self.assertEqual(picking.move_ids.quantity, 5)
        self.product.invalidate_recordset()
        self.assertQuantities(self.product, free_qty=0.0, qty_available=15.0)

    def test_shelves_outside_the_house_in_its_tree_promise_nothing(self):
        bin_place = self.env["stock.location"].create(
            {
                "name": "Bin",
                "usage": "inventory",
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        self.assertEqual(bin_place.effective_state_id.code, OUTSIDE)
        self._move(self._place(SELLABLE), bin_place, 1.0)
        self.product.invalidate_recordset()
        self.assertQuantities(self.product, free_qty=4.0)

    def test_a_state_that_is_made_available_is_promised(self):
        state = self.env["inventory.state"].create(
            {"name": "Outlet", "code": "outlet", "available": True}
        )
        place = self.env["stock.location"].create(
            {
                "name": "Outlet",
                "location_id": self.warehouse.view_location_id.id,
                "state_id": state.id,
            }
        )
        self._change_table(OUTSIDE, "outlet")
        self._move(self.supplier, place, 3.0)
        self.product.invalidate_recordset()
        self.assertQuantities(self.product, free_qty=8.0)

    def test_the_second_count_costs_a_handful_of_queries(self):
        products = self.product | self.product_lot | self.product_serial
        for _i in range(47):
            products |= self._create_product("More")
        products.mapped("free_qty")
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["inventory.state"]._get_unavailable_ids()
        start = self.env.cr.sql_log_count
        products.mapped("free_qty")
        self.assertLess(self.env.cr.sql_log_count - start, 25)
