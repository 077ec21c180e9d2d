import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import STATEMENT_KINDS, STATEMENT_NATURES, STATEMENT_SECTIONS


class ReturnsStatementLine(models.Model):
    """What one line of a return, one document or one payment has to do with it."""

    _name = "returns.statement.line"
    _description = "Line of a statement"
    _inherit = ["returns.statement.row"]
    _log_access = False
    _order = "section, nature desc, since, id"
    _rec_name = "kind"

    section = fields.Selection(STATEMENT_SECTIONS, "Figure", readonly=True)
    kind = fields.Selection(STATEMENT_KINDS, "Class", readonly=True)
    nature = fields.Selection(STATEMENT_NATURES, "Answer", readonly=True)
    order_id = fields.Many2one(
        "returns.order", "Return", readonly=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "returns.order.line", "Return line", readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", readonly=True)
    move_id = fields.Many2one(
        "account.move", "Document", readonly=True, ondelete="cascade"
    )
    transaction_id = fields.Many2one(
        "payment.transaction", "Payment", readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    opening = fields.Monetary("At the begin", readonly=True)
    movement = fields.Monetary("In the period", readonly=True)
    closing = fields.Monetary("At the end", readonly=True)
    since = fields.Date(readonly=True, help="When the two sides came apart.")
    age = fields.Char(compute="_compute_age")
    explanation = fields.Char("What it is", compute="_compute_explanation")

    @api.depends("since")
    @api.depends_context("lang")
    def _compute_age(self):
        words = self.env["returns.words"]
        for line in self:
            moment = line.since and fields.Datetime.to_datetime(line.since)
            line.age = words._age(moment) if moment else False

    @api.depends("kind", "nature")
    @api.depends_context("lang")
    def _compute_explanation(self):
        advice = {**self.env["returns.gap"]._advice(), **self._advice()}
        meaning = self._meaning()
        for line in self:
            told = meaning if line.nature == "explained" else advice
            line.explanation = told.get(line.kind) or meaning.get(line.kind, "")

    @api.model
    def _advice(self):
        """What to do about the gaps that only the ledger shows."""
        return {
            "quantity_differs": self.env._(
                "The credit note has another quantity than its refund: compare them."
            ),
            "credit_without_return": self.env._(
                "No return stands behind it: make one, or have it marked as goodwill."
            ),
            "booked_not_paid": self.env._(
                "The customer still waits for it: pay it, or set it off."
            ),
            "without_money": self.env._(
                "An entry closed it and the customer got nothing: say why on its "
                "exception, or take the reconciliation back and pay it."
            ),
            "paid_not_booked": self.env._(
                "Money went and no credit note is behind it: make it, or match them."
            ),
            "cost_differs": self.env._(
                "The goods came back at another cost than was relieved."
            ),
        }

    @api.model
    def _meaning(self):
        """What each explained class is."""
        return {
            "received": self.env._(
                "Units that came back, or that the policy lets the customer keep, at "
                "what is owed for them."
            ),
            "delivery": self.env._("The outbound delivery was given back."),
            "fees": self.env._("Fees, and what a document has beside the goods."),
            "unequal_units": self.env._(
                "The units of the line are not worth the same; the rest follows."
            ),
            "elsewhere": self.env._("Less was invoiced, or a channel has paid."),
            "rounding": self.env._("Cents between two currencies."),
            "correction": self.env._(
                "The invoice was reversed: to be issued anew, or as goods came back "
                "from another company."
            ),
            "goodwill": self.env._("Given by finance, without a return."),
            "outside_rollout": self.env._("Its order is not governed yet."),
            "set_off": self.env._("It paid an invoice of the customer."),
            "paid_out": self.env._("Money went back to the customer."),
            "exchange": self.env._("Difference of the rates of two days."),
            "other_entry": self.env._("Another journal entry settled it."),
            "paid_for_others": self.env._("The payment settled something else."),
        }

    @api.model
    def _replace(self, statement, rows):
        """Write the lines of a statement anew, in one statement each way: a month can
        have many thousands."""
        columns = {
            **dict.fromkeys(("section", "kind", "nature"), "varchar"),
            **dict.fromkeys(
                (
                    "order_id",
                    "line_id",
                    "product_id",
                    "move_id",
                    "transaction_id",
                    "partner_id",
                ),
                "int",
            ),
            "since": "date",
        }
        amounts = ("opening", "movement", "closing")
        self.env.cr.execute(
            SQL(
                "DELETE FROM returns_statement_line WHERE statement_id = %s",
                statement.id,
            )
        )
        names = [SQL.identifier(name) for name in columns]
        sums = [SQL.identifier(name) for name in amounts]
        types = [SQL("%s %s", SQL.identifier(n), SQL(t)) for n, t in columns.items()]
        types += [SQL("%s numeric", name) for name in sums]
        digits = statement.currency_id.decimal_places
        self.env.cr.execute(
            SQL(
                "INSERT INTO returns_statement_line"
                " (statement_id, company_id, %(names)s, %(sums)s)"
                " SELECT %(id)s, %(company)s, %(names)s, %(rounded)s"
                " FROM jsonb_to_recordset(%(rows)s::jsonb) AS row (%(types)s)",
                names=SQL(", ").join(names),
                sums=SQL(", ").join(sums),
                rounded=SQL(", ").join(SQL("round(%s, %s)", n, digits) for n in sums),
                types=SQL(", ").join(types),
                id=statement.id,
                company=statement.company_id.id,
                rows=json.dumps([_plain(row) for row in rows]),
            )
        )
        self.invalidate_model()
        statement.invalidate_recordset(["line_ids"])

    def action_open(self):
        """Open the return, or the document or payment where there is none."""
        self.ensure_one()
        record = self.order_id or self.move_id or self.transaction_id
        if self.section in ("money", "payout"):
            record = self.move_id or self.transaction_id or record
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }


def _plain(row):
    """The values of a line as JSON takes them; what is false is nothing."""
    return {
        name: fields.Date.to_string(value) if name == "since" else value
        for name, value in row.items()
        if value or value == 0.0
    }
