from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestApiFlow(ApiCase):
    """The whole way of a return, told by machines."""

    def test_a_return_goes_from_request_to_inspection(self):
        order = self._sell([(self.shirt, 3.0)])
        offered = self._call("returnable", {"channel": "web", "order_ref": order.name})
        self.assertEqual(offered["lines"][0]["returnable"], 3.0)
        self.assertEqual(offered["lines"][0]["resolutions"], ["refund"])
        answer = self._call("submit", self._ask(order))
        self.assertTrue(answer["created"])
        snapshot = answer["return"]
        self.assertEqual(snapshot["case_state"], "authorised")
        self.assertEqual(snapshot["goods_state"], "announced")
        snapshot = self._call("receive", self._receipt(snapshot))
        self.assertEqual(snapshot["goods_state"], "received")
        self.assertEqual(snapshot["lines"][0]["states"], {"inspection": 3.0})
        snapshot = self._call(
            "inspect", self._findings(snapshot, ("SHIRT", 2, "A"), ("SHIRT", 1, "C")))
        self.assertEqual(snapshot["goods_state"], "disposed")
        self.assertEqual(
            snapshot["lines"][0]["states"], {"sellable": 2.0, "refurbish": 1.0})
        self.assertEqual(snapshot["lines"][0]["conditions"], {"A": 2.0, "C": 1.0})
        self.assertEqual(self._call("get", [{"name": snapshot["name"]}]), [snapshot])
