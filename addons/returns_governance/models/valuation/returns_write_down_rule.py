from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...const import WRITE_DOWN_BASES
from ...engine.net_value import NetRule


class ReturnsWriteDownRule(models.Model):
    """What returned goods still bring: a row of the company's table.

    The row that is most closely about the goods says what a sale of one unit brings,
    less the cost to sell it. What the goods are carried at above that is written down
    when they are given a disposition. Where no row fits nothing is written down.
    """

    _name = "returns.write.down.rule"
    _description = "What returned goods still bring"
    _inherit = ["mail.thread", "returns.remembered"]
    _order = "company_id, sequence, id"
    _rec_name = "sentence"

    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="Of rows that are equally close the first one counts."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        "Only product",
        tracking=True,
        ondelete="cascade",
        domain=[("is_storable", "=", True)],
    )
    categ_id = fields.Many2one(
        "product.category",
        "Only category",
        tracking=True,
        ondelete="cascade",
        help="With the categories below it.",
    )
    condition_id = fields.Many2one(
        "returns.condition", "Found as", tracking=True, ondelete="restrict"
    )
    disposition_id = fields.Many2one(
        "returns.disposition",
        "Given disposition",
        tracking=True,
        ondelete="restrict",
        domain=[("state_id.code", "not in", (False, "sellable"))],
    )
    basis = fields.Selection(
        WRITE_DOWN_BASES,
        "What they bring",
        required=True,
        default="list",
        tracking=True,
        help="The sales price counts without tax.",
    )
    percent = fields.Float("%", default=50.0, tracking=True)
    amount = fields.Monetary("Amount", tracking=True)
    selling_cost = fields.Monetary(
        "Cost to sell", tracking=True, help="For each unit, such as freight or a fee."
    )
    sentence = fields.Char("In words", compute="_compute_sentence")

    _percent_range = models.Constraint(
        "CHECK (percent BETWEEN 0 AND 100)",
        "The percentage lies between 0 and 100.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND selling_cost >= 0)",
        "Amounts cannot be below zero.",
    )

    @api.constrains("disposition_id")
    def _check_disposition(self):
        for rule in self:
            if rule.disposition_id and not rule._can_be_written_down():
                raise ValidationError(
                    self.env._(
                        "%(name)s puts goods back to sellable stock, or moves none: "
                        "nothing is written down there. Choose another disposition.",
                        name=rule.disposition_id.name,
                    )
                )

    def _can_be_written_down(self):
        return self.disposition_id.state_id.code not in (False, "sellable")

    @api.depends(
        "product_id", "categ_id", "condition_id", "disposition_id", "basis", "percent",
        "amount", "selling_cost", "company_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            about = [
                rule.product_id.display_name or rule.categ_id.display_name,
                rule.condition_id.name,
                rule.disposition_id.name,
            ]
            rule.sentence = self.env._(
                "%(goods)s: %(value)s",
                goods=", ".join(filter(None, about)) or self.env._("All goods"),
                value=rule._value_words(),
            )

    def _value_words(self):
        """*40 % of the sales price less 2.00 to sell*."""
        words = self.env["returns.words"]
        percent = words._number(self.percent)
        value = {
            "list": self.env._("%(percent)s %% of the sales price", percent=percent),
            "cost": self.env._("%(percent)s %% of the cost", percent=percent),
            "fixed": words._money(self.currency_id, self.amount)
            if self.amount
            else self.env._("nothing"),
        }.get(self.basis, "")
        if not self.selling_cost:
            return value
        return self.env._(
            "%(value)s less %(cost)s to sell",
            value=value,
            cost=words._money(self.currency_id, self.selling_cost),
        )

    # --- the table is read at each routing: kept in memory ----------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        # sudo: who writes the table need not be allowed to make accounts
        rules.company_id.sudo()._returns_fill_write_down_accounts()
        return rules

    @api.model
    @tools.ormcache()
    def _is_used(self):
        """Whether anybody ever made a row, archived ones included.

        A row by which goods were written down cannot be deleted, so that without one
        nothing has to be looked up when goods move.
        """
        # sudo: everybody's goods are judged by the same tables
        rules = self.sudo().with_context(active_test=False)
        return bool(rules.search_count([], limit=1))

    @api.model
    @tools.ormcache("company_id")
    def _rules_in_force(self, company_id):
        """The rows of a company as the engine takes them.

        :rtype: tuple[NetRule]
        """
        # sudo: as in _is_used
        rows = self.sudo().search([("company_id", "=", company_id)])
        return tuple(
            NetRule(
                key=row.id,
                basis=row.basis,
                percent=Decimal(str(row.percent)),
                amount=Decimal(str(row.amount)),
                selling_cost=Decimal(str(row.selling_cost)),
                product=row.product_id.id or None,
                category=row.categ_id.id or None,
                condition=row.condition_id.id or None,
                disposition=row.disposition_id.id or None,
                sequence=row.sequence,
            )
            for row in rows
        )
