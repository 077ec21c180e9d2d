from odoo import fields, models


class ResCompany(models.Model):
    """How long a repair may take."""

    _inherit = "res.company"

    returns_repair_days = fields.Integer(
        "Days for a repair",
        default=30,
        help="A repair that takes longer raises an exception. Zero: none does.",
    )

    _returns_repair_days_positive = models.Constraint(
        "check (returns_repair_days >= 0)", "Days for a repair cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    """The same in the settings of the app."""

    _inherit = "res.config.settings"

    returns_repair_days = fields.Integer(
        related="company_id.returns_repair_days", readonly=False
    )
