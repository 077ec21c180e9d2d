from odoo import models


class ReturnsApproval(models.Model):
    """The question of a write-down."""

    _inherit = "returns.approval"

    def _ask_write_down(self):
        return self.env._(
            "Write down %(goods)s of %(return)s by %(sum)s (%(place)s)?",
            goods=self._goods(),
            sum=self._sum(),
            place=self.disposition_id.name,
            **{"return": self.order_id.name},
        )
