from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import (
    POLICY_RULE_EVIDENCE,
    POLICY_RULE_ROUTE_BY_HUMAN,
    POLICY_RULE_WINDOW,
    POLICY_TEST_EXPECT,
    POLICY_TEST_RESULT,
    RESOLUTIONS,
    SHIPPING_RULES,
    YES_NO,
)
from ...engine.disposition import dispose
from ...engine.eligibility import decide_line
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
        "res.partner.category", "returns_test_segment_rel", string="Customer tags",
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

    # --- expected ---------------------------------------------------------------------
    expect = fields.Selection(POLICY_TEST_EXPECT, "The return")
    expect_rule = fields.Char("Decided by rule", help="The code of the rule.")
    expect_window = fields.Selection(POLICY_RULE_WINDOW, "Window")
    expect_window_days = fields.Integer("Days")
    expect_release = fields.Selection(RELEASE_CHOICES, "Refund is released")
    expect_shipping = fields.Selection(SHIPPING_RULES, "Delivery paid is given back")
    expect_evidence = fields.Selection(POLICY_RULE_EVIDENCE, "Evidence asked")
    expect_images = fields.Integer("Photos at least")
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

    @api.constrains("expect_disposition_id", "condition_id")
    def _check_condition(self):
        for case in self:
            if case.expect_disposition_id and not case.condition_id:
                raise ValidationError(
                    self.env._(
                        "Case %(case)s expects where the goods go, so it has to say "
                        "in which condition they are found.",
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
            fact: self[name][key]
            for name, (fact, key) in RECORDS.items()
            if self[name]
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
            on_sale=self.on_sale == "yes" if self.on_sale else None,
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

    def _wrong(self, book):
        """What came otherwise than expected, in words; empty when the case is green."""
        facts = self._facts()
        decision = decide_line(facts, book)
        goods = dispose(facts, rules=book) if self.condition_id else None
        return [
            self.env._(
                "%(what)s: expected %(expected)s, came %(came)s",
                what=what,
                expected=expected,
                came=came,
            )
            for what, expected, came in self._compared(decision, goods)
            if expected != came
        ]

    def _compared(self, decision, goods):
        """(what, expected, came), in words, of each thing that the case asks."""
        outcomes = decision.outcomes
        if self.expect:
            yield self._in_words("expect", self._verdict(decision), decision)
        if self.expect_rule:
            label = self._label_of("expect_rule")
            yield label, self.expect_rule, decision.rule or self.env._("none")
        if self.expect_window:
            days = outcomes["window_days"]
            yield (
                self._label_of("expect_window"),
                self._days_words(
                    self.expect_window_days if self.expect_window == "days" else None
                ),
                self._days_words(days),
            )
        if self.expect_release:
            yield self._in_words("expect_release", outcomes["release"])
        if self.expect_shipping:
            yield self._in_words("expect_shipping", outcomes["refund_shipping"])
        if self.expect_evidence:
            photos = sum(need[1] for need in outcomes["evidence"])
            wanted = self.expect_images if self.expect_evidence == "images" else 0
            label = self._label_of("expect_evidence")
            yield label, self._photo_words(wanted), self._photo_words(photos)
        if self.expect_route:
            came = "yes" if outcomes["route_by_human"] else "no"
            yield self._in_words("expect_route", came)
        if self.expect_disposition_id:
            yield self._goods_compared(goods)

    def _verdict(self, decision):
        if decision.needs_approval:
            return "approval"
        return "accepted" if decision.eligible else "refused"

    def _in_words(self, name, came, decision=None):
        """The labels of what a selection expects and of what came."""
        labels = dict(self._fields[name]._description_selection(self.env))
        said = labels.get(came, came)
        if decision is not None and not decision.eligible and came != self[name]:
            said = f"{said} ({decision.sentence})"
        return self._label_of(name), labels[self[name]], said

    def _goods_compared(self, goods):
        Disposition = self.env["returns.disposition"].with_context(active_test=False)
        came = Disposition.search([("code", "=", goods.code)], limit=1)
        return (
            self._label_of("expect_disposition_id"),
            self.expect_disposition_id.name,
            came.name or self.env._("a person chooses"),
        )

    def _label_of(self, name):
        return self._fields[name]._description_string(self.env)

    def _days_words(self, days):
        if days is None:
            return self.env._("no limit")
        return self.env._("%s days", days)

    def _photo_words(self, count):
        return self.env._("%s photos", count) if count else self.env._("none")
