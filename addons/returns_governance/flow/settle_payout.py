"""Paying money back: what stays open on a posted credit note."""

from odoo import models


class ReturnsPayout(models.AbstractModel):
    """Gives the open amount of credit notes back to where the money came from."""

    _name = "returns.payout"
    _description = "Payout of refunds"

    def _prepare(self, settlements):
        """Queue payouts for what is open; the rest waits for finance."""

    def _send(self, row):
        """Send one payout."""

    def _mark_unknown(self, rows, because):
        """Never send these again."""
