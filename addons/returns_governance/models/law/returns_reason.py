from odoo import fields, models


class ReturnsReason(models.Model):
    """Whether a reason claims that the goods are not as the contract says."""

    _inherit = "returns.reason"

    lack_of_conformity = fields.Boolean(
        "Claims the legal guarantee",
        help="The goods are not what was agreed: defective, wrong, incomplete or other "
        "than described (Directive (EU) 2019/771 Arts 5 to 8). A consumer's claim is "
        "then heard for the whole legal guarantee, whatever the policy excludes.",
    )
