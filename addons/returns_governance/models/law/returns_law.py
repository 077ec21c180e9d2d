from dataclasses import replace
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models, tools

from ...const import LAW_COUNTRY_OF, LAW_JUDGED_ON

FOREVER = date.max
LONG_AGO = date.min


class Scope(NamedTuple):
    """One row of a law's scope, as it is kept in memory."""

    company: int | bool
    countries: frozenset | None
    rank: tuple
    start: date
    end: date
    on: bool

    def covers(self, company, country, day):
        """Whether the row speaks of this company, country and day.

        A country that nobody knows is any: doubt is decided for the consumer.
        """
        return (
            (not self.company or self.company == company)
            and (self.countries is None or not country or country in self.countries)
            and self.start <= day <= self.end
        )


class ReturnsLaw(models.Model):
    """A law that the suite follows: its source, the edition of its text, and where.

    Its rows (``returns.law.scope``) switch it on or off by company and country, with
    dates. What it does stands in ``engine/law.py`` and in the steps that ask
    ``_holding``. It is no legal advice, and every screen of it says so.
    """

    _name = "returns.law"
    _inherit = ["returns.remembered"]
    _description = "Law that returns follow"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        readonly=True,
        index=True,
        help="By this name the programs ask whether the law holds.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    source = fields.Char(
        required=True, help="Number of the act and its articles, as one would cite it."
    )
    url = fields.Char("Official text")
    text_version = fields.Char(
        "Edition followed",
        required=True,
        help="The edition of the text that was read when this was made.",
    )
    country_of = fields.Selection(
        LAW_COUNTRY_OF, "Depends on", default="customer", required=True, readonly=True
    )
    judged_on = fields.Selection(
        LAW_JUDGED_ON, "Dates mean", default="event", required=True, readonly=True
    )
    does = fields.Text("What the suite does", translate=True)
    not_covered = fields.Text("What it does not cover", translate=True)
    scope_ids = fields.One2many("returns.law.scope", "law_id", "Where it holds")
    where = fields.Char("Holds", compute="_compute_where")

    _code_uniq = models.Constraint("unique (code)", "This law is there already.")

    @api.depends("scope_ids.display_name", "scope_ids.switch")
    def _compute_where(self):
        for law in self:
            on = law.scope_ids.filtered(lambda row: row.switch == "on")
            law.where = ", ".join(on.mapped("display_name")) or self.env._("Nowhere")

    # --- what the machine asks --------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _known(self):
        """{code: (country_of, judged_on, scopes with the narrowest first)}.

        In memory in every worker, so that no return costs a query.
        """
        # sudo: the law is the same for everybody
        return {
            law.code: (
                law.country_of,
                law.judged_on,
                tuple(sorted((row._to_scope() for row in law.scope_ids), reverse=True,
                             key=lambda scope: scope.rank)),
            )
            for law in self.sudo().search([])
        }  # fmt: skip

    @api.model
    def _holding(self, company, country, contract_day, today):
        """Codes of the laws that hold for what a company sold to a country.

        :param company: the seller, a ``res.company``
        :param country: code of the customer's country, None where it is not known
        :param date contract_day: day of the order, None where it is not known
        :param date today: day of what happens
        :rtype: tuple[str]
        """
        # sudo: the country of the seller is no secret
        own = company.sudo().country_id.code or None
        return self._codes(company.id, own, country or own, contract_day, today)

    @api.model
    def _judging(self, facts, company, product, reason):
        """Invented facts, with what the law makes of them.

        A case that names no country plays in the seller's, as an order does.

        :param engine.facts.LineFacts facts: what was made up
        :rtype: engine.facts.LineFacts
        """
        today = facts.today or fields.Date.context_today(self)
        known = {
            "lack_of_conformity": facts.lack_of_conformity or reason.lack_of_conformity,
            "laws": self._holding(company, facts.country, facts.order_date, today),
        }
        if not facts.article16 and product:
            known["article16"] = product.product_tmpl_id._returns_article16()
        return replace(facts, **known)

    @api.model
    @tools.ormcache("company_id", "own", "country", "contract_day", "today")
    def _codes(self, company_id, own, country, contract_day, today):
        """`_holding` by plain values, kept: most lines ask the same."""
        found = []
        for code, (country_of, judged_on, scopes) in self._known().items():
            where = own if country_of == "company" else country
            day = (judged_on == "contract" and contract_day) or today
            for scope in scopes:
                if scope.covers(company_id, where, day):
                    if scope.on:
                        found.append(code)
                    break
        return tuple(found)

    @api.model
    def _holds(self, code, company, day, country=None):
        """Whether one law holds; for laws that look at the company alone."""
        return code in self._holding(company, country, day, day)
