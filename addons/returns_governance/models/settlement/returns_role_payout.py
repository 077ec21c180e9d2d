from odoo import models


class ReturnsRolePayout(models.AbstractModel):
    """Role: whoever gives money back to the tender that it came from.

    Must be overridden under a name of its own, and named in ``_roles`` of
    ``returns.payout``. Must not be called inside a step: the outbox calls ``_prepare``,
    commits, calls ``_refund`` once, and ``_book`` after that was committed too.
    """

    _name = "returns.role.payout"
    _description = "Role: payout of refunds"

    def _plan(self, settlement):
        """Say what of a posted credit note this role can pay back.

        :param record settlement: a ``returns.settlement`` with an open amount
        :return: list of dicts with ``amount`` and further values of the outbox row;
            together at most the open amount; empty: a person pays
        """
        return []

    def _prepare(self, outbox):
        """Make what the payout needs in the database; still without the outside.

        :return: why it surely cannot be sent (text for a person), or an empty string
        """
        return ""

    def _refund(self, outbox):
        """Pay ``outbox`` back: the one call to the outside.

        :return: (outcome, message for a person); outcome is ``done``, ``pending`` (the
            provider tells later), ``failed`` (surely not paid, may be tried again by a
            person) or ``unknown`` (never sent again)
        """
        return "failed", ""

    def _book(self, outbox):
        """Book a payout that is done: the payment, reconciled with the credit note."""
