from odoo import api, fields, models

from ...const import DATA_KINDS


class ReturnsDataOwner(models.Model):
    """Who keeps one kind of master data complete: a person, or all of a role.

    An owner for a company goes before the one for all companies.
    """

    _name = "returns.data.owner"
    _description = "Owner of master data"
    _order = "kind, company_id, id"
    _rec_name = "kind"

    kind = fields.Selection(DATA_KINDS, "Master data", required=True)
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", index=True, help="Empty: all companies."
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    group_id = fields.Many2one(
        "res.groups",
        "Role",
        ondelete="restrict",
        domain=lambda self: [
            (
                "privilege_id",
                "=",
                self.env.ref("returns_governance.privilege_returns").id,
            )
        ],
    )

    _somebody = models.Constraint(
        "check (user_id IS NOT NULL OR group_id IS NOT NULL)",
        "Name a person or a role.",
    )
    _kind_uniq = models.UniqueIndex(
        "(kind, COALESCE(company_id, 0))",
        "This kind of master data has an owner in this company already. Change that "
        "one.",
    )

    @api.model
    def _kinds(self):
        """(key, label) of each kind, in the reader's language."""
        return self._fields["kind"]._description_selection(self.env)

    @api.model
    def _names(self, company_ids):
        """Who owns each kind, as people read it, for companies in one query.

        :return: ``{(kind, company id or False): name}``, the company's own first
        """
        # sudo: whom to ask is no secret
        owners = self.sudo().search([("company_id", "in", [False, *company_ids])])
        names = {
            (owner.kind, owner.company_id.id): owner.user_id.name or owner.group_id.name
            for owner in owners
        }
        for company_id in company_ids:
            for kind, _label in DATA_KINDS:
                if shared := names.get((kind, False)):
                    names.setdefault((kind, company_id), shared)
        return names
