from markupsafe import Markup

from odoo import models

from ...const import CAUSE_CLASSES
from ...engine.cases import World
from ...engine.coverage import MUST, examine
from .rule_fields import LISTS

ROW = Markup(
    '<li class="list-group-item"><div><i class="fa %s me-2" title="%s"></i>%s</div>'
    '<div class="text-muted">%s</div><div>%s</div></li>'
)
LINK = Markup('<a href="/odoo/return-policy-rules/%s">%s</a>')


class ReturnsPolicyExamine(models.AbstractModel):
    """Reads to people what ``engine.coverage`` finds in the rules of a version."""

    _name = "returns.policy.examine"
    _description = "Examination of policy rules"

    def _html(self, version):
        """What a person should look at, each with an example and the way out.

        :param version: a ``returns.policy.version`` that the user can read
        :rtype: Markup
        """
        version.check_access("read")
        # sudo: what decides is the whole policy; who reads a version reads its rules
        version = version.sudo()
        rules = version._whole_rules()
        must = [*MUST, *(f"dispositions:{code}" for code in self._conditions())]
        findings = examine(rules._to_engine(), self._world(version, rules), must)
        by_code = {rule.code: rule for rule in rules}
        rows = [self._row(finding, by_code) for finding in findings]
        unsure = findings.unsure and self.env._(
            "There are so many rules that some questions were not settled; what is "
            "not certain is not listed."
        )
        return Markup('%s<ul class="list-group">%s</ul>%s') % (
            Markup("") if rows else self._nothing(),
            Markup("").join(rows),
            Markup('<p class="text-muted">%s</p>') % unsure if unsure else "",
        )

    def _nothing(self):
        return Markup(
            '<p><i class="fa fa-check text-success me-2" title="Good"></i>%s</p>'
        ) % self.env._(
            "Every rule can win, no two contradict each other, and every case has a "
            "rule for what has to be decided."
        )

    def _conditions(self):
        return self.env["returns.condition"].search([]).mapped("code")

    # --- the world --------------------------------------------------------------------
    def _world(self, version, rules):
        """What is known of the values beside the rules (engine.cases.World)."""
        channels = version.policy_id.channel_ids or self._all("returns.channel")
        companies = version.company_id or self._all("res.company")
        nodes = self._all("stock.warehouse").filtered(
            lambda node: node.company_id in companies
        )
        reasons = self._all("returns.reason") | rules.reason_ids
        products = rules.product_ids
        return World(
            values={
                "channel": tuple(channels.mapped("code")),
                "company": tuple(companies.ids),
                "node": tuple(nodes.ids),
                "reason": tuple(reasons.mapped("code")),
                "reason_class": tuple(key for key, _label in CAUSE_CLASSES),
                "condition": tuple(self._conditions()),
                "resolution": self.env["returns.order.line"]._resolutions_built(),
            },
            paths={path[0]: path for path in map(self._path, rules.category_ids)},
            implied={
                ("product", "categories"): {
                    product.id: self._path(product.categ_id) for product in products
                },
                ("country_state", "country"): {
                    f"{s.country_id.code}-{s.code}": s.country_id.code
                    for s in rules.country_state_ids
                },
                ("reason", "reason_class"): {r.code: r.cause_class for r in reasons},
                ("node", "company"): {
                    node.id: node.company_id.id for node in nodes | rules.node_ids
                },
            },
            tags={
                product.id: tuple(str(tag.id) for tag in product.all_product_tag_ids)
                for product in products
            },
        )

    def _all(self, model):
        # sudo: what decides looks at all records, whoever reads the findings
        return self.env[model].sudo().search([])

    def _path(self, category):
        return tuple(reversed((category.parent_path or "").split("/")[:-1]))

    # --- words ------------------------------------------------------------------------
    def _row(self, finding, rules):
        text, advice, icon, title = {
            "dead": self._dead_words,
            "clash": self._clash_words,
            "gap": self._gap_words,
        }[finding.kind](finding, rules)
        case = finding.facts and self._case_words(finding, rules.values())
        return ROW % (
            icon,
            title,
            text,
            self.env._("Example: %s", case) if case else "",
            advice,
        )

    def _link(self, code, rules):
        rule = rules[code]
        return LINK % (rule.id, rule.name or rule.code)

    def _what(self, key):
        """What is decided, in words; a disposition with its condition."""
        name, _colon, entry = key.partition(":")
        words = self.env["returns.trace"]._keys([name])
        if not entry:
            return words
        condition = self._named("returns.condition", entry)
        return self.env._(
            "%(what)s found as %(condition)s", what=words, condition=condition
        )

    def _named(self, model, code):
        Model = self.env[model].with_context(active_test=False)
        return Model.search([("code", "=", code)], limit=1).display_name or code

    def _dead_words(self, finding, rules):
        rule = self._link(finding.rule, rules)
        title = self.env._("Never wins")
        if not finding.key:
            text = self.env._("%s asks for something, but gives nothing.", rule)
            advice = self.env._("Say what it gives, or remove it.")
        elif finding.others:
            text = self.env._(
                "%(rule)s can never win: in every case that it fits, stronger rules "
                "give what it gives. Here it is %(winner)s.",
                rule=rule,
                winner=self._link(finding.others[0], rules),
            )
            advice = self.env._("Make it more specific, or remove it.")
        else:
            text = self.env._(
                "%s never fits: no return can meet all that it asks for by the time at "
                "which this is decided.",
                rule,
            )
            advice = self.env._(
                "What was found is known only after the inspection; a product has one "
                "category. Take a condition away, or remove the rule."
            )
        return text, advice, "fa-ban text-danger", title

    def _clash_words(self, finding, rules):
        text = self.env._(
            "%(rule)s and %(other)s contradict each other on %(what)s. They are "
            "equally strong, so that only the alphabet lets the first one win.",
            rule=self._link(finding.rule, rules),
            other=self._link(finding.others[0], rules),
            what=self._what(finding.key),
        )
        advice = self.env._("Give one of them the greater priority.")
        return text, advice, "fa-exchange text-warning", self.env._("Contradiction")

    def _gap_words(self, finding, rules):
        text = self.env._("No rule decides %s here.", self._what(finding.key))
        advice = self.env._("Add a rule for it, best one that asks for nothing.")
        title = self.env._("Not covered")
        return text, advice, "fa-question-circle text-warning", title

    # --- the example ------------------------------------------------------------------
    def _case_words(self, finding, rules):
        """The example's facts that matter, as people write them."""
        labels = self._fact_labels()
        said = [
            f"{labels[fact]}: {self._fact_words(fact, finding.facts, rules)}"
            for fact in labels
            if fact in finding.told
        ]
        return ", ".join(said) or self.env._("any return")

    def _fact_labels(self):
        return {
            "channel": self.env._("Channel"),
            "company": self.env._("Company"),
            "country": self.env._("Country"),
            "country_state": self.env._("State"),
            "product": self.env._("Product"),
            "categories": self.env._("Category"),
            "tags": self.env._("Product tags"),
            "segment": self.env._("Customer tags"),
            "reason": self.env._("Reason"),
            "reason_class": self.env._("Root cause"),
            "resolution": self.env._("Wants"),
            "withdrawal": self.env._("Withdrawal"),
            "condition": self.env._("Found in condition"),
            "node": self.env._("Warehouse"),
            "value": self.env._("Value"),
            "order_value": self.env._("Order"),
            "cost": self.env._("Unit cost"),
            "days_since_delivery": self.env._("Days since delivery"),
            "order_date": self.env._("Ordered"),
            "delivered_date": self.env._("Delivered"),
            "stock_age_days": self.env._("Days in stock"),
            "sealed": self.env._("Still sealed"),
            "on_sale": self.env._("Sold at a discount"),
        }

    def _fact_words(self, fact, facts, rules):
        value = getattr(facts, fact)
        if value is None:
            return self.env._("not known")
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if fact in ("value", "order_value", "cost"):
            return next(iter(rules))._money(float(value))
        if fact in ("order_date", "delivered_date"):
            return next(iter(rules))._date(value)
        if fact in ("reason_class", "resolution"):
            field = self.env["returns.policy.rule"]._fields[fact]
            return dict(field._description_selection(self.env)).get(value, value)
        if isinstance(value, tuple):
            value = value[:1] if fact == "categories" else value
            names = [self._record_name(fact, item, rules) for item in value]
            return ", ".join(names) or self.env._("none of those named")
        if fact in ("days_since_delivery", "stock_age_days"):
            return str(value)
        return self._record_name(fact, value, rules)

    def _record_name(self, fact, value, rules):
        """The name of what rules ask for by this value; *any other* for the rest."""
        field, convert = next(
            (name, convert)
            for name, (known, _op, convert) in LISTS.items()
            if known == fact
        )
        named = self.env["returns.policy.rule"].union(*rules)[field]
        model = named._name
        if model in ("returns.channel", "returns.reason", "returns.condition"):
            named |= self._all(model)
        for record in named:
            if convert(record) == (value,):
                return record.display_name
        return self.env._("any other")
