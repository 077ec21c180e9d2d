from odoo import models

from ...const import RETURNLESS_LIMITS


class ReturnsEvent(models.Model):
    """What is told of goods that go out, and of goods that stay."""

    _inherit = "returns.event"

    def _tell_goods_held(self, data):
        what = self._product_words(data)
        if data.get("short"):
            return self.env._("Held for the customer, waits for stock: %s", what)
        return self.env._("Held for the customer: %s", what)

    def _tell_goods_freed(self, data):
        return self.env._("No longer held: %s", self._product_words(data))

    def _tell_goods_sent(self, data):
        return self.env._("Sent in exchange: %s", self._product_words(data))

    def _tell_replacement_cost(self, data):
        amount = data.get("amount") or 0.0
        if amount < 0:
            return self.env._(
                "Cost of the replacement taken back: %s",
                self._any_sum({"amount": -amount}),
            )
        return self.env._("Cost of the replacement booked: %s", self._any_sum(data))

    def _tell_unreturned(self, data):
        what = self._product_words(data)
        if data.get("move"):
            return self.env._("Not sent back in time, charged: %s", what)
        return self.env._("Not sent back in time: %s", what)

    def _tell_kept(self, data):
        return self.env._(
            "The customer keeps the goods: %s", self._lines_words(data.get("lines", ()))
        )

    def _tell_not_kept(self, data):
        limits = dict(RETURNLESS_LIMITS)
        return self.env._(
            "The goods are asked for: above the limit (%s)",
            limits.get(data.get("limit"), "").lower(),
        )

    def _tell_credited(self, data):
        if data.get("bonus"):
            return self.env._(
                "Store credit of %(sum)s and a bonus of %(bonus)s on %(card)s",
                sum=self._any_sum(data),
                bonus=self._any_sum({**data, "amount": data["bonus"]}),
                card=data.get("card") or "?",
            )
        return self.env._(
            "Store credit of %(sum)s on %(card)s",
            sum=self._any_sum(data),
            card=data.get("card") or "?",
        )

    def _tell_uncredited(self, data):
        return self.env._("Store credit of %(sum)s taken back", sum=self._any_sum(data))

    def _tell_refilled(self, data):
        return self.env._(
            "%(sum)s went back on %(card)s, which had paid for it",
            sum=self._any_sum(data),
            card=data.get("card") or "?",
        )

    def _tell_lowered(self, data):
        return self.env._(
            "%(sum)s was taken from %(card)s again",
            sum=self._any_sum(data),
            card=data.get("card") or "?",
        )
