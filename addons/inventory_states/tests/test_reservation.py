from odoo import Command
from odoo.tests import tagged

from ..const import DAMAGED, INSPECTION, QUARANTINE, SELLABLE
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestReservation(InventoryStatesCommon):
    """What cannot be sold cannot be held for a customer or for production."""

    def _create_demand(self, source, dest, quantity=5.0, **vals):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "partner_id": vals.pop("partner_id", False),
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom": self.product.uom_id.id,
                            "product_uom_qty": quantity,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                            **vals,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def test_a_delivery_from_the_whole_warehouse_takes_sellable_goods_only(self):
        self._stock(QUARANTINE, 10.0)
        self._stock(SELLABLE, 3.0)
        picking = self._create_demand(self.warehouse.view_location_id, self.customer)
        self.assertEqual(picking.move_ids.quantity, 3)
        self.assertEqual(picking.move_line_ids.location_id, self._place(SELLABLE))

    def test_a_delivery_from_a_child_place_of_another_state_gets_nothing(self):
        zone = self.env["stock.location"].create(
            {"name": "Zone", "location_id": self.warehouse.view_location_id.id}
        )
        cage = self.env["stock.location"].create(
            {
                "name": "Cage",
                "location_id": zone.id,
                "state_id": self.env["inventory.state"]._get_by_code(QUARANTINE).id,
            }
        )
        self._move(self.supplier, cage, 5.0)
        picking = self._create_demand(zone, self.customer)
        self.assertFalse(picking.move_line_ids)

    def test_a_delivery_or_production_from_quarantine_gets_nothing(self):
        self._stock(QUARANTINE, 10.0)
        production = self.env["stock.location"].search(
            [("usage", "=", "production")], limit=1
        )
        for dest in (self.customer, production):
            picking = self._create_demand(self._place(QUARANTINE), dest)
            self.assertFalse(picking.move_line_ids)
            self.assertEqual(picking.move_ids.state, "confirmed")

    def test_a_line_edited_to_quarantine_is_refused(self):
        self._stock(QUARANTINE, 10.0)
        self._stock(SELLABLE, 10.0)
        picking = self._create_demand(self._place(SELLABLE), self.customer)
        line = picking.move_line_ids.with_user(self.user)
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self._place(QUARANTINE).id)], limit=1
        )
        with self.assertRefused():
            line.location_id = self._place(QUARANTINE)
        with self.assertRefused():
            line.quant_id = quant
        with self.assertRefused():
            line.copy({"location_id": self._place(QUARANTINE).id, "quantity": 1})
        reserved = self.env["stock.quant"].search(
            [("location_id", "=", self._place(QUARANTINE).id)]
        )
        self.assertEqual(sum(reserved.mapped("reserved_quantity")), 0)

    def test_permitted_changes_and_vendor_returns_reserve(self):
        self._stock(QUARANTINE, 10.0)
        for dest in (self.supplier, self._place(INSPECTION), self._place(DAMAGED)):
            picking = self._create_demand(self._place(QUARANTINE), dest, 2.0)
            self.assertEqual(picking.move_ids.state, "assigned", dest.name)

    def test_a_repair_reserves_what_the_customer_owns_and_nothing_else(self):
        self._stock(INSPECTION, 5.0)
        self._move(self.customer, self._place(INSPECTION), owner_id=self.partner.id)
        picking = self._create_demand(
            self._place(INSPECTION), self.customer, partner_id=self.partner.id
        )
        self.assertEqual(picking.move_ids.quantity, 1)
        self.assertEqual(picking.move_line_ids.owner_id, self.partner)

    def test_a_refusal_does_not_stop_the_reservation_of_others(self):
        self._stock(QUARANTINE, 10.0)
        self._stock(SELLABLE, 10.0)
        bad = self._create_demand(self._place(QUARANTINE), self.customer)
        good = self._create_demand(self._place(SELLABLE), self.customer)
        good.do_unreserve()
        (bad | good).move_ids._action_assign()
        self.assertEqual(good.move_ids.state, "assigned")
        self.assertFalse(bad.move_line_ids)

    def test_stock_in_the_multi_step_house_reserves_on(self):
        self.warehouse_2.delivery_steps = "pick_ship"
        stock = self._place(SELLABLE, self.warehouse_2)
        self._stock(SELLABLE, 5.0, warehouse=self.warehouse_2)
        picking = self._create_demand(stock, self.warehouse_2.wh_output_stock_loc_id)
        self.assertEqual(picking.move_ids.state, "assigned")
