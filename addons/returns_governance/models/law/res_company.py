from odoo import fields, models

from ...const import COMPANY_SIZES


class ResCompany(models.Model):
    """What the law asks of a company, by its size."""

    _inherit = "res.company"

    returns_company_size = fields.Selection(
        COMPANY_SIZES,
        "Size of the company",
        default="large",
        required=True,
        help="By Recommendation 2003/361/EC. Unsold apparel, accessories and footwear "
        "may not be destroyed by large companies since 19 July 2026, and by "
        "medium-sized ones from 19 July 2030 on.",
    )
    returns_due_soon_days = fields.Integer(
        "Days to warn before a refund is due by law",
        default=3,
        help="A withdrawal that has to be paid back within so many days is raised as "
        "an exception.",
    )
