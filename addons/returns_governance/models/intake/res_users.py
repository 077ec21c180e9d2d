from odoo import fields, models


class ResUsers(models.Model):
    """The channels and nodes that a user is bound to; empty means all."""

    _inherit = "res.users"

    returns_channel_ids = fields.Many2many(
        "returns.channel", "returns_channel_users_rel", "user_id", "channel_id",
        string="Returns: channels",
    )
    returns_node_ids = fields.Many2many(
        "stock.warehouse", "returns_node_users_rel", "user_id", "warehouse_id",
        string="Returns: nodes",
    )
