from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..const import INSPECTION, QUARANTINE, SELLABLE, STATE_CODES
from .common import ALLOWED, APPROVED_ONLY, INSIDE, InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestStates(InventoryStatesCommon):
    def test_the_eight_states_and_outside_are_installed(self):
        codes = self.env["inventory.state"].search([]).mapped("code")
        self.assertEqual(set(codes) & {*STATE_CODES}, {*STATE_CODES})
        self.assertIn("outside", codes)
        available = self.env["inventory.state"].search([("available", "=", True)])
        self.assertIn(SELLABLE, available.mapped("code"))
        for code in STATE_CODES[1:]:
            self.assertFalse(self.env["inventory.state"]._get_by_code(code).available)

    def test_the_default_table_is_the_published_one(self):
        rows = self.env["inventory.state.transition"].search([])
        table = {}
        for row in rows:
            table.setdefault(row.state_id.code, set()).add(row.state_dest_id.code)
            pair = (row.state_id.code, row.state_dest_id.code)
            self.assertEqual(row.needs_approval, pair in APPROVED_ONLY, pair)
        self.assertEqual(table, ALLOWED)

    def test_every_warehouse_has_the_places_beside_stock(self):
        for warehouse in self.warehouse | self.warehouse_2:
            for code in set(INSIDE) - {SELLABLE}:
                place = warehouse._get_state_location(code)
                self.assertEqual(place.location_id, warehouse.view_location_id)
                self.assertEqual(place.company_id, warehouse.company_id)
                self.assertEqual(place.effective_state_id.code, code)
                self.assertEqual(place.warehouse_id, warehouse)
            stock = warehouse._get_state_location(SELLABLE)
            self.assertEqual(stock, warehouse.lot_stock_id)

    def test_a_warehouse_of_a_new_company_has_the_places(self):
        company = self.env["res.company"].create({"name": "Daughter"})
        warehouse = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NRT", "company_id": company.id}
        )
        place = warehouse._get_state_location(QUARANTINE)
        self.assertEqual(place.company_id, company)

    def test_missing_places_are_made_once(self):
        self.assertFalse(self.warehouse._create_state_locations())

    def test_places_of_many_warehouses_are_found_in_one_query(self):
        warehouses = self.warehouse | self.warehouse_2
        warehouses._state_locations()
        self.env.flush_all()
        with self.assertQueryCount(1):
            places = warehouses._state_locations()
        self.assertEqual(len(places), 2 * len(INSIDE))

    def test_places_below_inherit_the_state(self):
        shelf = self._create_place(self._place(INSPECTION))
        box = self._create_place(shelf)
        self.assertEqual(box.effective_state_id.code, INSPECTION)
        shelf.state_id = self.env["inventory.state"]._get_by_code(QUARANTINE)
        self.assertEqual(box.effective_state_id.code, QUARANTINE)

    def test_places_outside_and_in_transit_have_their_own_states(self):
        self.assertEqual(self.supplier.effective_state_id.code, "outside")
        self.assertEqual(self.loss.effective_state_id.code, "outside")
        transit = self.env["stock.location"].create(
            {"name": "Road", "usage": "transit"}
        )
        self.assertEqual(transit.effective_state_id.code, "in_transit")

    def test_input_and_output_count_as_sellable(self):
        self.warehouse_2.write(
            {"reception_steps": "two_steps", "delivery_steps": "pick_ship"}
        )
        places = (
            self.warehouse_2.wh_input_stock_loc_id
            | self.warehouse_2.wh_output_stock_loc_id
        )
        self.assertEqual(places.effective_state_id.code, SELLABLE)

    def test_an_own_state_gets_places_and_a_place_gets_only_stored_states(self):
        state = self.env["inventory.state"].create(
            {"name": "Photo studio", "code": "photo"}
        )
        self.assertTrue(self.warehouse._get_state_location("photo"))
        self.assertEqual(state.location_count, len(state.location_ids))
        reserved = self.env["inventory.state"]._get_by_code("reserved")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._create_place(self.warehouse.view_location_id, state_id=reserved.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.supplier.state_id = state

    def test_installed_states_cannot_be_deleted_or_renamed_in_code(self):
        state = self.env["inventory.state"]._get_by_code(INSPECTION)
        with self.assertRefused("GUARDED_FIELD"):
            state.unlink()
        with self.assertRefused("GUARDED_FIELD"):
            state.code = "look"

    def test_what_a_state_means_is_fixed_while_goods_are_in_it(self):
        state = self.env["inventory.state"]._get_by_code(QUARANTINE)
        state.available = True
        state.available = False
        self._stock(QUARANTINE)
        with self.assertRefused():
            state.available = True

    def test_a_place_with_stock_changes_neither_state_nor_parent_nor_use(self):
        place = self._place(QUARANTINE)
        shelf = self._create_place(place)
        self._move(self.supplier, shelf, 1.0)
        inspection = self.env["inventory.state"]._get_by_code(INSPECTION)
        for vals in (
            {"state_id": inspection.id},
            {"location_id": self._place(INSPECTION).id},
        ):
            for changed in (place, shelf):
                with self.subTest(vals=vals), self.assertRefused():
                    changed.write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            shelf.usage = "transit"
        self._move(shelf, self.supplier, 1.0)
        shelf.state_id = inspection
        self.assertEqual(shelf.effective_state_id, inspection)

    def test_a_place_with_negative_stock_is_not_empty(self):
        place = self._place(QUARANTINE)
        self._move(place, self.supplier, 1.0)
        with self.assertRefused():
            place.state_id = False

    def test_nothing_unavailable_lies_below_a_replenished_place(self):
        damaged = self.env["inventory.state"]._get_by_code("damaged")
        stock = self.warehouse.lot_stock_id
        self.assertTrue(stock.replenish_location)
        with self.assertRaisesRegex(ValidationError, "STATE_TRANSITION"):
            with self.env.cr.savepoint():
                self._create_place(stock, state_id=damaged.id)
        cage = self._create_place(self.warehouse.view_location_id)
        self._create_place(cage, state_id=damaged.id)
        with self.assertRaisesRegex(ValidationError, "replenished"):
            with self.env.cr.savepoint():
                cage.replenish_location = True
        with self.assertRaisesRegex(ValidationError, "replenished"):
            with self.env.cr.savepoint():
                cage.location_id = stock

    def test_a_capacity_shows_what_is_over_it(self):
        place = self._place(INSPECTION)
        place.state_capacity = 8
        self._move(self.supplier, self._create_place(place), 10.0)
        self.assertEqual(place.state_quantity, 10)
        self.assertEqual(place.state_overflow, 2)

    def _create_place(self, parent, **vals):
        return self.env["stock.location"].create(
            {"name": "Shelf", "location_id": parent.id, **vals}
        )
