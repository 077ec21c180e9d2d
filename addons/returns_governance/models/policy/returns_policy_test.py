from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import (
    FEE_KINDS,
    LABEL_MODES,
    POLICY_RULE_BONUS,
    POLICY_RULE_EVIDENCE,
    POLICY_RULE_FEE,
    POLICY_RULE_ROUTE_BY_HUMAN,
    POLICY_RULE_WINDOW,
    POLICY_TEST_EXPECT,
    POLICY_TEST_RESULT,
    RESOLUTIONS,
    SHIPPING_RULES,
    YES_NO,
)
from ...engine.errors import EngineError
from ...engine.facts import LineFacts
from .returns_policy_rule_then import RELEASE_CHOICES
from .rule_fields import WHOLE

# field of a case -> (fact, how its record becomes the value that facts have)
RECORDS = {
    "channel_id": ("channel", "code"),
    "company_id": ("company", "id"),
    "country_id": ("country", "code"),
    "product_id": ("product", "id"),
    "reason_id": ("reason", "code"),
    "condition_id": ("condition", "code"),
    "node_id": ("node", "id"),
}
NUMBERS = {"value": "value", "order_value": "order_value", "cost": "cost"}
DATES = {
    "order_date": "order_date",
    "delivered_date": "delivered_date",
    "requested_date": "today",
}


