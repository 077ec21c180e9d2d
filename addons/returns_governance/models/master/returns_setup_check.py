from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Check(NamedTuple):
    """One thing that can be missing.

    :param int number: its own for ever, below 100; part of the id of a gap
    :param str kind: of master data (const.DATA_KINDS); its owner mends the gap
    :param str severity: ``stops`` a return, or ``disturbs``
    :param str model: of the record that is opened to mend it
    """

    number: int
    kind: str
    severity: str
    model: str


class ReturnsSetupCheck(models.AbstractModel):
    """What can be missing for returns: one check per kind of gap, each one function.

    ``_checks`` is the registry; ``_gaps_CODE`` is the check: it returns an SQL query of
    (company or NULL for all, id of the record to open or 0, detail or NULL), over the
    companies in ``co``. An addon adds a gap by extending ``_checks``, the Selection
    ``code`` of ``returns.setup.gap``, ``_ways`` and one function.
    """

    _name = "returns.setup.check"
    _description = "Checks of the master data of returns"

    @api.model
    def _checks(self):
        """The registry: ``{code: Check}``."""
        return {}

    @api.model
    def _query(self, companies=None, severity=None):
        """All gaps as one query, looked up now.

        :param recordset companies: look at these; default: all that sell
        :param str severity: only such gaps
        :rtype: SQL
        """
        self.env.flush_all()  # what was mended a moment ago is no gap any more
        parts = [
            self._part(code, check)
            for code, check in self._checks().items()
            if severity in (None, check.severity)
        ]
        return SQL(
            "WITH co AS (%s) %s",
            self._companies(companies),
            SQL(" UNION ALL ").join(parts),
        )

    def _companies(self, companies):
        if companies is not None:
            return SQL("SELECT * FROM res_company WHERE id = ANY(%s)", companies.ids)
        return SQL(
            """SELECT * FROM res_company c WHERE active AND (
                EXISTS (SELECT FROM sale_order o WHERE o.company_id = c.id)
                OR EXISTS (SELECT FROM returns_order o WHERE o.company_id = c.id))"""
        )

    def _part(self, code, check):
        return SQL(
            """SELECT g.res_id::bigint * 1000000 + %(number)s * 10000
                    + COALESCE(g.company_id, 0) AS id,
                %(code)s AS code, %(kind)s AS kind, %(severity)s AS severity,
                %(model)s AS res_model, g.res_id, g.company_id, g.detail
                FROM (%(rows)s) AS g(company_id, res_id, detail)""",
            number=check.number,
            code=code,
            kind=check.kind,
            severity=check.severity,
            model=check.model,
            rows=getattr(self, f"_gaps_{code}")(),
        )

    @api.model
    def _stopping(self, companies):
        """The gaps that would stop a return of these companies, in one query.

        :return: list of dicts as ``returns.setup.gap`` has fields
        """
        query = self._query(companies, "stops")
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    def _gaps_none(self, table):
        """One gap where a table has no active row."""
        return SQL(
            "SELECT NULL::int, 0, NULL WHERE NOT EXISTS (SELECT FROM %s WHERE active)",
            SQL.identifier(table),
        )
