from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.condition import Condition
from ...engine.errors import EngineError
from ...engine.facts import Rule
from .rule_fields import CONDITION_FIELDS, OUTCOME_FIELDS, PART_FIELDS, PARTS


class ReturnsPolicyRule(models.Model):
    """When the conditions all hold, these outcomes are proposed.

    The most specific matching rule wins each outcome, then the priority, then the code;
    a field that is left empty asks for nothing and sets nothing. Typed fields and never
    code: what a rule does can be read on it. The conditions stand in
    ``returns_policy_rule_when.py``, the outcomes in ``returns_policy_rule_then.py``,
    and all of them in ``rule_fields.py``.
    """

    _name = "returns.policy.rule"
    _description = "Rule of a return policy"
    _inherit = ["returns.policy.part", "returns.policy.prose"]
    _order = "version_id desc, rank, id"
    _policy_parent = "version_id"

    version_id = fields.Many2one(
        "returns.policy.version",
        required=True,
        ondelete="cascade",
        index=True,
    )
    state = fields.Selection(related="version_id.state", string="State of the version")
    name = fields.Char(help="For people; the sentence below says what the rule does.")
    code = fields.Char(
        required=True,
        help="Unique in the version; decisions and integrations name it.",
    )
    priority = fields.Integer(
        help="Among rules that are equally specific, the greater number wins.",
    )
    rank = fields.Char(compute="_compute_rank", store=True)
    sentence = fields.Char("Rule", compute="_compute_sentence", compute_sudo=True)

    _code_uniq = models.Constraint(
        "unique (version_id, code)",
        "Another rule of this version has this code already.",
    )

    @api.depends(*CONDITION_FIELDS, "category_ids.parent_path", "priority", "code")
    def _compute_rank(self):
        """A text that sorts rules as they win, the strongest first.

        As ``engine.facts.Rule.specificity``, with the depth of the deepest category
        that the rule names.
        """
        for rule in self:
            strength = "".join(f"{99 - min(part, 99):02d}" for part in rule._strength())
            rule.rank = (
                f"{strength}{5_000_000_000 - rule.priority:010d}{rule.code or ''}"
            )

    def _strength(self):
        """(products, depth of the category, tags, named values, ranges)."""
        exact = narrow = 0
        for fact, operator, _values in self._conditions():
            if operator in ("ge", "le", "between"):
                narrow += 1
            elif fact not in ("product", "categories", "tags"):
                exact += 1
        depths = [(c.parent_path or "/").count("/") for c in self.category_ids]
        products, tags = bool(self.product_ids), bool(self.tag_ids)
        return int(products), max(depths, default=0), int(tags), exact, narrow

    @api.depends(
        *CONDITION_FIELDS,
        *OUTCOME_FIELDS,
        *PART_FIELDS,
    )
    @api.depends_context("lang", "company")
    def _compute_sentence(self):
        for rule in self:
            rule.sentence = rule._sentence()

    @api.constrains(*CONDITION_FIELDS, *OUTCOME_FIELDS, *PARTS, "code")
    def _check_sense(self):
        """The engine says whether the rule makes sense; nothing else may be saved."""
        for rule in self:
            try:
                rule._to_engine()
            except EngineError as error:
                raise ValidationError(
                    self.env._(
                        "Rule %(rule)s cannot work: %(problem)s. Correct that value.",
                        rule=rule.code,
                        problem=error,
                    )
                ) from None

    # --- for the engine ---------------------------------------------------------------
    def _to_engine(self):
        """These rules as the engine knows them.

        :rtype: list of engine.facts.Rule
        :raises EngineError: for a rule that makes no sense
        """
        return [
            Rule(
                code=rule.code,
                priority=rule.priority,
                name=rule.name or "",
                conditions=tuple(Condition(*asked) for asked in rule._conditions()),
                outcomes=rule._outcomes(),
            )
            for rule in self
        ]

    def _content(self):
        """What the rule says, by ids: for the fingerprint of its version."""
        self.ensure_one()
        content = {"code": self.code, "priority": self.priority}
        for name in (*CONDITION_FIELDS, *OUTCOME_FIELDS):
            value = self[name]
            if isinstance(value, models.BaseModel):
                value = sorted(value.ids)
            elif value and not isinstance(value, (str, int, float)):
                value = str(value)
            if value:
                content[name] = value
        for name, columns in PARTS.items():
            rows = sorted(row._content(columns) for row in self[name])
            if rows or name == "disposition_ids":
                content[name.removesuffix("_ids") + "s"] = rows
        return content
