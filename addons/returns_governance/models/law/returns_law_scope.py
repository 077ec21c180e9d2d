from odoo import api, fields, models

from ...const import LAW_SWITCH
from .returns_law import FOREVER, LONG_AGO, Scope


class ReturnsLawScope(models.Model):
    """Where and when a law holds, or does not.

    The narrowest row decides: one of a company before one for all, one of a country
    before one of a group of countries, that before one for all countries.
    """

    _name = "returns.law.scope"
    _inherit = ["returns.remembered"]
    _description = "Where a law holds"
    _order = "law_id, id"

    law_id = fields.Many2one(
        "returns.law", required=True, ondelete="cascade", index=True
    )
    switch = fields.Selection(LAW_SWITCH, default="on", required=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all of them.")
    country_group_id = fields.Many2one("res.country.group", "Countries")
    country_id = fields.Many2one("res.country", help="One country by itself.")
    date_from = fields.Date("In force from")
    date_to = fields.Date("In force until")
    note = fields.Char(help="Such as the national act that puts it into force.")

    _dates_in_order = models.Constraint(
        "check (date_to IS NULL OR date_from IS NULL OR date_from <= date_to)",
        "A law cannot end before it begins.",
    )

    @api.depends("company_id", "country_group_id", "country_id")
    def _compute_display_name(self):
        for row in self:
            where = row.country_id.name or row.country_group_id.name
            parts = [where or self.env._("Everywhere"), row.company_id.name]
            row.display_name = ", ".join(filter(None, parts))

    def _to_scope(self):
        """This row as it is kept in memory."""
        countries = self.country_id or self.country_group_id.country_ids
        anywhere = not self.country_id and not self.country_group_id
        kind = 2 if self.country_id else 1 if self.country_group_id else 0
        return Scope(
            self.company_id.id,
            None if anywhere else frozenset(countries.mapped("code")),
            # Of equally narrow rows the one that began later decides.
            (bool(self.company_id), kind, self.date_from or LONG_AGO, self.id),
            self.date_from or LONG_AGO,
            self.date_to or FOREVER,
            self.switch == "on",
        )
