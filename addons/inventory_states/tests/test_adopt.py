from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..adoption import guess_state
from ..const import (
    ADOPT,
    DAMAGED,
    INSPECTION,
    LEAVE,
    QUARANTINE,
    REFURBISH,
    SELLABLE,
    WRITE_OFF,
)
from .common import InventoryStatesCommon


class AdoptCommon(InventoryStatesCommon):
    """A house that kept its blocked goods below *Stock*, as Odoo lets it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        cls.cage = cls._make_place("Quarantäne alt")
        cls.bin_1 = cls._make_place("Q1", cls.cage)
        cls.bin_2 = cls._make_place("Q2", cls.cage)

    @classmethod
    def _make_place(cls, name, parent=None, **vals):
        parent = cls.stock if parent is None else parent
        vals.setdefault("company_id", parent.company_id.id or cls.company.id)
        return cls.env["stock.location"].create(
            {"name": name, "location_id": parent.id, **vals}
        )

    def _fill(self):
        """Loose goods in two bins, a lot of an owner in a package on a pallet."""
        Package = self.env["stock.package"]
        self.pallet = Package.create({"name": "Pallet 1"})
        self.box = Package.create(
            {"name": "Box 1", "parent_package_id": self.pallet.id}
        )
        self.lot = self._create_lot("L1")
        self._move(self.supplier, self.bin_1, 5.0)
        self._move(self.supplier, self.bin_2, 3.0)
        self._move(self.supplier, self.stock, 10.0)
        self._move(
            self.supplier,
            self.bin_2,
            4.0,
            product=self.product_lot,
            lot_id=self.lot.id,
            owner_id=self.partner.id,
            result_package_id=self.box.id,
        )
        self.box.parent_package_id = self.pallet

    def _heaps(self, place=None):
        """What lies where, by all that tells goods apart."""
        self.env.flush_all()
        groups = self.env["stock.quant"]._read_group(
            [("location_id", "child_of", (place or self.cage).id)],
            ["product_id", "location_id", "lot_id", "package_id", "owner_id"],
            ["quantity:sum"],
        )
        return {tuple(x.id for x in key): quantity for *key, quantity in groups}

    def _open(self, user=None, **rows):
        """The dialog as the menu opens it, saved."""
        wizard = self.env["inventory.adopt.wizard"].with_user(user or self.manager)
        return wizard.create(wizard.default_get(["line_ids", "reason", "company_id"]))

    def _row(self, wizard, place):
        return wizard.line_ids.filtered(lambda line: line.location_id == place)

    def _only(self, wizard, *places):
        """Leave all other rows as they are."""
        chosen = self.env["stock.location"].union(*places)
        wizard.line_ids.filtered(lambda x: x.location_id not in chosen).way = LEAVE

    def _take_over(self, *places, state=None, user=None):
        """Take these places over; the wizard with its result."""
        wizard = self._open(user)
        for place in places:
            row = self._row(wizard, place) or wizard.line_ids.create(
                {"wizard_id": wizard.id, "location_id": place.id}
            )
            if state:
                row.state_id = self.env["inventory.state"]._get_by_code(state)
        self._only(wizard, *places)
        wizard.action_apply()
        return wizard

    def _deliver(self, quantity=12.0):
        """A delivery out of *Stock*, reserved as Odoo does it."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customer.id,
                "origin": "S00042",
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.stock.id,
                            "location_dest_id": self.customer.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking


@tagged("post_install", "-at_install")
class TestAdoptFind(AdoptCommon):
    """The dialog finds the places that hold what cannot be sold."""

    def test_names_in_three_languages_suggest_a_state(self):
        for name, code in (
            ("Quarantaine", QUARANTINE),
            ("QUARANTAENE 2", QUARANTINE),
            ("Gesperrt", QUARANTINE),
            ("Blocked stock", QUARANTINE),
            ("Defekte Ware", DAMAGED),
            ("Beschädigt", DAMAGED),
            ("Produits endommagés", DAMAGED),
            ("Damaged", DAMAGED),
            ("Reparatur", REFURBISH),
            ("Réparations", REFURBISH),
            ("Refurbishing", REFURBISH),
            ("Kundenretouren", INSPECTION),
            ("Returns", INSPECTION),
            ("Retours clients", INSPECTION),
            ("Wareneingangsprüfung", INSPECTION),
            ("Contrôle", INSPECTION),
            ("To be scrapped", WRITE_OFF),
            ("Ausschuss", WRITE_OFF),
        ):
            with self.subTest(name=name):
                self.assertEqual(guess_state(name), code)
        for name in ("Shelf A", "Block A", "Sperrgut", "Casseroles", "Threshold", ""):
            with self.subTest(name=name):
                self.assertIsNone(guess_state(name))

    def test_it_lists_what_counts_as_sellable_and_says_what_lies_there(self):
        self._fill()
        outside = self._make_place("Returns shelf", self.env["stock.location"])
        self.warehouse.reception_steps = "three_steps"
        wizard = self._open()
        row = self._row(wizard, self.cage)
        self.assertEqual(row.state_id.code, QUARANTINE)
        self.assertEqual(row.warehouse_id, self.warehouse)
        self.assertEqual((row.product_count, row.quantity), (2, 12.0))
        self.assertEqual(row.value, 80.0)
        self.assertFalse(self._row(wizard, self.bin_1), "it goes with its parent")
        # Two warehouses: nobody can tell to which a place outside of both belongs.
        self.assertEqual(self._row(wizard, outside).state_id.code, INSPECTION)
        self.assertFalse(self._row(wizard, outside).warehouse_id)
        technical = self.warehouse.wh_qc_stock_loc_id
        self.assertFalse(self._row(wizard, technical), "a step of the routes")
        self.assertNotIn(self._place(QUARANTINE), wizard.line_ids.location_id)

    def test_the_place_of_an_operation_type_for_returns_is_found_by_its_use(self):
        shelf = self._make_place("Shelf 9")
        back = self.warehouse.in_type_id.copy({"name": "Back"})
        back.default_location_dest_id = shelf
        self.warehouse.out_type_id.return_picking_type_id = back
        self.assertEqual(self._row(self._open(), shelf).state_id.code, INSPECTION)

    def test_the_form_takes_another_place(self):
        shelf = self._make_place("Shelf 9")
        with Form(self.env["inventory.adopt.wizard"].with_user(self.manager)) as form:
            with form.line_ids.new() as row:
                row.location_id = shelf
                self.assertEqual(row.warehouse_id, self.warehouse)
                row.state_id = self.env.ref("inventory_states.state_damaged")
        self.assertIn(shelf, form.record.line_ids.location_id)


