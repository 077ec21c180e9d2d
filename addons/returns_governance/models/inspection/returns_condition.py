from odoo import fields, models

from ...const import YES_NO


class ReturnsCondition(models.Model):
    """The grade in which a unit was found."""

    _name = "returns.condition"
    _description = "Condition of returned goods"
    _inherit = ["returns.coded"]
    _order = "sequence, id"

    color = fields.Integer()
    excess_handling = fields.Boolean(
        help="Found with marks of handling beyond what establishes nature and "
        "functioning of the goods (Directive 2011/83/EU Art. 14(2)).",
    )

    sealed = fields.Selection(
        YES_NO,
        "Still sealed",
        help="What rules are told of goods found like this. Empty: as the customer "
        "said.",
    )

    _code_uniq = models.Constraint(
        "unique (code)",
        "Another condition has this code already.",
    )
