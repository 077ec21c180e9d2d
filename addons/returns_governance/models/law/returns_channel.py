from odoo import fields, models

from ...const import INFORMED


class ReturnsChannel(models.Model):
    """What customers of a channel are told before they buy.

    Empty means that nobody has said: then nothing is taken from the customer that the
    information would allow, and the time to withdraw is not made longer either.
    """

    _inherit = "returns.channel"

    withdrawal_informed = fields.Selection(
        INFORMED,
        "Tells of the right to withdraw",
        help="Directive 2011/83/EU Art 6(1)(h). No: customers may withdraw for twelve "
        "months more (Art 10). Unless it is Yes, no value is taken off for handling "
        "(Art 14(2)).",
    )
    costs_informed = fields.Selection(
        INFORMED,
        "Tells who pays for sending back",
        help="Directive 2011/83/EU Art 6(1)(i). Unless it is Yes, a withdrawal pays "
        "no fee for sending back (Art 6(6)).",
    )
