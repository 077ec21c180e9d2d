from odoo import fields, models

from ...const import CAUSE_CLASSES


class ReturnsReason(models.Model):
    """Why a customer sends something back, and which root cause that points to."""

    _name = "returns.reason"
    _description = "Reason of a return"
    _inherit = ["returns.coded"]
    _order = "sequence, id"

    cause_class = fields.Selection(CAUSE_CLASSES, string="Root cause", required=True)

    supplier_reason = fields.Char(
        "Reason for the supplier",
        help="What a claim to the supplier gives as the reason, unless a rule of the "
        "policy says otherwise.",
    )

    _code_uniq = models.Constraint(
        "unique (code)",
        "Another reason has this code already.",
    )
