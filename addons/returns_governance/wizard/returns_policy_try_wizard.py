from markupsafe import Markup

from odoo import api, fields, models

from ..const import CAUSE_CLASSES, RESOLUTIONS, YES_NO
from ..engine.disposition import dispose
from ..engine.eligibility import decide_line
from ..engine.facts import LineFacts
from ..engine.outcomes import plain

TYPED = ("value", "order_value", "days_since_delivery", "stock_age_days", "cost")
FLAGS = {"yes": True, "no": False}


class ReturnsPolicyTryWizard(models.TransientModel):
    """Try a version: an order line, or invented facts, give the decision at once.

    What is left empty is taken from the order line; without one it is not known, and
    meets no condition. Nothing is written.
    """

    _name = "returns.policy.try.wizard"
    _description = "Try a policy"

    version_id = fields.Many2one(
        "returns.policy.version", required=True, ondelete="cascade"
    )
    sale_line_id = fields.Many2one("sale.order.line", "Order line")
    quantity = fields.Float(digits="Product Unit", default=1.0)
    channel_id = fields.Many2one("returns.channel")
    country_id = fields.Many2one("res.country", "Delivered to")
    country_state_id = fields.Many2one("res.country.state", "State")
    product_id = fields.Many2one("product.product")
    category_id = fields.Many2one("product.category", "Category")
    segment_ids = fields.Many2many("res.partner.category", string="Customer tags")
    node_id = fields.Many2one("stock.warehouse", "Warehouse")
    reason_id = fields.Many2one("returns.reason", "Reason")
    reason_class = fields.Selection(CAUSE_CLASSES, "Root cause")
    condition_id = fields.Many2one("returns.condition", "Found in condition")
    resolution = fields.Selection(RESOLUTIONS, "Customer wants", default="refund")
    withdrawal = fields.Selection(YES_NO, default="no")
    on_sale = fields.Selection(YES_NO, "Sold at a discount")
    sealed = fields.Selection(YES_NO, "Still sealed")
    # Texts, since nothing typed is not the same as 0.
    value = fields.Char("Paid, with tax")
    order_value = fields.Char("Order, with tax")
    cost = fields.Char("Unit cost")
    days_since_delivery = fields.Char("Days since delivery")
    stock_age_days = fields.Char("Days in stock")
    result = fields.Html(compute="_compute_result", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        values.setdefault("version_id", self.env.context.get("active_id"))
        return values

    @api.depends(
        "version_id",
        "sale_line_id",
        "quantity",
        "channel_id",
        "country_id",
        "country_state_id",
        "product_id",
        "category_id",
        "segment_ids",
        "node_id",
        "reason_id",
        "reason_class",
        "condition_id",
        "resolution",
        "withdrawal",
        "on_sale",
        "sealed",
        *TYPED,
    )
    @api.depends_context("lang")
    def _compute_result(self):
        for dialog in self:
            dialog.result = dialog.version_id and dialog._try()

    def _try(self):
        """The decision as a person reads it."""
        version = self.version_id._origin
        version.check_access("read")
        book = version._rulebook()
        try:
            facts = self._facts(book)
        except ValueError:
            return Markup('<p class="text-danger">%s</p>') % self.env._(
                "Amounts and days are numbers, such as 49.90 or 14."
            )
        decision = decide_line(facts, book)
        # A virtual row, so that the trace is read as that of a real decision.
        row = self.env["returns.decision"].new(
            {
                "version_id": version.id,
                "order_id": self.env["returns.order"].new(
                    {"company_id": self._company().id}
                ),
                "trace": [plain(dict(entry)) for entry in decision.trace],
                "until": decision.until,
            }
        )
        return Markup("%s%s%s") % (
            self._verdict_words(decision),
            self._goods_words(facts, book),
            self.env["returns.trace"]._html(row),
        )

    def _verdict_words(self, decision):
        tone, icon, text = "success", "fa-check", self.env._("Taken back")
        if not decision.eligible:
            tone, icon, text = "danger", "fa-times", self.env._("Refused")
        elif decision.needs_approval:
            tone, icon = "warning", "fa-hand-paper-o"
            text = self.env._("Taken back, once it is approved")
        rules = {rule.code: rule for rule in self.version_id._origin.rule_ids}
        rule = rules.get(decision.rule)
        return Markup(
            '<div class="alert alert-%s"><i class="fa %s me-2"></i><strong>%s</strong>'
            '<div class="o_returns_try_rule">%s</div></div>'
        ) % (
            tone,
            icon,
            text,
            rule.sentence if rule else self.env._("No rule; by the defaults."),
        )

    def _goods_words(self, facts, book):
        """Where goods in the condition that was chosen go."""
        if not self.condition_id:
            return ""
        verdict = dispose(facts, rules=book)
        where = self.env["returns.policy.examine"]._named(
            "returns.disposition", verdict.code
        )
        if not verdict.code:
            where = self.env._("no rule says where")
        elif verdict.needs_human:
            where = self.env._("%s, which a person confirms", where)
        return Markup("<p><strong>%s</strong> %s</p>") % (
            self.env._("Goods found like this go to:"),
            where,
        )

    # --- facts ------------------------------------------------------------------------
    def _company(self):
        line = self.sale_line_id._origin
        return line.company_id or self.version_id.company_id or self.env.company

    def _facts(self, book):
        """The facts of the order line, with what was invented in their place."""
        known = self._facts_of_line(book)
        known.update(self._invented())
        return LineFacts(**known)

    def _facts_of_line(self, book):
        line = self.sale_line_id._origin
        if not line:
            return {"company": self._company().id, "quantity": self.quantity or 1.0}
        line.check_access("read")
        order = line.order_id
        spec = {
            "sale_line": line,
            "quantity": self.quantity or line.product_uom_qty,
            "reason": self.reason_id._origin,
            "resolution": self.resolution or None,
            "withdrawal": self.withdrawal == "yes",
            "sealed": self.sealed,
            "evidence": None,
            "condition": self.condition_id._origin,
            "channel": self.channel_id._origin or order.returns_channel_id,
            "company": order.company_id,
            "partner": order.partner_id,
            "node": self.node_id._origin,
            "now": fields.Datetime.now(),
        }
        return dict(self.env["returns.facts"]._of([spec], book.asked)[0].__dict__)

    def _invented(self):
        """What was typed, by the names of the facts."""
        product = self.product_id._origin
        category = self.category_id._origin or product.categ_id
        path = self.env["returns.policy.examine"]._path(category)
        state = self.country_state_id
        country = self.country_id or state.country_id
        found = {
            "channel": self.channel_id.code,
            "country": country.code,
            "country_state": state and f"{state.country_id.code}-{state.code}",
            "product": product.id,
            "categories": path,
            "tags": tuple(str(tag.id) for tag in product.all_product_tag_ids),
            "segment": tuple(str(tag.id) for tag in self.segment_ids._origin),
            "node": self.node_id._origin.id,
            "reason": self.reason_id.code,
            "reason_class": self.reason_class or self.reason_id.cause_class,
            "condition": self.condition_id.code,
            "excess_handling": self.condition_id.excess_handling or None,
            "resolution": self.resolution,
            "withdrawal": FLAGS.get(self.withdrawal),
            "on_sale": FLAGS.get(self.on_sale),
            "sealed": FLAGS.get(self.sealed or self.condition_id.sealed),
            **self._typed(),
        }
        flags = ("withdrawal", "on_sale", "sealed")
        return {
            name: value
            for name, value in found.items()
            if value or (name in flags and value is False) or name in self._typed()
        }

    def _typed(self):
        """The numbers that were typed; an empty text is no number."""
        found = {}
        for name in TYPED:
            text = (self[name] or "").strip().replace(",", ".")
            if text:
                whole = name in ("days_since_delivery", "stock_age_days")
                found[name] = int(text) if whole else float(text)
        return found
