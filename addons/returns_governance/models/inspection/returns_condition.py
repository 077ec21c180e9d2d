from odoo import fields, models


class ReturnsCondition(models.Model):
    """The grade in which a unit was found."""

    _name = "returns.condition"
    _description = "Condition of returned goods"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    excess_handling = fields.Boolean(
        help="Found with marks of handling beyond what establishes nature and "
             "functioning of the goods (Directive 2011/83/EU Art. 14(2)).",
    )

    _code_uniq = models.Constraint(
        "unique (code)", "Another condition has this code already.",
    )
