from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import (
    CAUSE_CLASSES,
    POLICY_RULE_APPROVAL,
    POLICY_RULE_EVIDENCE,
    POLICY_RULE_EXPIRY,
    POLICY_RULE_ROUTE_BY_HUMAN,
    POLICY_RULE_WINDOW,
    RELEASE_RULES,
    RESOLUTIONS,
    SHIPPING_RULES,
)
from ...engine.condition import Condition
from ...engine.errors import EngineError
from ...engine.facts import Rule

# The vendor's credit is not watched for yet, so no rule can wait for it.
RELEASE_CHOICES = [choice for choice in RELEASE_RULES if choice[0] != "vendor_credit"]
YES_NO = [("yes", "Yes"), ("no", "No")]
# An archived record still counts, and none may be deleted: a list that lost its last
# record would ask for nothing any more, and the rule would fit everything.
WHOLE = {"ondelete": "restrict", "context": {"active_test": False}}


def _ids(records):
    return tuple(sorted(records.ids))


def _codes(records):
    return tuple(sorted(records.mapped("code")))


def _texts(records):
    """Ids as text, for facts of which a line has several (`returns.facts`)."""
    return tuple(sorted(str(i) for i in records.ids))


def _state_codes(states):
    return tuple(sorted(f"{s.country_id.code}-{s.code}" for s in states))


# field -> (fact, operator, how its records become the values that facts have)
LISTS = {
    "channel_ids": ("channel", "in", _codes),
    "company_ids": ("company", "in", _ids),
    "country_ids": ("country", "in", _codes),
    "country_state_ids": ("country_state", "in", _state_codes),
    "product_ids": ("product", "in", _ids),
    "category_ids": ("categories", "under", _texts),
    "tag_ids": ("tags", "in", _texts),
    "reason_ids": ("reason", "in", _codes),
    "condition_ids": ("condition", "in", _codes),
    "segment_ids": ("segment", "in", _texts),
    "node_ids": ("node", "in", _ids),
}
# (field of the lower end, field of the upper end) -> fact
RANGES = {
    ("value_min", "value_max"): "value",
    ("order_value_min", "order_value_max"): "order_value",
    ("cost_min", "cost_max"): "cost",
    ("days_min", "days_max"): "days_since_delivery",
    ("order_date_from", "order_date_to"): "order_date",
    ("delivery_date_from", "delivery_date_to"): "delivered_date",
}
FLAGS = {"withdrawal": "withdrawal", "on_sale": "on_sale"}
CHOICES = {"reason_class": "reason_class", "resolution": "resolution"}
CONDITION_FIELDS = (*LISTS, *(end for ends in RANGES for end in ends), *FLAGS, *CHOICES)
# what a rule sets: the choice field, and the field of its amount
OUTCOME_FIELDS = (
    "eligible",
    "window",
    "window_days",
    "release",
    "approval",
    "approval_above",
    "evidence",
    "evidence_images",
    "refund_shipping",
    "route_by_human",
    "expiry",
    "expire_days",
)


