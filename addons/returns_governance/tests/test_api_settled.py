from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestApiSettled(ApiCase):
    """Money that a channel has paid already is booked, and never paid again."""

    def _settled(self, snapshot, amount, reference="SET-1", **values):
        return self._call(
            "settled",
            {
                "settlement_ref": reference,
                "return": snapshot["name"],
                "amount": amount,
                "currency": snapshot["currency"],
                "tender": "card",
                "occurred_at": "2026-01-01T10:00:00Z",
                **values,
            },
        )

    def _codes(self, snapshot):
        return sorted(row["code"] for row in snapshot["exceptions"])

    def test_money_after_the_goods_settles_the_return(self):
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        snapshot = self._submitted(self._sell([(self.shirt, 1.0)]))
        self._call("receive", self._receipt(snapshot))
        self._call("inspect", self._findings(snapshot, ("SHIRT", 1, "A")))
        answer = self._settled(snapshot, 60.0)
        self.assertEqual(answer["money"]["settled"], 60.0)
        self.assertEqual(answer["money_state"], "settled")
        self.assertEqual(self._codes(answer), [])
        self.assertEqual(answer["settlements"][0]["kind"], "channel_paid")
        again = self._settled(snapshot, 60.0)
        self.assertEqual(again["revision"], answer["revision"])

    def test_money_before_the_goods_breaches_the_gate(self):
        snapshot = self._submitted(self._sell([(self.shirt, 1.0)]))
        answer = self._settled(snapshot, 60.0)
        self.assertIn("gate_breached", self._codes(answer))
        self.assertEqual(answer["money"]["settled"], 60.0)

    def test_more_than_was_owed_raises_an_exception(self):
        snapshot = self._submitted(self._sell([(self.shirt, 1.0)]))
        answer = self._settled(snapshot, 75.0)
        self.assertIn("overpaid_by_channel", self._codes(answer))

    def test_a_channel_may_say_which_line_it_paid_for(self):
        snapshot = self._submitted(self._sell([(self.shirt, 1.0), (self.belt, 1.0)]))
        answer = self._settled(snapshot, 60.0, lines=[{"sku": "SHIRT", "quantity": 1}])
        shirt, belt = answer["lines"]
        self.assertEqual(shirt["refund"]["settled"], 60.0)
        self.assertEqual(belt["refund"]["settled"], 0.0)
