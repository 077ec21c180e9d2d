import logging

from odoo.tests import tagged

from ..const import DAMAGED, QUARANTINE, SELLABLE
from ..hooks import post_init_hook, uninstall_hook
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestInstall(InventoryStatesCommon):
    def test_stock_that_is_there_opens_the_ledger(self):
        lot = self._create_lot("OLD")
        self._stock(SELLABLE, 5.0, product=self.product_lot, lot_id=lot.id)
        self._stock(DAMAGED, 3.0, owner_id=self.partner.id)
        self._move(self._place(QUARANTINE), self.supplier, 2.0)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM inventory_state_change")
        self.env.invalidate_all()
        self.env["inventory.state.change"]._create_opening_rows()
        self.assertLedger()
        rows = self.env["inventory.state.change"].search(
            [("product_id", "in", (self.product | self.product_lot).ids)]
        )
        self.assertTrue(all(row.reason for row in rows))
        count = self.env["inventory.state.change"].search_count([])
        self.env["inventory.state.change"]._create_opening_rows()
        self.assertEqual(self.env["inventory.state.change"].search_count([]), count)

    def test_installing_gives_each_place_its_state_and_each_house_its_places(self):
        place = self._place(DAMAGED, self.warehouse_2)
        place.unlink()
        self.env.cr.execute("UPDATE stock_location SET effective_state_id = NULL")
        self.env.invalidate_all()
        post_init_hook(self.env)
        self.assertEqual(self.supplier.effective_state_id.code, "outside")
        self.assertEqual(self.warehouse.lot_stock_id.effective_state_id.code, SELLABLE)
        self.assertTrue(self._place(DAMAGED, self.warehouse_2))

    def test_uninstalling_says_where_the_stock_stays_and_gives_core_its_view(self):
        self._stock(QUARANTINE, 5.0)
        place = self._place(QUARANTINE)
        name = place.complete_name
        with self.assertLogs("odoo.addons.inventory_states.hooks", logging.INFO) as log:
            uninstall_hook(self.env)
        self.assertIn("No stock was moved", log.output[0])
        self.assertIn(name, log.output[0])
        self.env.cr.execute("SELECT pg_get_viewdef('report_stock_quantity'::regclass)")
        self.assertNotIn("inventory_state", self.env.cr.fetchone()[0])
        self.assertEqual(sum(place.quant_ids.mapped("quantity")), 5)
        self.assertTrue(place.active)