class ReturnsPolicyRule(models.Model):
    """When the conditions all hold, these outcomes are proposed.

    The most specific matching rule wins each outcome, then the priority, then the code;
    a field that is left empty asks for nothing and sets nothing. Typed fields and never
    code: what a rule does can be read on it.
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

    # --- conditions: empty asks for nothing -------------------------------------------
    channel_ids = fields.Many2many(
        "returns.channel",
        "returns_rule_channel_rel",
        string="Channels",
        **WHOLE,
    )
    company_ids = fields.Many2many(
        "res.company",
        "returns_rule_company_rel",
        string="Companies",
        **WHOLE,
    )
    country_ids = fields.Many2many(
        "res.country",
        "returns_rule_country_rel",
        string="Countries",
        **WHOLE,
        help="Of the delivery address.",
    )
    country_state_ids = fields.Many2many(
        "res.country.state",
        "returns_rule_state_rel",
        string="States",
        **WHOLE,
        help="Of the delivery address.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "returns_rule_product_rel",
        string="Products",
        **WHOLE,
    )
    category_ids = fields.Many2many(
        "product.category",
        "returns_rule_category_rel",
        string="Categories",
        **WHOLE,
        help="With all categories below them.",
    )
    tag_ids = fields.Many2many(
        "product.tag",
        "returns_rule_tag_rel",
        string="Product tags",
        **WHOLE,
    )
    reason_ids = fields.Many2many(
        "returns.reason",
        "returns_rule_reason_rel",
        string="Reasons",
        **WHOLE,
    )
    reason_class = fields.Selection(CAUSE_CLASSES, "Root cause")
    condition_ids = fields.Many2many(
        "returns.condition",
        "returns_rule_condition_rel",
        string="Found in condition",
        **WHOLE,
        help="Known only after the inspection: for outcomes that matter from then on.",
    )
    segment_ids = fields.Many2many(
        "res.partner.category",
        "returns_rule_segment_rel",
        string="Customer tags",
        **WHOLE,
    )
    node_ids = fields.Many2many(
        "stock.warehouse",
        "returns_rule_node_rel",
        string="Warehouses",
        **WHOLE,
        help="Where the goods are expected, or were received.",
    )
    resolution = fields.Selection(RESOLUTIONS, "Customer wants")
    withdrawal = fields.Selection(YES_NO, "Withdrawal")
    on_sale = fields.Selection(YES_NO, "Sold at a discount")
    value_min = fields.Float(
        "Value from", help="Paid for the returned units, with tax."
    )
    value_max = fields.Float("Value up to")
    order_value_min = fields.Float("Value of the order from")
    order_value_max = fields.Float("Value of the order up to")
    cost_min = fields.Float("Unit cost from")
    cost_max = fields.Float("Unit cost up to")
    days_min = fields.Integer("Days since delivery from")
    days_max = fields.Integer("Days since delivery up to")
    order_date_from = fields.Date("Ordered from")
    order_date_to = fields.Date("Ordered up to")
    delivery_date_from = fields.Date("Delivered from")
    delivery_date_to = fields.Date("Delivered up to")

    # --- outcomes: empty leaves it to the next rule -----------------------------------
    eligible = fields.Selection(YES_NO, "May come back")
    window = fields.Selection(POLICY_RULE_WINDOW, "Window")
    window_days = fields.Integer("Days", help="The last day is in.")
    release = fields.Selection(RELEASE_CHOICES, "Refund is released")
    approval = fields.Selection(
        POLICY_RULE_APPROVAL,
        "Approval",
        help="A second person approves the return when its refund with tax, in the "
        "company's currency, is above the amount.",
    )
    approval_above = fields.Float("Approval above")
    evidence = fields.Selection(
        POLICY_RULE_EVIDENCE, "Evidence asked"
    )
    evidence_images = fields.Integer("Photos at least", default=1)
    refund_shipping = fields.Selection(SHIPPING_RULES, "Delivery paid is given back")
    route_by_human = fields.Selection(
        POLICY_RULE_ROUTE_BY_HUMAN, "Who chooses where goods go"
    )
    expiry = fields.Selection(POLICY_RULE_EXPIRY, "Return expires")
    expire_days = fields.Integer("Days to wait")
    disposition_ids = fields.One2many(
        "returns.policy.rule.disposition", "rule_id", "Where the goods go", copy=True
    )

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
            exact = narrow = 0
            for fact, operator, _values in rule._conditions():
                if operator in ("ge", "le", "between"):
                    narrow += 1
                elif fact not in ("product", "categories", "tags"):
                    exact += 1
            depths = [(c.parent_path or "/").count("/") for c in rule.category_ids]
            parts = (
                bool(rule.product_ids),
                max(depths, default=0),
                bool(rule.tag_ids),
                exact,
                narrow,
            )
            strength = "".join(f"{99 - min(int(part), 99):02d}" for part in parts)
            rule.rank = (
                f"{strength}{5_000_000_000 - rule.priority:010d}{rule.code or ''}"
            )

    @api.depends(
        *CONDITION_FIELDS,
        *OUTCOME_FIELDS,
        "disposition_ids.condition_id",
        "disposition_ids.disposition_id",
    )
    @api.depends_context("lang", "company")
    def _compute_sentence(self):
        for rule in self:
            rule.sentence = rule._sentence()

    @api.constrains(*CONDITION_FIELDS, *OUTCOME_FIELDS, "code")
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

    def _conditions(self):
        """The conditions as (fact, operator, values), only those that ask something."""
        asked = [
            (fact, operator, values(self[name]))
            for name, (fact, operator, values) in LISTS.items()
            if self[name]
        ]
        asked += [
            (fact, "in", (self[name],)) for name, fact in CHOICES.items() if self[name]
        ]
        asked += [
            (fact, "is", (self[name] == "yes",))
            for name, fact in FLAGS.items()
            if self[name]
        ]
        for (lower, upper), fact in RANGES.items():
            low, high = self[lower], self[upper]
            if low and high:
                asked.append((fact, "between", (low, high)))
            elif low or high:
                asked.append((fact, "ge" if low else "le", (low or high,)))
        return asked

    def _outcomes(self):
        """The outcomes that this rule sets, by the engine's keys."""
        found = {}
        for key in ("eligible", "route_by_human"):
            if self[key]:
                found[key] = self[key] == "yes"
        for key in ("release", "refund_shipping"):
            if self[key]:
                found[key] = self[key]
        for choice, key, limited in (
            ("window", "window_days", "days"),
            ("approval", "approval_above", "above"),
            ("expiry", "expire_days", "days"),
        ):
            if self[choice]:
                found[key] = self[key] if self[choice] == limited else None
        if self.evidence:
            photos = [("image", self.evidence_images)]
            found["evidence"] = photos if self.evidence == "images" else []
        if self.disposition_ids:
            found["dispositions"] = {
                row.condition_id.code: row.disposition_id.code
                for row in self.disposition_ids
            }
        return found

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
        content["dispositions"] = sorted(
            [row.condition_id.id, row.disposition_id.id] for row in self.disposition_ids
        )
        return content
