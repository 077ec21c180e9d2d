from odoo import fields
from odoo.tests import tagged

from ..const import KEY_LEDGER, KEY_PERMIT, OUTSIDE, QUARANTINE, SELLABLE
from ..ledger import Collector, Permit
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestLedger(InventoryStatesCommon):
    def test_a_row_says_what_from_where_to_where_who_and_why(self):
        self._stock(SELLABLE, 5.0)
        move = self._move(
            self._place(SELLABLE),
            self._place(QUARANTINE),
            2.0,
            user=self.user,
            state_reason="Recall 17",
        )
        change = move.move_line_ids.state_change_ids
        self.assertRecordValues(
            change,
            [
                {
                    "product_id": self.product.id,
                    "quantity": 2.0,
                    "location_id": self._place(SELLABLE).id,
                    "location_dest_id": self._place(QUARANTINE).id,
                    "warehouse_id": self.warehouse.id,
                    "warehouse_dest_id": self.warehouse.id,
                    "user_id": self.user.id,
                    "reason": "Recall 17",
                    "move_line_id": move.move_line_ids.id,
                    "company_id": self.company.id,
                    "is_state_change": True,
                    "policy_version": False,
                }
            ],
        )
        self.assertEqual(change.state_id.code, SELLABLE)
        self.assertEqual(change.state_dest_id.code, QUARANTINE)

    def test_nobody_can_write_change_or_delete_a_row(self):
        self._stock(SELLABLE, 5.0)
        change = self.env["inventory.state.change"].search([], limit=1)
        admin = self.env.ref("base.user_admin")
        for rows in (change, change.sudo(), change.with_user(admin).sudo()):
            with self.assertRefused("APPEND_ONLY"):
                rows.write({"reason": "better"})
            with self.assertRefused("APPEND_ONLY"):
                rows.quantity = 7
            with self.assertRefused("APPEND_ONLY"):
                rows.unlink()
            with self.assertRefused("APPEND_ONLY"):
                rows.copy()
            with self.assertRefused("APPEND_ONLY"):
                rows.create({"product_id": self.product.id, "quantity": 1})

    def test_a_permit_is_good_for_one_use_and_one_purpose(self):
        Change = self.env["inventory.state.change"]
        vals = {
            "product_id": self.product.id,
            "quantity": 1,
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
        }
        for forged in (True, "ledger", {"purpose": "ledger"}, Permit("reversal")):
            with self.subTest(forged=forged), self.assertRefused("APPEND_ONLY"):
                Change.with_context(**{KEY_PERMIT: forged}).create(vals)
        permit = Permit("ledger")
        Change.with_context(**{KEY_PERMIT: permit}).create(vals)
        with self.assertRefused("APPEND_ONLY"):
            Change.with_context(**{KEY_PERMIT: permit}).create(vals)

    def test_a_collector_that_leaked_opens_no_quant(self):
        self._stock(SELLABLE, 5.0)
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("quantity", ">", 0)]
        )
        collector = Collector()
        collector.close(2)
        for forged in (True, {}, collector):
            with self.subTest(forged=forged), self.assertRefused("GUARDED_FIELD"):
                quant.with_context(**{KEY_LEDGER: forged}).write({"quantity": 9})

    def test_a_delivery_of_a_lot_out_of_unlotted_stock_is_replayed(self):
        product = self._create_product("Tea")
        self._stock(SELLABLE, 5.0, product=product)
        product.tracking = "lot"
        lot = self._create_lot("TEA-1", product)
        self._move(
            self._place(SELLABLE), self.customer, 3.0, product=product, lot_id=lot.id
        )
        self.assertLedger(product)

    def test_a_correction_of_lot_place_and_quantity_is_replayed(self):
        lots = self._create_lot("A") | self._create_lot("B")
        for lot in lots:
            self._stock(SELLABLE, 5.0, product=self.product_lot, lot_id=lot.id)
        move = self._move(
            self._place(SELLABLE),
            self.customer,
            3.0,
            product=self.product_lot,
            lot_id=lots[0].id,
        )
        move.move_line_ids.write({"lot_id": lots[1].id, "quantity": 4.0})
        move.move_line_ids.quantity = 1.0
        self.assertLedger(self.product_lot)
        rows = move.move_line_ids.state_change_ids
        self.assertGreater(len(rows), 1)

    def test_packages_owners_and_other_units_are_replayed(self):
        package = self.env["stock.package"].create({"name": "P"})
        dozen = self.env.ref("uom.product_uom_dozen")
        self._stock(SELLABLE, 30.0, owner_id=self.partner.id)
        self._move(
            self._place(SELLABLE),
            self._place(QUARANTINE),
            2.0,
            owner_id=self.partner.id,
            product_uom_id=dozen.id,
            result_package_id=package.id,
        )
        change = self.env["inventory.state.change"].search([], limit=1)
        self.assertEqual(change.quantity, 24)
        self.assertEqual(change.owner_id, self.partner)
        self.assertEqual(change.package_dest_id, package)
        self.assertLedger(self.product)

    def test_a_change_of_the_unit_that_skips_conversion_is_replayed(self):
        move = self._stock(SELLABLE, 12.0)
        dozen = self.env.ref("uom.product_uom_dozen")
        line = move.move_line_ids.with_context(skip_uom_conversion=True)
        line.write({"product_uom_id": dozen.id, "quantity": 1.0})
        self.assertLedger(self.product)

    def test_negative_stock_is_replayed(self):
        self._move(self._place(SELLABLE), self.customer, 3.0)
        self._stock(SELLABLE, 1.0)
        self.assertLedger(self.product)

    def test_a_second_quant_of_one_heap_is_summed_and_merged(self):
        self._stock(SELLABLE, 5.0)
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("quantity", ">", 0)]
        )
        self.env.cr.execute(
            "INSERT INTO stock_quant (product_id, location_id, company_id, quantity,"
            " reserved_quantity, in_date)"
            " SELECT product_id, location_id, company_id, 2, 0, in_date"
            " FROM stock_quant WHERE id = %s",
            [quants.id],
        )
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = 3 WHERE id = %s", [quants.id]
        )
        self.env.invalidate_all()
        self.env["stock.quant"]._quant_tasks()
        self.assertLedger(self.product)
        self._move(self._place(SELLABLE), self.customer, 5.0)
        self.assertLedger(self.product)

    def test_several_lines_of_one_call_make_one_row_each(self):
        self._stock(SELLABLE, 9.0)
        moves = self.env["stock.move"].create(
            [
                self._prepare_move(self._place(SELLABLE), self.customer, quantity)
                for quantity in (1, 2, 3)
            ]
        )
        moves._action_done()
        rows = moves.move_line_ids.state_change_ids
        self.assertEqual(sorted(rows.mapped("quantity")), [1, 2, 3])
        self.assertEqual(set(rows.mapped("state_dest_id.code")), {OUTSIDE})

    def test_an_addon_can_add_the_policy_version(self):
        self._stock(SELLABLE, 1.0)
        lines = self.env.registry["stock.move.line"]

        def _prepare(line):
            return {**original(line), "policy_version": "standard 1"}

        original = lines._prepare_state_change_vals
        self.patch(lines, "_prepare_state_change_vals", _prepare)
        move = self._move(self._place(SELLABLE), self._place(QUARANTINE))
        change = move.move_line_ids.state_change_ids
        self.assertEqual(change.policy_version, "standard 1")

    def test_the_search_for_changes_of_state_finds_them(self):
        self._stock(SELLABLE, 5.0)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self._place(SELLABLE).id}
        )
        self._move(self._place(SELLABLE), shelf)
        Change = self.env["inventory.state.change"]
        mine = [("product_id", "=", self.product.id)]
        changed = Change.search([*mine, ("is_state_change", "=", True)])
        same = Change.search([*mine, ("is_state_change", "=", False)])
        self.assertTrue(all(changed.mapped("is_state_change")))
        self.assertEqual(len(changed), 1)
        self.assertEqual(same.location_dest_id, shelf)
