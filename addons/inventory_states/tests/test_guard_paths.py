from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..const import (
    DAMAGED,
    INSPECTION,
    OUTSIDE,
    QUARANTINE,
    REFURBISH,
    SELLABLE,
    WRITE_OFF,
)
from .common import ALLOWED, APPROVED_ONLY, INSIDE, InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestGuardPaths(InventoryStatesCommon):
    """Each way on which stock can move meets the same guard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in INSIDE:
            cls._stock(code, 20.0)

    def _illegal_pairs(self):
        """All pairs that no user may make without an approval."""
        for source in INSIDE:
            for dest in (*INSIDE, OUTSIDE):
                pair = (source, dest)
                unavailable_out = dest == OUTSIDE and source != SELLABLE
                if source != dest and (
                    dest not in ALLOWED[source]
                    or pair in APPROVED_ONLY
                    or unavailable_out
                ):
                    yield pair

    def test_a_transfer_is_refused(self):
        for source, dest in self._illegal_pairs():
            with self.subTest(pair=(source, dest)), self.assertRefused():
                picking = self._create_picking(
                    self._place(source), self._place(dest), user=self.user
                )
                picking.button_validate()

    def test_the_dialog_offers_no_illegal_state_and_refuses_it(self):
        for source, dest in self._illegal_pairs():
            if dest == OUTSIDE:
                continue
            quant = self._get_quant(source).with_user(self.user)
            action = quant.action_change_state()
            wizard = (
                self.env[action["res_model"]]
                .with_user(self.user)
                .browse(action["res_id"])
            )
            state = self.env["inventory.state"]._get_by_code(dest)
            with self.subTest(pair=(source, dest)):
                if (source, dest) not in APPROVED_ONLY:
                    self.assertNotIn(state, wizard.allowed_state_ids)
                wizard.state_dest_id = state
                wizard.reason = "all the same"
                with self.assertRefused():
                    wizard.action_apply()

    def test_a_scrap_is_refused(self):
        for code in (REFURBISH, WRITE_OFF):
            with self.subTest(code=code), self.assertRefused():
                self._create_scrap(code).action_validate()

    def test_a_scrap_of_quarantine_passes_with_its_reason(self):
        scrap = self._create_scrap(QUARANTINE, state_reason="Mould")
        scrap.action_validate()
        change = scrap.move_ids.move_line_ids.state_change_ids
        self.assertEqual(change.state_id.code, QUARANTINE)
        self.assertEqual(change.reason, "Mould")

    def test_the_chosen_scrap_reasons_are_a_reason(self):
        tag = self.env["stock.scrap.reason.tag"].create({"name": "Broken glass"})
        scrap = self._create_scrap(DAMAGED, scrap_reason_tag_ids=[tag.id])
        scrap.action_validate()
        change = scrap.move_ids.move_line_ids.state_change_ids
        self.assertEqual(change.reason, "Broken glass")

    def test_an_inventory_adjustment_is_refused(self):
        for code, quantity in (
            (WRITE_OFF, 25),
            (WRITE_OFF, 5),
            (REFURBISH, 25),
            (REFURBISH, 5),
        ):
            with self.subTest(code=code, quantity=quantity), self.assertRefused():
                self._adjust(self._place(code), quantity, user=self.user)

    def test_an_inventory_adjustment_of_refurbish_passes_with_a_reason(self):
        for quantity in (25, 5):
            self._adjust(self._place(REFURBISH), quantity, "Recount", user=self.user)
            self.assertEqual(self._quantity(REFURBISH), quantity)
        change = self.env["inventory.state.change"].search([], limit=1)
        self.assertEqual(change.reason, "Recount")
        self.assertLedger(self.product)

    def test_a_move_that_only_claims_to_be_an_adjustment_is_refused(self):
        with self.assertRefused():
            self._move(
                self._place(REFURBISH),
                self.customer,
                is_inventory=True,
                state_reason="I say so",
                user=self.user,
            )

    def test_a_line_that_is_added_to_a_done_transfer_is_refused(self):
        picking = self._create_picking(self._place(SELLABLE), self._place(DAMAGED))
        picking.button_validate()
        Line = self.env["stock.move.line"].with_user(self.user)
        vals = {
            "picking_id": picking.id,
            "product_id": self.product.id,
            "product_uom_id": self.product.uom_id.id,
            "quantity": 1,
        }
        for source, dest in self._illegal_pairs():
            places = {
                "location_id": self._place(source).id,
                "location_dest_id": self._place(dest).id,
            }
            for link in ({}, {"move_id": picking.move_ids.id}):
                with self.subTest(pair=(source, dest)), self.assertRefused():
                    Line.create({**vals, **places, **link})
        line = Line.create(
            {
                **vals,
                "location_id": self._place(SELLABLE).id,
                "location_dest_id": self._place(DAMAGED).id,
            }
        )
        self.assertEqual(line.state_change_ids.quantity, 1)
        self.assertLedger(self.product)

    def test_a_line_that_calls_itself_done_is_refused(self):
        vals = {
            "product_id": self.product.id,
            "product_uom_id": self.product.uom_id.id,
            "quantity": 1,
            "company_id": self.company.id,
            "location_id": self._place(QUARANTINE).id,
            "location_dest_id": self._place(SELLABLE).id,
        }
        Line = self.env["stock.move.line"].with_user(self.user)
        move = self._move(self._place(SELLABLE), self._place(DAMAGED))
        with self.assertRefused():
            Line.create({**vals, "state": "done"})
        with self.assertRefused():
            Line.with_context(default_state="done").create(vals)
        with self.assertRefused():
            Line.with_context(default_move_id=move.id).create(vals)

    def test_a_default_of_the_user_books_nothing_unseen(self):
        move = self._move(self._place(SELLABLE), self._place(DAMAGED))
        self.env["ir.default"].set("stock.move.line", "move_id", move.id)
        with self.assertRefused("GUARDED_FIELD"):
            self.env["stock.move.line"].create(
                {
                    "product_id": self.product.id,
                    "product_uom_id": self.product.uom_id.id,
                    "quantity": 1,
                    "company_id": self.company.id,
                    "location_id": self._place(QUARANTINE).id,
                    "location_dest_id": self._place(SELLABLE).id,
                }
            )

    def test_an_edit_of_a_done_line_is_refused(self):
        line = self._move(self._place(SELLABLE), self._place(QUARANTINE), 2.0)
        line = line.move_line_ids.with_user(self.user)
        refused = (
            {"quantity": 0},
            {"quantity": 1},
            {"location_dest_id": self._place(WRITE_OFF).id},
            {"location_dest_id": self._place(REFURBISH).id},
            {"location_id": self._place(WRITE_OFF).id},
            {"location_id": self._place(REFURBISH).id, "quantity": 1},
        )
        for vals in refused:
            with self.subTest(vals=vals), self.assertRefused():
                line.write(vals)
        line.write({"quantity": 3})
        line.write({"location_dest_id": self._place(DAMAGED).id})
        self.assertEqual(self._quantity(DAMAGED), 23)
        self.assertLedger(self.product)

    def test_an_edit_of_a_done_receipt_is_refused_or_booked(self):
        line = self._move(self.supplier, self._place(SELLABLE), 5.0).move_line_ids
        line.with_user(self.user).quantity = 3
        self.assertEqual(self._quantity(SELLABLE), 23)
        self.assertLedger(self.product)
        for code in (REFURBISH, WRITE_OFF):
            with self.subTest(code=code), self.assertRefused():
                line.with_user(self.user).location_dest_id = self._place(code)

    def test_an_edit_of_a_done_move_is_refused(self):
        move = self._move(self._place(SELLABLE), self._place(QUARANTINE), 2.0)
        with self.assertRefused():
            move.with_user(self.user).quantity = 1

    def test_a_move_that_is_set_to_done_by_hand_opens_no_way(self):
        picking = self._create_picking(
            self._place(SELLABLE), self._place(QUARANTINE), quantity=2.0
        )
        picking.move_ids.with_user(self.user).state = "done"
        self.assertEqual(self._quantity(QUARANTINE), 20)
        with self.assertRefused():
            picking.move_line_ids.with_user(self.user).quantity = 0

    def test_imported_lines_are_refused(self):
        picking = self._create_picking(self._place(SELLABLE), self._place(DAMAGED))
        picking.button_validate()
        result = (
            self.env["stock.move.line"]
            .with_user(self.user)
            .load(
                [
                    "picking_id/.id",
                    "product_id/.id",
                    "product_uom_id/.id",
                    "quantity",
                    "location_id/.id",
                    "location_dest_id/.id",
                ],
                [
                    [
                        str(picking.id),
                        str(self.product.id),
                        str(self.product.uom_id.id),
                        "1",
                        str(self._place(QUARANTINE).id),
                        str(self._place(SELLABLE).id),
                    ]
                ],
            )
        )
        self.assertFalse(result["ids"])
        self.assertIn("STATE_TRANSITION", result["messages"][0]["message"])

    def test_imported_counts_are_refused_when_applied(self):
        names = ["product_id/.id", "location_id/.id", "inventory_quantity"]
        for code in (REFURBISH, WRITE_OFF):
            row = [str(self.product.id), str(self._place(code).id), "30"]
            Quant = self.env["stock.quant"].with_user(self.manager)
            result = Quant.load(names, [row])
            quants = Quant.browse(result["ids"])
            with self.subTest(code=code), self.assertRefused():
                quants.action_apply_inventory()
            quants.action_clear_inventory_quantity()
            names_now = [*names[:2], "inventory_quantity_auto_apply"]
            Quant.load(names_now, [row])
            self.assertEqual(self._quantity(code), 20)

    def test_imported_quantities_are_refused(self):
        quant = self._get_quant(QUARANTINE)
        before = quant.quantity
        Quant = self.env["stock.quant"].with_user(self.user)
        result = Quant.load(
            ["product_id/.id", "location_id/.id", "quantity"],
            [[str(self.product.id), str(self._place(SELLABLE).id), "30"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("GUARDED_FIELD", result["messages"][0]["message"])
        self.assertEqual(quant.quantity, before)

    def test_a_quantity_that_is_written_or_created_directly_is_refused(self):
        quant = self._get_quant(QUARANTINE)
        Quant = self.env["stock.quant"]
        for user in (self.user, self.manager, self.env.ref("base.user_admin")):
            mine = quant.with_user(user)
            with self.assertRefused("GUARDED_FIELD", "Shirt"):
                mine.write({"quantity": 1})
            with self.assertRefused("GUARDED_FIELD"):
                mine.write({"location_id": self._place(SELLABLE).id})
            with self.assertRefused("GUARDED_FIELD"):
                mine.sudo().write({"owner_id": self.partner.id})
            vals = {
                "product_id": self.product.id,
                "location_id": self._place(SELLABLE).id,
            }
            with self.assertRefused("GUARDED_FIELD"):
                Quant.with_user(user).create({**vals, "quantity": 5})
            empty = Quant.with_user(user).with_context(default_quantity=5).create(vals)
            self.assertEqual(empty.quantity, 0)
        with self.assertRefused("GUARDED_FIELD"):
            quant.sudo().unlink()

    def test_a_manager_who_deletes_a_quant_makes_an_adjustment(self):
        self.env["ir.model.access"].create(
            {
                "name": "delete quants",
                "model_id": self.env["ir.model"]._get_id("stock.quant"),
                "group_id": self.env.ref("stock.group_stock_manager").id,
                "perm_unlink": True,
            }
        )
        self._get_quant(DAMAGED).with_user(self.manager).unlink()
        self.assertEqual(self._quantity(DAMAGED), 0)
        self.assertLedger(self.product)
        with self.assertRefused():
            self._get_quant(WRITE_OFF).with_user(self.manager).unlink()

    def test_a_relocation_is_refused(self):
        quant = self._get_quant(QUARANTINE).with_user(self.manager)
        with self.assertRefused():
            quant.move_quants(self._place(SELLABLE))

    def test_a_return_of_a_delivery_into_an_illegal_state_is_refused(self):
        picking = self._create_picking(self._place(SELLABLE), self.customer, 3.0)
        picking.button_validate()
        form = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id, active_ids=picking.ids, active_model=picking._name
            )
        )
        wizard = form.save()
        wizard.product_return_moves.quantity = 2
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        returned.move_ids.picked = True
        with self.assertRefused():
            returned.move_line_ids.location_dest_id = self._place(WRITE_OFF)
            returned.button_validate()
        returned.move_line_ids.location_dest_id = self._place(INSPECTION)
        returned.button_validate()
        self.assertEqual(self._quantity(INSPECTION), 22)

    def test_unpacking_and_packing_within_a_state_pass(self):
        package = self.env["stock.package"].create({"name": "Box of returns"})
        place = self._place(QUARANTINE)
        self._move(place, place, 4.0, result_package_id=package.id)
        self.assertEqual(package.quant_ids.quantity, 4)
        package.unpack()
        self.assertFalse(package.quant_ids.filtered("quantity"))
        self.assertLedger(self.product)

    def test_a_wrong_line_books_nothing_of_its_call(self):
        moves = self.env["stock.move"].create(
            [
                self._prepare_move(self._place(SELLABLE), self._place(DAMAGED)),
                self._prepare_move(self._place(INSPECTION), self._place(WRITE_OFF)),
                self._prepare_move(self.supplier, self._place(WRITE_OFF)),
            ]
        )
        with self.assertRefused():
            moves._action_done()
        self.assertEqual(self._quantity(DAMAGED), 20)

    def test_a_missing_reason_in_a_transfer_can_be_given_on_the_transfer(self):
        self._change_table(INSPECTION, DAMAGED, needs_reason=True)
        picking = self._create_picking(self._place(INSPECTION), self._place(DAMAGED))
        with self.assertRefused("STATE_TRANSITION", "reason"):
            picking.button_validate()
        picking.state_reason = "Scratched"
        picking.button_validate()
        change = picking.move_line_ids.state_change_ids
        self.assertEqual(change.reason, "Scratched")

    def _get_quant(self, code):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", self.product.id),
                ("location_id", "=", self._place(code).id),
            ]
        )

    def _create_scrap(self, code, **vals):
        tags = vals.pop("scrap_reason_tag_ids", [])
        return (
            self.env["stock.scrap"]
            .with_user(self.user)
            .create(
                {
                    "product_id": self.product.id,
                    "scrap_qty": 1,
                    "location_id": self._place(code).id,
                    "scrap_location_id": self.loss.id,
                    "scrap_reason_tag_ids": [Command.set(tags)],
                    **vals,
                }
            )
        )

    def test_the_guard_raises_user_errors_only(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._move(self.supplier, self._place(WRITE_OFF))
