from odoo import models


class ReturnsRoleCarrier(models.AbstractModel):
    """Role: whoever makes, voids and tracks return labels.

    Must be overridden by a bridge addon under a name of its own that inherits this
    one; must not be called inside a step (the outbox calls it, outside any
    transaction that could be re-run).
    """

    _name = "returns.role.carrier"
    _description = "Role: carrier of returns"

    def _label(self, parcel):
        """Make a label for ``parcel``.

        :return: ``{"tracking_ref": str, "label_url": str}``; empty where the carrier
            has no label service
        :raise UserError: the carrier refused; the outbox tries again or gives up
        """
        return {}

    def _void(self, parcel):
        """Void the label of ``parcel``. :return: whether the carrier did so"""
        return False

    def _track(self, parcel):
        """Ask for the scans of ``parcel``.

        :return: list of ``{"status", "occurred_at", "eta"}`` in API.md's words
        """
        return []