@tagged("post_install", "-at_install")
class TestAdopt(AdoptCommon):
    """Places are taken over with what lies in them, and nothing gets lost."""

    def test_goods_stay_in_their_bins_and_are_not_promised_any_more(self):
        self._fill()
        before = self._heaps()
        free = self.product.free_qty
        wizard = self._take_over(self.cage)
        self.assertIn("Taken over", wizard.text)
        self.assertEqual(self._heaps(), before)
        self.assertEqual(self.cage.location_id, self._place(QUARANTINE))
        self.assertEqual(self.bin_2.effective_state_id.code, QUARANTINE)
        self.assertEqual(self.box.parent_package_id, self.pallet)
        self.assertEqual(self.box.location_id, self.bin_2)
        self.product.invalidate_recordset()
        self.assertEqual(free - self.product.free_qty, 8.0)
        self.assertEqual(self.product.qty_available, 18.0)
        self.assertLedger()
        rows = self.env["inventory.state.change"].search(
            [("product_id", "=", self.product.id), ("reason", "=", wizard.reason)]
        )
        self.assertEqual(
            sorted(row.state_id.code for row in rows),
            [QUARANTINE, QUARANTINE, SELLABLE, SELLABLE],
        )
        self.assertEqual(set(rows.mapped("state_dest_id.code")), {QUARANTINE})
        self.assertEqual(rows.user_id, self.manager)

    def test_odoo_reserves_past_it(self):
        self._fill()
        self._take_over(self.cage)
        picking = self._deliver()
        self.assertEqual(picking.move_ids.quantity, 10.0)
        self.assertEqual(picking.move_line_ids.location_id, self.stock)

    def test_the_value_stays_to_the_cent_with_average_cost_and_perpetual_valuation(
        self,
    ):
        category = self.env["product.category"].create(
            {
                "name": "Average",
                "property_cost_method": "average",
                "property_valuation": "real_time",
            }
        )
        product = self._create_product("Watch", categ_id=category.id)
        for place, quantity, value in ((self.bin_1, 3.0, 10.0), (self.stock, 4, 23.33)):
            move = self._move(self.supplier, place, quantity, product=product)
            move.value_manual = value
        product.invalidate_recordset()
        before = product.total_value, product.standard_price
        entries = self.env["account.move"].search_count([])
        self._take_over(self.cage)
        product.invalidate_recordset()
        self.assertEqual(self.bin_1.effective_state_id.code, QUARANTINE)
        self.assertEqual((product.total_value, product.standard_price), before)
        self.assertEqual(self.env["account.move"].search_count([]), entries)

    def test_what_cannot_go_at_once_goes_by_way_of_inspection(self):
        bench = self._make_place("Reparatur")
        serial = self._create_lot("S1", self.product_serial)
        self._move(
            self.supplier, bench, 1.0, product=self.product_serial, lot_id=serial.id
        )
        self._take_over(bench)
        self.assertEqual(bench.effective_state_id.code, REFURBISH)
        self.assertEqual(serial.location_id, bench)
        rows = self.env["inventory.state.change"].search(
            [("product_id", "=", self.product_serial.id)], order="id"
        )
        self.assertEqual(
            rows.mapped("state_dest_id.code"), [SELLABLE, INSPECTION, REFURBISH]
        )
        self.assertLedger()

    def test_an_empty_place_gets_its_state(self):
        empty = self._make_place("Returns", replenish_location=False)
        wizard = self._take_over(empty)
        self.assertIn("Taken over", wizard.text)
        self.assertEqual(empty.effective_state_id.code, INSPECTION)
        self.assertEqual(empty.warehouse_id, self.warehouse)

    def test_a_place_outside_of_the_warehouses_comes_into_one(self):
        far = self._make_place("Damaged", self.env["stock.location"])
        self._move(self.supplier, far, 2.0)
        wizard = self._open()
        self._only(wizard, far)
        wizard.action_preview()
        self.assertIn("choose one of the same company", wizard.text)
        self._row(wizard, far).warehouse_id = self.warehouse_2
        wizard.action_apply()
        self.assertEqual(far.warehouse_id, self.warehouse_2)
        self.assertEqual(far.effective_state_id.code, DAMAGED)
        self.assertLedger()

    def test_what_lies_below_another_one_may_get_another_state(self):
        broken = self._make_place("Broken", self.cage)
        self._move(self.supplier, broken, 1.0)
        self._move(self.supplier, self.cage, 2.0)
        wizard = self._open()
        self.assertEqual(self._row(wizard, broken).quantity, 1.0)
        self._only(wizard, self.cage, broken)
        wizard.action_apply()
        self.assertEqual(self._quantity(DAMAGED), 1.0)
        self.assertEqual(self._quantity(QUARANTINE), 2.0)
        self.assertEqual(broken.location_id, self._place(DAMAGED))

    def test_the_second_run_proposes_nothing_of_what_was_done(self):
        self._fill()
        self._take_over(self.cage)
        self.assertNotIn(self.cage, self._open().line_ids.location_id)
        wizard = self._take_over(self.cage, state=QUARANTINE)
        self.assertIn("is Quarantine already", wizard.text)
        with self.assertRaisesRegex(UserError, "saved already"):
            wizard.action_apply()

    def test_goods_that_were_there_before_stay_apart(self):
        self._stock(QUARANTINE, 6.0)
        self._fill()
        before = self._heaps(self._place(QUARANTINE)) | self._heaps()
        self._take_over(self.cage)
        self.assertEqual(self._heaps(self._place(QUARANTINE)), before)


