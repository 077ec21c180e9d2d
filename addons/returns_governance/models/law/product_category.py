from odoo import api, fields, models

from ...const import UNSOLD_KINDS


class ProductCategory(models.Model):
    """Which goods may not be destroyed unsold (Regulation (EU) 2024/1781 Annex VII)."""

    _inherit = "product.category"

    returns_unsold_kind = fields.Selection(
        UNSOLD_KINDS,
        "Under the ban of destruction",
        help="Goods of this category and those below it, whatever their commodity "
        "code says. Empty: as the category above.",
    )
    returns_unsold_kind_all = fields.Selection(
        UNSOLD_KINDS,
        compute="_compute_returns_unsold_kind_all",
        store=True,
        recursive=True,
    )

    @api.depends("returns_unsold_kind", "parent_id.returns_unsold_kind_all")
    def _compute_returns_unsold_kind_all(self):
        for category in self:
            category.returns_unsold_kind_all = (
                category.returns_unsold_kind
                or category.parent_id.returns_unsold_kind_all
            )
