from odoo import fields, models


class ReturnsChannel(models.Model):
    """Where an order and its return came from."""

    _name = "returns.channel"
    _description = "Sales channel of returns"
    _inherit = ["returns.coded"]
    _order = "sequence, id"

    trusted_time = fields.Boolean(
        string="Trusted with the time of the request",
        help="The channel may say that the customer asked earlier than now.",
    )

    _code_uniq = models.Constraint(
        "unique (code)",
        "Another channel has this code already.",
    )
