from odoo import models


class ReturnsRolePayout(models.AbstractModel):
    """Role: whoever gives money back to the tender that it came from.

    Must be overridden under a name of its own; must not be called inside a step: the
    outbox calls it, once, after the attempt was committed as sent (at most once).
    """

    _name = "returns.role.payout"
    _description = "Role: payout of refunds"

    def _can_refund(self, settlement):
        """:return: whether ``settlement`` can be paid out by this role"""
        return False

    def _refund(self, outbox):
        """Pay the settlement of ``outbox``.

        :return: ``done``, ``pending`` (the provider tells later), ``failed`` (surely
            not paid, may be tried again by a person) or ``unknown`` (never sent again)
        """
        return "failed"
