from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDispositions(TransactionCase):
    """Each warehouse has a place for each disposition; contradictions are refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.states = {
            state.code: state for state in cls.env["inventory.state"].search([])
        }
        cls.dispositions = cls.env["returns.disposition"].search([])
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )

    def _make(self, **values):
        return self.env["returns.disposition"].create(
            {
                "name": "Outlet",
                "code": "outlet",
                "kind": "liquidate",
                "state_id": self.states["damaged"].id,
                **values,
            }
        )

    def _assert_complete(self, warehouse):
        places = warehouse._get_disposition_places(self.dispositions)
        for disposition in self.dispositions.filtered("state_id"):
            with self.subTest(disposition.code):
                place = places[warehouse, disposition]
                if disposition.put_away:
                    self.assertEqual(place, warehouse.lot_stock_id)
                    continue
                parent = warehouse._get_state_location(disposition.state_id.code)
                self.assertEqual(place.location_id, parent)
                self.assertEqual(place.effective_state_id, disposition.state_id)
                self.assertEqual(place.warehouse_id, warehouse)
                self.assertEqual(place.company_id, warehouse.company_id)
        self.assertEqual(
            len(set(places.values())), len(self.dispositions.filtered("state_id"))
        )

    def test_warehouses_of_before_have_a_place_for_each_disposition(self):
        for warehouse in self.env["stock.warehouse"].search([]):
            self._assert_complete(warehouse)

    def test_a_new_warehouse_gets_a_place_for_each_disposition(self):
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "SEC"}
        )
        self._assert_complete(warehouse)

    def test_the_warehouse_of_a_new_company_gets_them_too(self):
        company = self.env["res.company"].create({"name": "New company"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)]
        )
        self._assert_complete(warehouse)

    def test_a_new_disposition_gets_a_place_in_each_warehouse_of_each_company(self):
        self.env["res.company"].create({"name": "New company"})
        warehouses = self.env["stock.warehouse"].sudo().search([])
        disposition = self._make()
        self.assertEqual(disposition.sudo().place_ids.warehouse_id, warehouses)

    def test_making_places_again_makes_none_twice(self):
        self.assertFalse(
            self.env["stock.warehouse"]
            .search([])
            ._create_disposition_places(self.dispositions)
        )

    def test_the_places_follow_the_state_while_they_are_empty(self):
        disposition = self._make()
        disposition.state_id = self.states["quarantine"]
        place = self.warehouse._get_disposition_places(disposition)[
            self.warehouse, disposition
        ]
        self.assertEqual(
            place.location_id, self.warehouse._get_state_location("quarantine")
        )
        self.assertEqual(place.effective_state_id, self.states["quarantine"])

    def test_a_state_does_not_change_under_goods(self):
        disposition = self._make()
        place = self.warehouse._get_disposition_places(disposition)[
            self.warehouse, disposition
        ]
        product = self.env["product.product"].create(
            {"name": "Shirt", "is_storable": True}
        )
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": place.id,
                "inventory_quantity": 1.0,
            }
        ).action_apply_inventory()
        with self.assertRaisesRegex(UserError, "not empty"):
            disposition.state_id = self.states["quarantine"]

    def test_contradictions_are_refused_with_the_way_out(self):
        sellable, write_off = self.states["sellable"], self.states["write_off"]
        for what, values, text in (
            (
                "restock into what cannot be sold",
                {"kind": "restock"},
                "restocks goods",
            ),
            (
                "put away what cannot be sold",
                {"put_away": True},
                "state must be one that can be sold",
            ),
            (
                "for sale, but not in Stock",
                {"state_id": sellable.id, "kind": "restock"},
                "must go back to Stock",
            ),
            (
                "destroyed and for sale",
                {"state_id": sellable.id, "kind": "destroy", "put_away": True},
                "leaves them for sale",
            ),
            (
                "quarantined and for sale",
                {"state_id": sellable.id, "kind": "quarantine", "put_away": True},
                "can be sold",
            ),
            (
                "left with the customer and moved",
                {"kind": "keep_with_customer", "state_id": write_off.id},
                "no state here",
            ),
            ("moved nowhere", {"state_id": False}, "into which state"),
            (
                "donated and kept in value",
                {"kind": "donate"},
                "keeps their value",
            ),
        ):
            with (
                self.subTest(what),
                self.assertRaisesRegex(ValidationError, text),
                self.env.cr.savepoint(),
            ):
                self._make(**values)

    def test_sound_set_ups_are_taken(self):
        for number, values in enumerate(
            (
                {"kind": "donate", "state_id": self.states["write_off"].id},
                {"kind": "keep_with_customer", "state_id": False},
                {
                    "kind": "restock",
                    "state_id": self.states["sellable"].id,
                    "put_away": True,
                },
                {"refund_effect": "none"},
            )
        ):
            self.assertTrue(self._make(code=f"outlet{number}", **values))
