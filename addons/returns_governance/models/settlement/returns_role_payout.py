from odoo import models


class ReturnsRolePayout(models.AbstractModel):
    """Role: whoever gives money back to the tender that it came from.

    Must be overridden under a name of its own, and named in ``_roles`` of an extension
    of ``returns.payout`` (those of all extensions count). Must not be called inside a
    step: the outbox calls ``_prepare``, commits, calls ``_refund`` once, and ``_book``
    after that was committed too.
    """

    _name = "returns.role.payout"
    _description = "Role: payout of refunds"

    # Its place in the company's order of tenders (const.TENDER_ORDERS): ``provider``,
    # ``voucher`` or ``hand``.
    _ranks_as = "voucher"

    def _plan(self, settlement, left, taken):
        """Say what of a posted credit note this role can pay back.

        :param record settlement: a ``returns.settlement`` with an open amount
        :param float left: what those before it leave open; more is cut off
        :param dict taken: {key of the role's own: amount} that is planned already for
            other credit notes of the same batch; the role adds to it
        :return: list of dicts with ``amount`` and further values of the outbox row;
            each at most what its payment took and has not given back; empty: nothing
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

    def _outcome(self, outbox):
        """What is known of a payout by now, whoever has told; without the outside.

        :return: as ``_refund``, or None where nothing is known
        """
        return None

    def _told(self, outbox, paid, reason):
        """Keep what a person found out about a payout of which nobody had heard.

        :param bool paid: whether the money has gone
        """

    def _book(self, outbox):
        """Book a payout that is done: the payment, reconciled with the credit note."""
