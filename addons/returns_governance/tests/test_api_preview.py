from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestApiPreview(ApiCase):
    """A preview equals what the request then gets, for unchanged facts."""

    def _assert_same(self, ask):
        """Preview, submit and compare; returns the snapshot."""
        self.env.flush_all()
        before = self._count_everything()
        preview = self._call("preview", ask)
        self.env.flush_all()
        self.assertEqual(self._count_everything(), before)
        snapshot = self._call("submit", ask)["return"]
        for told, got in zip(preview["lines"], snapshot["lines"], strict=True):
            self.assertTrue(told["decision"].pop("trace"))
            for key in told:
                self.assertEqual(told[key], got[key], key)
        self.assertEqual(preview["money"], snapshot["money"])
        self.assertEqual(preview["policy"], snapshot["policy"])
        return snapshot

    def test_of_parts_of_discounted_lines(self):
        order = self._sell(
            [(self.shirt, 3.0, {"discount": 33.0}), (self.belt, 7.0, {"discount": 7.5})]
        )
        for quantity in (1, 2):
            self._assert_same(self._ask(order, ("SHIRT", 1), ("BELT", quantity)))

    def test_of_a_line_that_policy_refuses(self):
        order = self._sell([(self.shirt, 1.0)])
        order.picking_ids.date_done = fields.Datetime.now() - timedelta(days=40)
        snapshot = self._assert_same(self._ask(order))
        self.assertEqual(snapshot["case_state"], "rejected")

    def test_of_a_refund_that_needs_an_approval(self):
        order = self._sell([(self._make_product("Watch", 900.0, 300.0), 1.0)])
        snapshot = self._assert_same(self._ask(order))
        self.assertEqual(snapshot["money"]["held_because"], ["awaiting_approval"])

    def test_of_a_withdrawal_with_the_delivery(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcel",
                "product_id": self.env["product.product"]
                .create({"name": "Delivery", "type": "service"})
                .id,
            }
        )
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        order.set_delivery_line(carrier, 4.9)
        self._deliver(order)
        self._pay(self._invoice(order))
        some = self._assert_same(self._ask(order, ("SHIRT", 1), withdrawal=True))
        rest = self._assert_same(self._ask(order, ("SHIRT", 1), withdrawal=True))
        self.assertGreater(rest["money"]["due"], some["money"]["due"])

    def test_of_an_order_that_is_not_invoiced_yet(self):
        self._assert_same(self._ask(self._sell([(self.shirt, 2.0)], until="delivered")))

    def test_after_a_first_return_of_the_same_line(self):
        order = self._sell([(self.belt, 3.0)])
        self._submitted(order, ("BELT", 1))
        self._assert_same(self._ask(order, ("BELT", 2)))
