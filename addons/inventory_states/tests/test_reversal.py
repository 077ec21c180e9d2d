from odoo.tests import tagged

from ..const import INSPECTION, KEY_PERMIT, QUARANTINE, SELLABLE, WRITE_OFF
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestReversal(InventoryStatesCommon):
    """A mistake is taken back by a row of its own."""

    def test_a_change_is_taken_back_though_the_table_has_no_way_back(self):
        self._stock(SELLABLE, 5.0)
        move = self._move(self._place(SELLABLE), self._place(QUARANTINE), 2.0)
        lines = move.move_line_ids.with_user(self.user)
        reversal = lines._reverse_state_changes("Wrong box")
        self.assertEqual(reversal.state, "done")
        self.assertEqual(self._quantity(SELLABLE), 5)
        row = reversal.move_line_ids.state_change_ids
        self.assertEqual(row.reversed_id, move.move_line_ids.state_change_ids)
        self.assertEqual(row.reason, "Wrong box")
        self.assertEqual(row.user_id, self.user)
        self.assertLedger(self.product)

    def test_a_write_off_is_taken_back_without_the_approval_of_the_way_back(self):
        self._stock(INSPECTION, 5.0)
        move = self._move(self._place(INSPECTION), self._place(WRITE_OFF), 5.0)
        move.move_line_ids.with_user(self.user)._reverse_state_changes("Found intact")
        self.assertEqual(self._quantity(INSPECTION), 5)

    def test_a_receipt_is_taken_back_to_the_customer(self):
        move = self._move(self.customer, self._place(INSPECTION), 2.0)
        move.move_line_ids._reverse_state_changes("Wrong parcel")
        self.assertEqual(self._quantity(INSPECTION), 0)
        self.assertLedger(self.product)

    def test_nothing_is_taken_back_twice(self):
        self._stock(SELLABLE, 5.0)
        line = self._move(
            self._place(SELLABLE), self._place(QUARANTINE), 5.0
        ).move_line_ids
        line._reverse_state_changes("Some", {line: 2.0})
        with self.assertRefused():
            line._reverse_state_changes("Too much", {line: 4.0})
        line._reverse_state_changes("The rest")
        self.assertEqual(self._quantity(SELLABLE), 5)
        with self.assertRefused("GUARDED_FIELD", "Nothing is left"):
            line._reverse_state_changes("Again")

    def test_many_lines_are_taken_back_in_one_booking(self):
        self._stock(SELLABLE, 9.0)
        moves = self.env["stock.move"].create(
            [
                self._prepare_move(self._place(SELLABLE), self._place(QUARANTINE), qty)
                for qty in (1, 2, 3)
            ]
        )
        moves._action_done()
        reversals = moves.move_line_ids._reverse_state_changes("All wrong")
        self.assertEqual(len(reversals), 3)
        self.assertEqual(self._quantity(SELLABLE), 9)

    def test_only_who_may_make_a_change_may_take_it_back(self):
        self._stock(INSPECTION, 5.0)
        group = self.env.ref("stock.group_stock_manager")
        self._change_table(INSPECTION, WRITE_OFF, group_ids=group.ids)
        move = self._move(
            self._place(INSPECTION), self._place(WRITE_OFF), user=self.manager
        )
        with self.assertRefused("STATE_TRANSITION", "you may not"):
            move.move_line_ids.with_user(self.user)._reverse_state_changes("No")
        move.move_line_ids.with_user(self.manager)._reverse_state_changes("Yes")

    def test_lots_and_packages_come_back(self):
        lot = self._create_lot("L")
        package = self.env["stock.package"].create({"name": "Box"})
        vals = {"product": self.product_lot, "lot_id": lot.id}
        self._stock(SELLABLE, 5.0, result_package_id=package.id, **vals)
        move = self._move(
            self._place(SELLABLE),
            self._place(QUARANTINE),
            5.0,
            package_id=package.id,
            **vals,
        )
        move.move_line_ids._reverse_state_changes("Back")
        self.assertEqual(package.quant_ids.location_id, self._place(SELLABLE))
        self.assertLedger(self.product_lot)

    def test_nobody_can_call_a_line_a_reversal(self):
        self._stock(SELLABLE, 5.0)
        origin = self._move(self._place(SELLABLE), self._place(QUARANTINE), 2.0)
        vals = self._prepare_move(self._place(QUARANTINE), self._place(SELLABLE))
        Move = self.env["stock.move"].with_user(self.manager)
        line = {"state_reversed_line_id": origin.move_line_ids.id}
        vals["move_line_ids"][0][2].update(line)
        with self.assertRefused("GUARDED_FIELD"):
            Move.create(vals)
        with self.assertRefused("GUARDED_FIELD"):
            Move.with_context(**{KEY_PERMIT: "reversal"}).create(vals)
        with self.assertRefused("GUARDED_FIELD"):
            origin.move_line_ids.write(line)
        self.env["ir.default"].set(
            "stock.move.line", "state_reversed_line_id", origin.move_line_ids.id
        )
        with self.assertRefused("GUARDED_FIELD"):
            Move.create(self._prepare_move(self._place(SELLABLE), self.customer))

    def test_a_reversal_that_is_bent_is_refused(self):
        self._stock(SELLABLE, 5.0)
        line = self._move(
            self._place(SELLABLE), self._place(QUARANTINE), 2.0
        ).move_line_ids
        reversal = line._reverse_state_changes("Back").move_line_ids
        for vals in ({"location_dest_id": self._place(WRITE_OFF).id}, {"quantity": 3}):
            with self.subTest(vals=vals), self.assertRefused():
                reversal.write(vals)

    def test_undo_in_the_ledger_asks_for_a_reason_and_takes_back(self):
        self._stock(SELLABLE, 5.0)
        move = self._move(self._place(SELLABLE), self._place(QUARANTINE), 2.0)
        change = move.move_line_ids.state_change_ids.with_user(self.user)
        self.assertTrue(change.can_undo)
        action = change.action_undo()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.user)
            .with_context(**action["context"])
            .create({"reason": "Wrong click"})
        )
        wizard.action_apply()
        change.invalidate_recordset()
        self.assertFalse(change.can_undo)
        self.assertEqual(change.reversal_ids.reason, "Wrong click")
