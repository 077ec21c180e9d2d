from odoo import Command
from odoo.tests import TransactionCase, tagged

from odoo.addons.inventory_states.const import QUARANTINE, SELLABLE


@tagged("post_install", "-at_install")
class TestAtpSale(TransactionCase):
    """The order line promises what the product form and the reservation promise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Shirt", "type": "consu", "is_storable": True, "list_price": 20}
        )
        cls._put(QUARANTINE, 10.0)
        cls._put(SELLABLE, 5.0)
        partner = cls.env["res.partner"].create({"name": "Anna Schmidt"})
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [
                    Command.create({"product_id": cls.product.id, "product_uom_qty": 8})
                ],
            }
        )
        cls.line = cls.order.order_line

    @classmethod
    def _put(cls, code, quantity):
        place = cls.warehouse._get_state_location(code)
        Quant = cls.env["stock.quant"].with_context(inventory_mode=True)
        Quant.create(
            {
                "product_id": cls.product.id,
                "location_id": place.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def test_a_draft_line_promises_sellable_stock_only(self):
        self.assertEqual(self.line.free_qty_today, 5)
        self.assertEqual(self.line.virtual_available_at_date, 5)

    def test_a_confirmed_line_and_its_reservation_agree(self):
        self.order.action_confirm()
        move = self.line.move_ids
        self.assertEqual(move.quantity, 5)
        self.env.invalidate_all()
        self.assertEqual(self.product.free_qty, 0)
        self.assertEqual(self.product.virtual_available, -3)
        self.assertEqual(self.product.qty_available, 15)
        self.assertLess(self.line.virtual_available_at_date, 8)

    def test_ten_in_quarantine_alone_promise_nothing(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom": self.product.uom_id.id,
                "product_uom_qty": 5,
                "state": "confirmed",
                "picked": True,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse._get_state_location(QUARANTINE).id,
            }
        )
        move.quantity = 5
        move._action_done()
        self.env.invalidate_all()
        self.assertEqual(self.line.free_qty_today, 0)
        self.assertEqual(self.product.qty_available, 15)
