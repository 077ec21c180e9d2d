from collections import namedtuple

from odoo import api, fields, models, tools

from ...const import APPROVAL_KIND, APPROVAL_ROLES
from ...engine.authority import applies, merge

Row = namedtuple("Row", "company_id reason_ids disposition_ids above role approvers")


class ReturnsAuthority(models.Model):
    """The table of authority: which step needs whose approval, above which amount.

    Each row that fits asks for its role, by so many different people; rows add up, and
    where two ask for the same role it is asked once (as often as the row that needs it
    most). The return itself is also asked about by the levels of its policy. A table
    without a row for a step lets that step go, as its own rights allow.
    """

    _name = "returns.authority"
    _description = "Authority"
    _inherit = ["mail.thread", "returns.remembered"]
    _order = "step, sequence, above, id"
    _rec_name = "sentence"

    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="Levels of the same amount are asked in this order."
    )
    step = fields.Selection(
        APPROVAL_KIND,
        "What is asked",
        required=True,
        default="refund",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", tracking=True, help="Empty: all companies.", index=True
    )
    reason_ids = fields.Many2many(
        "returns.reason",
        string="Only for reasons",
        tracking=True,
        help="Empty: whatever the reason.",
    )
    disposition_ids = fields.Many2many(
        "returns.disposition",
        string="Only for dispositions",
        tracking=True,
        help="Empty: wherever the goods go.",
    )
    above = fields.Float(
        digits="Product Price",
        tracking=True,
        help="In the company's currency: a refund with tax, a payment, or what the "
        "goods are worth in stock. 0: always.",
    )
    role = fields.Selection(
        APPROVAL_ROLES,
        "Who decides",
        required=True,
        default="manager",
        tracking=True,
    )
    approvers = fields.Integer(
        default=1,
        tracking=True,
        help="How many people of the role have to say yes, one after another.",
    )
    sentence = fields.Char("In words", compute="_compute_sentence")

    _above_not_negative = models.Constraint(
        "CHECK (above >= 0)", "The amount cannot be below zero."
    )
    _approvers_positive = models.Constraint(
        "CHECK (approvers BETWEEN 1 AND 5)", "Between one and five people approve."
    )

    @api.depends(
        "step", "company_id", "reason_ids", "disposition_ids", "above", "role",
        "approvers",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_sentence(self):
        words = self.env["returns.words"]
        steps = dict(self._fields["step"]._description_selection(self.env))
        roles = dict(self._fields["role"]._description_selection(self.env))
        for row in self:
            currency = (row.company_id or self.env.company).currency_id
            row.sentence = ", ".join(
                filter(
                    None,
                    [
                        row.company_id.name,
                        steps.get(row.step),
                        ", ".join(row.reason_ids.mapped("name")),
                        ", ".join(row.disposition_ids.mapped("name")),
                        row.above
                        and self.env._(
                            "above %(sum)s", sum=words._money(currency, row.above)
                        ),
                    ],
                )
            ) + self.env._(
                ": %(count)s × %(role)s",
                count=row.approvers,
                role=roles.get(row.role, ""),
            )

    # --- the table is read at each step: kept in memory -------------------------------
    @api.model
    @tools.ormcache()
    def _rows_in_force(self):
        """The rows in force by step, in their order.

        :rtype: dict[str, tuple[Row]]
        """
        # sudo: everybody is judged by the same table
        table = {}
        for row in self.sudo().search([]):
            table.setdefault(row.step, []).append(
                Row(
                    row.company_id.id,
                    frozenset(row.reason_ids.ids),
                    frozenset(row.disposition_ids.ids),
                    row.above,
                    row.role,
                    row.approvers,
                )
            )
        return {step: tuple(rows) for step, rows in table.items()}

    @api.model
    def _chains(self, step, company, amount=None, reasons=(), dispositions=()):
        """The chains (engine.authority) of the rows that fit.

        :param amount: in the company's currency; None: whatever the amount
        :param reasons: records; a row that names some has to name one of these
        """
        return [
            [(row.above, row.role)] * row.approvers
            for row in self._rows_in_force().get(step, ())
            if row.company_id in (False, company.id)
            and _names_one(row.reason_ids, reasons)
            and _names_one(row.disposition_ids, dispositions)
            and (amount is None or applies(row.above, amount))
        ]

    @api.model
    def _needed(self, step, company, amount, reasons=(), dispositions=()):
        """Who has to approve, one after another: ``(above, role)`` each, or ()."""
        return merge(self._chains(step, company, amount, reasons, dispositions))


def _names_one(named, records):
    """Whether a row that names these ids, or none, is for one of the records."""
    return not named or any(record.id in named for record in records)
