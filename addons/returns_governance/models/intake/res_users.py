from odoo import fields, models


class ResUsers(models.Model):
    """The channels and nodes that a user is bound to; empty means all."""

    _inherit = "res.users"

    # Archived ones count too: whoever is bound to a channel that was archived must
    # not come to see all the others.
    returns_channel_ids = fields.Many2many(
        "returns.channel",
        "returns_channel_users_rel",
        "user_id",
        "channel_id",
        string="Returns: channels",
        context={"active_test": False},
    )
    returns_node_ids = fields.Many2many(
        "stock.warehouse",
        "returns_node_users_rel",
        "user_id",
        "warehouse_id",
        string="Returns: nodes",
        context={"active_test": False},
    )

    def _get_invalidation_fields(self):
        """Record rules read these fields, and their domains are cached per user."""
        return super()._get_invalidation_fields() | {
            "returns_channel_ids",
            "returns_node_ids",
        }
