from odoo import models


class ReturnsEvent(models.Model):
    """What became of the value of goods, as sentences."""

    _inherit = "returns.event"

    def _tell_written_down(self, data):
        return self.env._(
            "Written down by %(sum)s: %(what)s",
            sum=self._company_sum(data.get("amount")),
            what=self._goods_words(data),
        )

    def _tell_write_down_reversed(self, data):
        return self.env._(
            "Write-down reversed by %(sum)s: %(what)s",
            sum=self._company_sum(data.get("amount")),
            what=self._goods_words(data),
        )

    def _goods_words(self, data):
        product = self.env["product.product"].browse(data.get("product") or [])
        return self.env._(
            "%(quantity)s × %(product)s",
            quantity=self.env["returns.words"]._number(data.get("quantity") or 0.0),
            product=product.exists().display_name or "?",
        )
