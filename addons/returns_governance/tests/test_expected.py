from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestExpected(ApiCase):
    """What comes back is seen by its day, and is promised to nobody before."""

    def _scan(self, back, status, at="2026-01-05T10:00:00Z", **values):
        self._call(
            "carrier_event",
            {
                "event_ref": f"{back['name']} {status} {at}",
                "return": back["name"],
                "status": status,
                "occurred_at": at,
                **values,
            },
        )

    def _expected(self, user="planner"):
        return self.env["returns.expected"].with_user(self.users[user])

    def test_units_on_the_way_stand_at_the_day_of_the_carrier(self):
        order = self._sell()
        free, forecast = self.shirt.free_qty, self.shirt.virtual_available
        back = self._submitted(order)
        row = self._expected().search([("order_id.name", "=", back["name"])])
        self.assertEqual((row.where, row.expected_at), ("customer", False))
        # Scans come in any order, and twice; the promise stays the last one told.
        for _time in range(2):
            promise = {"eta": "2026-01-09T12:00:00Z"}
            self._scan(back, "in_transit", "2026-01-06T10:00:00Z", **promise)
            self._scan(back, "accepted")
        row.invalidate_recordset()
        self.assertEqual((row.where, row.quantity), ("carrier", 3.0))
        self.assertEqual(row.expected_at.date(), fields.Date.to_date("2026-01-09"))
        self.assertEqual(self.shirt.returns_expected, 3.0)
        self.shirt.invalidate_recordset()
        self.assertEqual(self.shirt.free_qty, free)
        self.assertEqual(self.shirt.virtual_available, forecast)
        self.assertEqual(self.shirt.incoming_qty, 0.0)

    def test_what_arrived_or_was_given_up_is_expected_no_more(self):
        back = self._submitted(self._sell())
        self._call("receive", self._receipt(back, ("SHIRT", 2)))
        row = self._expected().search([("order_id.name", "=", back["name"])])
        self.assertEqual(row.quantity, 1.0)
        self._call(
            "cancel", {"cancel_ref": "C", "return": back["name"], "reason": "Kept"}
        )
        self.assertFalse(
            self._expected().search([("order_id.name", "=", back["name"])])
        )

    def test_a_dozen_is_twelve_units(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell([(self.belt, 1.0, {"product_uom_id": dozen.id})])
        self._submitted(order)
        self.assertEqual(self.belt.returns_expected, 12.0)

    def test_it_is_for_those_who_read_returns_within_their_channels(self):
        self._submitted(self._sell())
        stranger = self.env["res.users"].create(
            {"name": "Stranger", "login": "stranger"}
        )
        with self.assertRaises(AccessError):
            self.env["returns.expected"].with_user(stranger).search([])
        told = self.env["product.product"].with_user(stranger).fields_get()
        self.assertFalse(told.keys() & {"returns_expected", "returns_count"})
        planner = self.users["planner"]
        self.assertTrue(self._expected().search([]))
        planner.returns_channel_ids = self.env.ref("returns_governance.channel_b2b")
        self.assertFalse(self._expected().search([]))
