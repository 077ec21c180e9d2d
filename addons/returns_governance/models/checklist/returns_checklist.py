from odoo import api, fields, models, tools


class ReturnsChecklist(models.Model):
    """What is asked when goods are inspected, over time: its versions.

    The narrowest checklist asks: one that names the product before one for its
    category, a deeper category before a higher one, then one for the company.
    """

    _name = "returns.checklist"
    _inherit = ["returns.remembered"]
    _description = "Checklist of inspections"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    # What a checklist names cannot be deleted: without it, it would be for all.
    company_id = fields.Many2one(
        "res.company", ondelete="restrict", help="Empty: for every company."
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Categories",
        ondelete="restrict",
        help="With all below them. No category and no product: for every product.",
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        ondelete="restrict",
        context={"active_test": False},
    )
    version_ids = fields.One2many("returns.checklist.version", "checklist_id")
    current_version_id = fields.Many2one(
        "returns.checklist.version",
        compute="_compute_current_version_id",
        string="Version in force",
    )

    _code_uniq = models.Constraint(
        "unique (code)",
        "Another checklist has this code already.",
    )

    @api.depends("version_ids.state", "version_ids.number")
    def _compute_current_version_id(self):
        versions = self.env["returns.checklist.version"].search(
            [("checklist_id", "in", self.ids), ("state", "=", "published")],
            order="number",
        )
        newest = {version.checklist_id: version for version in versions}
        for checklist in self:
            checklist.current_version_id = newest.get(checklist)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        """A checklist that was answered stays; archive it to ask it no more."""
        # sudo: versions that the user cannot see count too
        versions = self.env["returns.checklist.version"].sudo()
        versions.search([("checklist_id", "in", self.ids)])._check_is_draft()

    def action_new_version(self):
        """Open a new draft: a copy of the newest version, or an empty one."""
        self.ensure_one()
        published = self.version_ids.filtered(lambda v: v.state != "draft")
        if newest := (published or self.version_ids)[:1]:
            return newest.action_new_version()
        return self.version_ids.create({"checklist_id": self.id})._action_open()

    # --- which one asks ---------------------------------------------------------------
    @api.model
    def _in_force(self, pairs):
        """The version that asks about each product; kept, so no query without any.

        :param pairs: (company, product) each
        :return: {(company, product): version, or an empty one}
        """
        known = self._known()
        Version = self.env["returns.checklist.version"]
        # sudo: goods are asked about whether or not their categories may be read
        return {
            (company, product): Version.browse(
                _narrowest(known, company.id, product.sudo()) if known else None
            )
            for company, product in pairs
        }

    @api.model
    @tools.ormcache()
    def _known(self):
        """What every active checklist in force is for."""
        # sudo: who inspects is asked, whether or not they may read the checklist
        return [
            (
                checklist.current_version_id.id,
                checklist.company_id.id,
                frozenset(checklist.product_ids.ids),
                frozenset(checklist.category_ids.ids),
            )
            for checklist in self.sudo().with_context(active_test=True).search([])
            if checklist.current_version_id
        ]


def _narrowest(known, company_id, product):
    """Id of the version for a product; of equals the first in the list."""
    path = [int(part) for part in (product.categ_id.parent_path or "").split("/")[:-1]]
    best, winner = None, None
    for version_id, only_company, product_ids, category_ids in known:
        if only_company and only_company != company_id:
            continue
        named = product.id in product_ids
        depth = max(
            (place for place, part in enumerate(path, 1) if part in category_ids),
            default=0,
        )
        if not (named or depth) and (product_ids or category_ids):
            continue
        rank = (named, depth, bool(only_company))
        if best is None or rank > best:
            best, winner = rank, version_id
    return winner
