from odoo import api, fields, models

from ..const import BOOKED_SECTIONS, STATEMENT_KINDS, STATEMENT_SECTIONS
from .returns_fact import MONEY_GROUPS


class ReturnsStatement(models.Model):
    """What the ledger shows of returns in a period, and what explains it.

    Four figures of the ledger (credited, what became of the credits, paid, cost taken
    back) are each explained by classes; what is not explained is a gap with its
    return, age and cause. A statement is a picture of the moment at which it was made,
    and can be made again.
    """

    _name = "returns.statement"
    _description = "Statement of returns"
    _order = "date_to desc, date_from desc, id desc"
    _rec_name = "display_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self._last_month()[0],
    )
    date_to = fields.Date(
        "To", required=True, default=lambda self: self._last_month()[1]
    )
    made_at = fields.Datetime("Compared at", readonly=True)
    section_ids = fields.One2many("returns.statement.section", "statement_id")
    class_ids = fields.One2many("returns.statement.class", "statement_id")
    line_ids = fields.One2many("returns.statement.line", "statement_id")
    account_ids = fields.One2many("returns.statement.account", "statement_id")
    gap_count = fields.Integer("Gaps", readonly=True)
    summary = fields.Char(compute="_compute_summary")
    file = fields.Binary(readonly=True, groups=MONEY_GROUPS)
    file_name = fields.Char(readonly=True)

    _period = models.Constraint(
        "check (date_from <= date_to)", "The period ends before it begins."
    )
    _period_uniq = models.UniqueIndex(
        "(company_id, date_from, date_to)",
        "There is a statement of this period already. Open it and compare again.",
    )

    @api.model
    def _last_month(self):
        """First and last day of the month before this one."""
        first = fields.Date.start_of(fields.Date.context_today(self), "month")
        last = fields.Date.subtract(first, days=1)
        return fields.Date.start_of(last, "month"), last

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "Returns %(start)s to %(end)s",
                start=fields.Date.to_string(statement.date_from),
                end=fields.Date.to_string(statement.date_to),
            )

    @api.depends("section_ids.difference", "gap_count", "made_at")
    @api.depends_context("lang")
    def _compute_summary(self):
        for statement in self:
            statement.summary = statement._words()

    def _words(self):
        """The answer in a sentence: does it tie, and what is open."""
        if not self.made_at:
            return self.env._("Not compared yet.")
        if any(self.section_ids.mapped("difference")):
            return self.env._("The ledger is not explained in full.")
        if not self.gap_count:
            return self.env._("The ledger is explained to the cent. No gap.")
        if self.gap_count == 1:
            return self.env._("The ledger is explained to the cent, one gap in it.")
        return self.env._(
            "The ledger is explained to the cent, %(count)s gaps in it.",
            count=self.gap_count,
        )

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        statements._compare()
        return statements

    def write(self, vals):
        result = super().write(vals)
        if {"date_from", "date_to"} & vals.keys():
            self._compare()
        return result

    # --- buttons ----------------------------------------------------------------------
    def action_compare(self):
        """Compare with the ledger as it is now."""
        self.check_access("write")
        self._compare()

    def action_view_lines(self):
        """Open what the statement is made of; gaps alone where there are any."""
        return self._view([], {"search_default_gaps": bool(self.gap_count)})

    def action_export(self):
        """Make a workbook of it and hand it over."""
        self.ensure_one()
        self.check_access("write")
        self.env["returns.statement.file"]._write(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file?download=true",
            "target": "download",
        }

    def _view(self, domain, context=None):
        """Open lines of this statement."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_analytics.returns_statement_line_action"
        )
        action["domain"] = [("statement_id", "=", self.id), *domain]
        action["context"] = context or {}
        return action

    # --- comparing --------------------------------------------------------------------
    def _compare(self):
        """Write the rows of these statements anew."""
        for statement in self:
            # sudo: the ledger, the returns and the deliveries are read for the company
            # as a whole; what a reader sees of the rows, their rules say
            rows = statement.sudo().env["returns.statement.build"]._build(statement)
            statement.sudo()._store(rows)

    def _store(self, rows):
        """Keep ``rows`` and what they come to, by class and by section."""
        self.class_ids.unlink()
        self.section_ids.unlink()
        self.account_ids.unlink()
        source = self.env["returns.statement.source"].with_company(self.company_id)
        ledger = source._ledger(self)
        own = {"statement_id": self.id}
        self.env["returns.statement.line"]._replace(self, rows)
        self.env["returns.statement.class"].create(
            [{**vals, **own} for vals in self._class_vals(rows)]
        )
        self.env["returns.statement.section"].create(
            [{**vals, **own} for vals in self._section_vals(rows, ledger)]
        )
        self.env["returns.statement.account"].create(
            [{**vals, **own} for vals in source._accounts(self)]
        )
        self.write(
            {
                "made_at": fields.Datetime.now(),
                "gap_count": sum(row["nature"] == "gap" for row in rows),
                "file": False,
            }
        )

    def _class_vals(self, rows):
        """What the rows of each section, class and nature come to."""
        kinds = [kind for kind, _label in STATEMENT_KINDS]
        sections = [section for section, _label in STATEMENT_SECTIONS]
        sums = {}
        for row in rows:
            key = row["section"], row["kind"], row["nature"]
            known = sums.setdefault(key, [0, 0.0, 0.0, 0.0])
            known[0] += 1
            for number, name in enumerate(("opening", "movement", "closing"), start=1):
                known[number] += row[name]
        return [
            {
                "section": section,
                "kind": kind,
                "nature": nature,
                "sequence": sections.index(section) * 100 + kinds.index(kind),
                "count": count,
                "opening": opening,
                "movement": movement,
                "closing": closing,
            }
            for (section, kind, nature), (count, opening, movement, closing) in (
                sums.items()
            )
        ]

    def _section_vals(self, rows, ledger):
        """Each figure of the ledger beside what explains it."""
        currency = self.currency_id
        found = []
        for section, _label in STATEMENT_SECTIONS:
            if section not in BOOKED_SECTIONS:
                continue
            mine = [row for row in rows if row["section"] == section]
            by_nature = {
                nature: currency.round(
                    sum(row["movement"] for row in mine if row["nature"] == nature)
                )
                for nature in ("explained", "coming", "gap", "follows")
            }
            amount = currency.round(ledger[section])
            found.append(
                {
                    "section": section,
                    "ledger": amount,
                    "explained": by_nature["explained"],
                    "coming": by_nature["coming"],
                    "gap": by_nature["gap"] + by_nature["follows"],
                    "difference": currency.round(amount - sum(by_nature.values())),
                }
            )
        return found