@tagged("post_install", "-at_install")
class TestAdoptTransfers(AdoptCommon):
    """Open transfers are unreserved, kept or named; none is changed in progress."""

    def test_a_reserved_delivery_is_reserved_anew_from_what_may_be_sold(self):
        self._fill()
        picking = self._deliver(12.0)
        self.assertIn(self.cage, picking.move_line_ids.location_id.location_id)
        wizard = self._open()
        self._only(wizard, self.cage)
        wizard.action_preview()
        self.assertIn(f"{picking.name} for S00042", wizard.text)
        self.assertIn("unreserved", wizard.text)
        wizard.action_apply()
        self.assertEqual(picking.move_line_ids.location_id, self.stock)
        self.assertEqual(picking.move_ids.quantity, 10.0)
        self.assertIn("Goods are missing now", wizard.text)
        self.assertIn(f"{picking.name} for S00042: 2 Units of Shirt", wizard.text)
        self.assertLedger()

    def test_goods_of_a_place_that_is_taken_over_later_are_not_reserved(self):
        self._fill()
        damaged = self._make_place("Damaged")
        self._move(self.supplier, damaged, 2.0)
        picking = self._deliver(14.0)
        wizard = self._take_over(self.cage, damaged)
        self.assertEqual(picking.move_line_ids.location_id, self.stock)
        self.assertIn("4 Units of Shirt", wizard.text)
        self.assertEqual(wizard.text.count(picking.name), 1)

    def test_a_receipt_that_heads_there_still_ends_there(self):
        picking = self._create_picking(self.supplier, self.bin_1, 7.0)
        wizard = self._open()
        self._only(wizard, self.cage)
        wizard.action_preview()
        self.assertIn(
            f"{picking.name} still ends here; its goods become Quarantine", wizard.text
        )
        wizard.action_apply()
        picking.button_validate()
        self.assertEqual(self._quantity(QUARANTINE), 7.0)
        self.assertLedger()

    def test_a_transfer_that_would_be_refused_is_named_with_what_to_do(self):
        self._move(self.supplier, self.bin_1, 5.0)
        picking = self._create_picking(self.bin_1, self.stock, 5.0)
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.picked = False
        picking.action_confirm()
        wizard = self._open()
        self._only(wizard, self.cage)
        wizard.action_preview()
        self.assertIn(f"{picking.name} starts here and cannot be done", wizard.text)
        wizard.action_apply()
        self.assertEqual(self.cage.effective_state_id.code, QUARANTINE)
        self.assertEqual(picking.move_ids.quantity, 0)

    def test_a_place_with_a_transfer_in_progress_is_left_and_the_others_are_not(self):
        self._move(self.supplier, self.bin_1, 5.0)
        damaged = self._make_place("Damaged")
        self._move(self.supplier, damaged, 2.0)
        picking = self._create_picking(self.bin_1, self.customer, 5.0)
        before = self._heaps()
        wizard = self._take_over(self.cage, damaged)
        self.assertIn(f"{picking.name} is in progress", wizard.text)
        self.assertEqual(self.cage.location_id, self.stock)
        self.assertEqual(self._heaps(), before)
        self.assertEqual(picking.move_ids.quantity, 5.0)
        self.assertEqual(damaged.effective_state_id.code, DAMAGED)

    def test_what_stands_in_the_way_is_named_with_the_way_out(self):
        self._adjust(self.bin_1, 3.0)
        quant = self.env["stock.quant"].search([("location_id", "=", self.bin_1.id)])
        quant.inventory_quantity = 2.0
        self.assertIn("A count of Shirt", self._take_over(self.cage).text)
        quant.action_clear_inventory_quantity()
        self._move(self.bin_1, self.customer, 4.0)
        self.assertIn("Less than nothing", self._take_over(self.cage).text)
        self.assertEqual(self.cage.location_id, self.stock)
        text = self._take_over(self.stock, state=QUARANTINE).text
        self.assertIn("step of a warehouse's own routes", text)

    def test_the_table_is_asked(self):
        self._move(self.supplier, self.bin_1, 5.0)
        admin = self.env.ref("base.group_system")
        self._change_table(SELLABLE, QUARANTINE, group_ids=[Command.set(admin.ids)])
        self._change_table(SELLABLE, INSPECTION, allowed=False)
        self._change_table(SELLABLE, DAMAGED, allowed=False)
        text = self._take_over(self.cage).text
        self.assertIn("Goods may not become Quarantine by you", text)
        self.assertEqual(self.cage.location_id, self.stock)

    def test_what_is_refused_halfway_leaves_the_place_as_it_was(self):
        self._fill()
        before = self._heaps()
        picking = self._deliver(12.0)
        reserved = sorted(picking.move_line_ids.mapped("quantity"))
        target = self._place(QUARANTINE)
        # seen only when the goods are out and the place is put below
        self.env.cr.execute(
            "UPDATE stock_location SET replenish_location = true WHERE id = %s",
            [target.id],
        )
        self.env.invalidate_all()
        wizard = self._take_over(self.cage)
        self.assertIn("Nothing was changed here. [STATE_TRANSITION]", wizard.text)
        self.assertIn("which is replenished", wizard.text)
        self.assertEqual(self.cage.location_id, self.stock)
        self.assertEqual(self._heaps(), before)
        self.assertEqual(sorted(picking.move_line_ids.mapped("quantity")), reserved)
        self.assertLedger()

    def test_a_place_of_the_state_that_is_archived_is_named(self):
        self._place(QUARANTINE).active = False
        text = self._take_over(self.cage, state=QUARANTINE).text
        self.assertIn("no place in use for Quarantine", text)

    def test_rules_that_would_go_on_filling_the_place_are_named(self):
        self.env["stock.putaway.rule"].create(
            {
                "product_id": self.product.id,
                "location_in_id": self.stock.id,
                "location_out_id": self.bin_1.id,
            }
        )
        wizard = self._open()
        self._only(wizard, self.cage)
        wizard.action_preview()
        self.assertIn("A putaway rule sends what arrives in", wizard.text)


