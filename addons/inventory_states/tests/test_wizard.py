from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..const import DAMAGED, INSPECTION, QUARANTINE, REFURBISH, SELLABLE, WRITE_OFF
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestWizard(InventoryStatesCommon):
    """The dialog opens from goods of any kind and makes real stock moves."""

    def _open(self, records, user=None):
        action = records.with_user(user or self.user).action_change_state()
        self.assertEqual(action["res_model"], "inventory.state.change.wizard")
        wizard = self.env[action["res_model"]].with_user(user or self.user)
        return wizard.browse(action["res_id"])

    def _apply(self, wizard, code, quantity=None, reason=False):
        with Form(wizard) as form:
            form.state_dest_id = self.env["inventory.state"]._get_by_code(code)
            if reason:
                form.reason = reason
            if quantity is not None:
                with form.line_ids.edit(0) as line:
                    line.quantity = quantity
        return wizard.action_apply()

    def test_it_opens_from_product_template_lot_quant_transfer_and_balance(self):
        lot = self._create_lot("L1")
        self._stock(INSPECTION, 3.0, product=self.product_lot, lot_id=lot.id)
        picking = self._create_picking(self.supplier, self._place(INSPECTION), 4.0)
        picking.button_validate()
        self.env.flush_all()
        quants = self.env["stock.quant"].search([("lot_id", "=", lot.id)])
        balance = self.env["inventory.state.balance"].search(
            [("product_id", "=", self.product.id)]
        )
        for records, product in (
            (self.product, self.product),
            (self.product.product_tmpl_id, self.product),
            (lot, self.product_lot),
            (quants, self.product_lot),
            (picking, self.product),
            (balance, self.product),
        ):
            with self.subTest(model=records._name):
                wizard = self._open(records)
                self.assertEqual(wizard.line_ids.product_id, product)
                self.assertTrue(all(wizard.line_ids.mapped("quantity")))

    def test_it_moves_the_goods_with_the_reason(self):
        self._stock(INSPECTION, 5.0)
        wizard = self._open(self.product)
        self.assertEqual(wizard.line_ids.quantity, 5)
        self._apply(wizard, REFURBISH, 2.0, "Needs a wash")
        self.assertEqual(self._quantity(REFURBISH), 2)
        change = self.env["inventory.state.change"].search([], limit=1)
        self.assertEqual(change.reason, "Needs a wash")
        self.assertEqual(change.user_id, self.user)
        self.assertLedger(self.product)

    def test_it_offers_the_states_of_the_table_only(self):
        self._stock(QUARANTINE, 5.0)
        states = self._open(self.product).allowed_state_ids.mapped("code")
        self.assertEqual(set(states), {INSPECTION, REFURBISH, DAMAGED, WRITE_OFF})

    def test_several_heaps_start_at_nothing_and_change_by_line(self):
        self._stock(INSPECTION, 5.0)
        self._stock(QUARANTINE, 5.0)
        wizard = self._open(self.product)
        self.assertEqual(wizard.line_ids.mapped("quantity"), [0, 0])
        wizard.state_dest_id = self.env["inventory.state"]._get_by_code(DAMAGED)
        with self.assertRaisesRegex(UserError, "quantity"), self.env.cr.savepoint():
            wizard.action_apply()
        wizard.line_ids.quantity = 1
        wizard.action_apply()
        self.assertEqual(self._quantity(DAMAGED), 2)

    def test_it_takes_neither_reserved_goods_nor_negative_quantities(self):
        self._stock(SELLABLE, 5.0)
        picking = self._create_picking(self._place(SELLABLE), self.customer, 4.0)
        picking.action_confirm()
        wizard = self._open(self.product)
        self.assertEqual(wizard.line_ids.quantity, 1)
        wizard.state_dest_id = self.env["inventory.state"]._get_by_code(DAMAGED)
        for quantity in (2, -1):
            wizard.line_ids.quantity = quantity
            with self.assertRaises(UserError), self.env.cr.savepoint():
                wizard.action_apply()

    def test_it_goes_to_the_place_in_the_same_warehouse(self):
        self._stock(INSPECTION, 5.0, warehouse=self.warehouse_2)
        self._apply(self._open(self.product), QUARANTINE)
        self.assertEqual(self._quantity(QUARANTINE, warehouse=self.warehouse_2), 5)
        self.assertEqual(self._quantity(QUARANTINE), 0)

    def test_a_whole_package_stays_whole(self):
        package = self.env["stock.package"].create({"name": "Box"})
        self._stock(INSPECTION, 5.0, result_package_id=package.id)
        self._apply(self._open(self.product), QUARANTINE)
        self.assertEqual(package.quant_ids.location_id, self._place(QUARANTINE))

    def test_it_asks_for_the_reason_before_the_guard_does(self):
        self._stock(INSPECTION, 5.0)
        self._change_table(INSPECTION, DAMAGED, needs_reason=True)
        with self.assertRaises(AssertionError):
            self._apply(self._open(self.product), DAMAGED)
        self._apply(self._open(self.product), DAMAGED, reason="Dent")

    def test_an_approval_that_is_missing_is_announced_and_refused(self):
        self._stock(WRITE_OFF, 5.0)
        wizard = self._open(self.product)
        wizard.state_dest_id = self.env["inventory.state"]._get_by_code(QUARANTINE)
        self.assertTrue(wizard.needs_approval)
        wizard.reason = "Found the paper"
        with self.assertRefused("STATE_TRANSITION", "approval"):
            wizard.action_apply()

    def test_an_approval_lets_it_pass(self):
        self._stock(WRITE_OFF, 5.0)
        asked = []

        def _is_approved(role, move_lines, transition):
            asked.append((len(move_lines), transition.needs_approval))
            return True

        role = self.env.registry["inventory.role.approval"]
        self.patch(role, "_is_approved", _is_approved)
        wizard = self._open(self.product)
        self._apply(wizard, QUARANTINE, reason="Found the paper")
        self.assertEqual(asked, [(1, True)])
        self.assertEqual(self._quantity(QUARANTINE), 5)

    def test_a_change_that_is_saved_again_is_not_made_again(self):
        self._stock(INSPECTION, 5.0)
        wizard = self._open(self.product)
        wizard.line_ids.quantity = 2.0
        self._apply(wizard, DAMAGED)
        with self.assertRaisesRegex(UserError, "saved already"):
            wizard.action_apply()
        self.assertEqual(self._quantity(DAMAGED), 2)

    def test_it_says_so_when_there_is_nothing_to_change(self):
        with self.assertRaisesRegex(UserError, "no stock"):
            self.product_lot.with_user(self.user).action_change_state()

    def test_a_user_who_may_not_move_stock_cannot_use_it(self):
        self._stock(INSPECTION, 5.0)
        with self.assertRaises(AccessError):
            self.product.with_user(self.outsider).action_change_state()
