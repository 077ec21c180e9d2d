from odoo import models


class ReturnsException(models.Model):
    """Whether the cause of an exception about exchanged goods still stands."""

    _inherit = "returns.exception"

    def _still_unreturned_exchange(self):
        """The old goods have not come, and nobody charged the new ones."""
        unreturned = self.env["returns.unreturned"].sudo()  # as in _named
        return self._stands_where(
            "returns.exchange", "exchange", unreturned._missing
        )
