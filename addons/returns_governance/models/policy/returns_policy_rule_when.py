from odoo import fields, models

from ...const import CAUSE_CLASSES, RESOLUTIONS, YES_NO
from .rule_fields import CHOICES, FLAGS, LISTS, RANGES, WHOLE


class ReturnsPolicyRule(models.Model):
    """The conditions of a rule; a field that is left empty asks for nothing."""

    _inherit = "returns.policy.rule"

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
    sealed = fields.Selection(
        YES_NO,
        "Still sealed",
        help="As the customer says when asking; from the inspection on, as the "
        "condition says in which the goods were found.",
    )
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
    stock_age_min = fields.Integer(
        "Days in stock from",
        help="Days for which the oldest unit of the product in the company's stock "
        "lies there. Not known while none is there.",
    )
    stock_age_max = fields.Integer("Days in stock up to")

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