class ReturnsPolicyTest(models.Model):
    """A case that a policy must decide as its author meant: facts, and what comes out.

    What a case leaves empty is not known (a fact) or not asked (an expectation). Cases
    belong to their version: they are copied with it, run before it is published, and
    fixed with it.
    """

    _name = "returns.policy.test"
    _description = "Test case of a policy"
    _inherit = ["returns.policy.part"]
    _order = "version_id desc, sequence, id"
    _policy_parent = "version_id"

    version_id = fields.Many2one(
        "returns.policy.version", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Case", required=True, help="What this case is about.")

    # --- given ------------------------------------------------------------------------
    channel_id = fields.Many2one("returns.channel", "Channel", **WHOLE)
    company_id = fields.Many2one("res.company", "Company", ondelete="restrict")
    country_id = fields.Many2one(
        "res.country", "Country", **WHOLE, help="Of the delivery address."
    )
    country_state_id = fields.Many2one(
        "res.country.state", "State", ondelete="restrict"
    )
    product_id = fields.Many2one("product.product", "Product", **WHOLE)
    category_id = fields.Many2one(
        "product.category",
        "Category",
        ondelete="restrict",
        help="Of the product; only needed where no product is named.",
    )
    tag_ids = fields.Many2many(
        "product.tag", "returns_test_tag_rel", string="Product tags", **WHOLE
    )
    segment_ids = fields.Many2many(
        "res.partner.category",
        "returns_test_segment_rel",
        string="Customer tags",
        **WHOLE,
    )
    node_id = fields.Many2one("stock.warehouse", "Warehouse", **WHOLE)
    reason_id = fields.Many2one("returns.reason", "Reason", **WHOLE)
    resolution = fields.Selection(
        RESOLUTIONS, "Customer wants", default="refund", required=True
    )
    withdrawal = fields.Boolean(help="The customer withdraws within the legal time.")
    on_sale = fields.Selection(YES_NO, "Sold at a discount")
    value = fields.Float(help="Paid for the returned units, with tax.")
    order_value = fields.Float("Value of the order")
    cost = fields.Float("Unit cost")
    days = fields.Integer(
        "Days since delivery",
        default=1,
        help="Not looked at where the days of delivery and of the request are given.",
    )
    order_date = fields.Date("Ordered on")
    delivered_date = fields.Date("Delivered on")
    requested_date = fields.Date("Asked for on")
    condition_id = fields.Many2one("returns.condition", "Found in condition", **WHOLE)
    quantity = fields.Float("Units", default=1.0)
    sealed = fields.Selection(YES_NO, "Still sealed")
    stock_age = fields.Integer("Days in stock")

    # --- expected ---------------------------------------------------------------------
    expect = fields.Selection(POLICY_TEST_EXPECT, "The return")
    expect_rule = fields.Char("Decided by rule", help="The code of the rule.")
    expect_window = fields.Selection(POLICY_RULE_WINDOW, "Window")
    expect_window_days = fields.Integer("Days")
    expect_release = fields.Selection(RELEASE_CHOICES, "Refund is released")
    expect_shipping = fields.Selection(SHIPPING_RULES, "Delivery paid is given back")
    expect_evidence = fields.Selection(POLICY_RULE_EVIDENCE, "Evidence asked")
    expect_images = fields.Integer("Photos at least")
    expect_fee = fields.Selection(POLICY_RULE_FEE, "Fees")
    expect_fee_kind = fields.Selection(FEE_KINDS, "Kind of fee")
    expect_fee_amount = fields.Float("Amount or percent")
    expect_deduction = fields.Selection(POLICY_RULE_BONUS, "Taken off the refund")
    expect_deduction_percent = fields.Float("Percent taken off")
    expect_label = fields.Selection(LABEL_MODES, "Label")
    expect_returnless = fields.Selection(YES_NO, "Refund without the goods")
    expect_route = fields.Selection(
        POLICY_RULE_ROUTE_BY_HUMAN, "Who chooses where goods go"
    )
    expect_disposition_id = fields.Many2one(
        "returns.disposition", "Goods go to", **WHOLE
    )

    result = fields.Selection(
        POLICY_TEST_RESULT, compute="_compute_result", compute_sudo=True
    )
    result_words = fields.Char(
        "What came", compute="_compute_result", compute_sudo=True
    )

    @api.constrains("expect_disposition_id", "expect_deduction", "condition_id")
    def _check_condition(self):
        for case in self:
            by_condition = case.expect_disposition_id or case.expect_deduction
            if by_condition and not case.condition_id:
                raise ValidationError(
                    self.env._(
                        "Case %(case)s expects what depends on the condition, so it "
                        "has to say in which condition they are found.",
                        case=case.name,
                    )
                )

    @api.depends_context("lang")
    @api.depends(lambda self: [*self._said_fields(), "version_id.rule_ids.rank"])
    def _compute_result(self):
        for version, cases in self.grouped("version_id").items():
            # In a form that is not saved yet, by the rules as they were saved.
            version = version._origin
            try:
                book = version._rulebook() if version else None
            except EngineError as error:
                cases.result = "broken"
                cases.result_words = self.env._("The rules do not fit: %s.", error)
                continue
            for case in cases:
                wrong = case._wrong(book) if book else []
                case.result = "red" if wrong else "green"
                case.result_words = "; ".join(wrong) or self.env._("As expected")

    def _content(self):
        """What the case says, by ids: for the fingerprint of its version."""
        self.ensure_one()
        content = {}
        for name in self._said_fields():
            value = self[name]
            if isinstance(value, models.BaseModel):
                value = sorted(value.ids)
            elif value and not isinstance(value, (str, int, float)):
                value = str(value)
            if value:
                content[name] = value
        return content

    # --- run --------------------------------------------------------------------------
    def _facts(self):
        """The case as the engine's facts.

        :rtype: engine.facts.LineFacts
        """
        self.ensure_one()
        facts = {
            fact: self[name][key] for name, (fact, key) in RECORDS.items() if self[name]
        }
        facts |= {fact: self[name] or None for name, fact in NUMBERS.items()}
        facts |= {fact: self[name] or None for name, fact in DATES.items()}
        policy = self.version_id.policy_id
        if not self.channel_id and len(policy.channel_ids) == 1:
            facts["channel"] = policy.channel_ids.code
        if not self.company_id and policy.company_id:
            facts["company"] = policy.company_id.id
        return LineFacts(
            **facts,
            **self._product_facts(),
            country_state=self._state_code(),
            segment=tuple(str(tag.id) for tag in self.segment_ids),
            reason_class=self.reason_id.cause_class or None,
            excess_handling=self.condition_id.excess_handling or None,
            resolution=self.resolution or None,
            withdrawal=self.withdrawal,
            quantity=self.quantity or None,
            stock_age_days=self.stock_age or None,
            **{
                fact: self[fact] == "yes"
                for fact in ("on_sale", "sealed")
                if self[fact]
            },
            days_since_delivery=self._days_since(),
        )

    def _product_facts(self):
        category = self.category_id or self.product_id.categ_id
        path = (category.parent_path or "").split("/")[:-1]
        tags = self.tag_ids | self.product_id.all_product_tag_ids
        return {
            "categories": tuple(reversed(path)),
            "tags": tuple(str(tag.id) for tag in tags),
        }

    def _state_code(self):
        state = self.country_state_id
        return f"{state.country_id.code}-{state.code}" if state else None

    def _days_since(self):
        if self.delivered_date and self.requested_date:
            return (self.requested_date - self.delivered_date).days
        return self.days
