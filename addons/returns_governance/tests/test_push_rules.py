from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestPushRules(ReturnsCommon):
    """Returned goods go on by themselves where a company has a rule for it."""

    def _make_rule(self, source):
        """A push rule from ``source`` to a place of its own."""
        self.shelf = self.env["stock.location"].create(
            {
                "name": "Returns shelf",
                "location_id": self.warehouse.view_location_id.id,
                "state_id": self.inspection.state_id.id,
            }
        )
        route = self.env["stock.route"].create(
            {"name": "Returns", "warehouse_selectable": True}
        )
        self.warehouse.route_ids |= route
        self.env["stock.rule"].create(
            {
                "name": "Push",
                "action": "push",
                "route_id": route.id,
                "location_src_id": source.id,
                "location_dest_id": self.shelf.id,
                "picking_type_id": self.warehouse.int_type_id.id,
                "warehouse_id": self.warehouse.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.inspection = self.warehouse._get_state_location("inspection")

    def _next_places(self, back):
        return back.receipt_ids.move_id.move_dest_ids.location_dest_id

    def test_without_a_rule_they_stay(self):
        back = self._create_return(until="received")
        self.assertEqual(back.receipt_ids.move_id.state, "done")
        self.assertFalse(self._next_places(back))

    def test_a_rule_from_their_place_moves_them_on(self):
        self._make_rule(self.inspection)
        back = self._create_return(until="received")
        self.assertEqual(self._next_places(back), self.shelf)

    def test_a_rule_from_a_place_above_moves_them_on(self):
        self._make_rule(self.warehouse.view_location_id)
        back = self._create_return(until="received")
        self.assertEqual(self._next_places(back), self.shelf)