@tagged("post_install", "-at_install")
class TestAdoptRights(AdoptCommon):
    """Inventory administrators take places over, each in their own companies."""

    def test_the_preview_writes_nothing_and_says_what_is_not_promised_any_more(self):
        self._fill()
        picking = self._deliver(12.0)
        tables = ("stock_quant", "stock_location", "stock_move_line", "stock_move")
        tables += ("inventory_state_change", "stock_picking", "stock_package")
        before = [self._read_table(table) for table in tables]
        wizard = self._open()
        self._only(wizard, self.cage)
        wizard.action_preview()
        self.assertEqual(before, [self._read_table(table) for table in tables])
        self.assertEqual(wizard.step, "preview")
        text = " ".join(wizard.text.split())
        self.assertIn("units: 12, products: 2, worth", text)
        self.assertIn("Not promised to customers any more", text)
        row = '<td>Shirt</td><td class="text-end">8</td><td class="text-end">10</td>'
        self.assertIn(row, text)
        self.assertEqual(len(picking.move_line_ids), 3)
        wizard.action_back()
        self.assertEqual(wizard.step, "choose")

    def _read_table(self, table):
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t"
        )
        return self.env.cr.fetchone()

    def test_workers_and_others_cannot_open_it(self):
        for user in (self.user, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._open(user)

    def test_nothing_chosen_is_said(self):
        wizard = self._open()
        self._only(wizard)
        with self.assertRaisesRegex(UserError, "Choose a place"):
            wizard.action_preview()

    def test_the_places_of_another_company_are_not_there(self):
        other = self.env["res.company"].create({"name": "Other house"})
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        theirs = self._make_place("Quarantine", warehouse.lot_stock_id)
        self.assertEqual(theirs.company_id, other)
        wizard = self._open()
        self.assertNotIn(theirs, wizard.line_ids.location_id)
        row = {"location_id": theirs.id, "way": ADOPT}
        with self.assertRaises(AccessError):
            wizard.line_ids.create({"wizard_id": wizard.id, **row}).mapped("quantity")
            wizard.action_preview()
        self.manager.company_ids += other
        both = self.env["inventory.adopt.wizard"].with_user(self.manager)
        both = both.with_company(other)
        values = both.default_get(["line_ids", "reason"])
        wizard = both.create(values)
        self.assertEqual(wizard.line_ids.location_id, theirs)
        wizard.action_apply()
        self.assertEqual(theirs.effective_state_id.code, QUARANTINE)
