from odoo import api, fields, models

from .rule_fields import CONDITION_FIELDS, OUTCOME_FIELDS, PART_FIELDS


class ReturnsPolicyRule(models.Model):
    """Why a rule stands where it stands, and what of it is not acted on yet."""

    _inherit = "returns.policy.rule"

    why_here = fields.Char("Why here", compute="_compute_why_here", compute_sudo=True)
    told_only = fields.Char(compute="_compute_told_only", compute_sudo=True)

    @api.depends(*CONDITION_FIELDS, "category_ids.parent_path", "priority")
    @api.depends_context("lang")
    def _compute_why_here(self):
        for rule in self:
            said = [words for words in rule._place_words() if words]
            rule.why_here = ", ".join(said) or self.env._(
                "asks for nothing, so every other rule comes before it"
            )

    def _place_words(self):
        """What makes the rule strong, in the order in which it counts."""
        _product, depth, _tags, exact, narrow = self._strength()
        yield self.env._("names products") if self.product_ids else ""
        if self.category_ids:
            yield self.env._("names a category of level %(depth)s", depth=depth)
        yield self.env._("names product tags") if self.tag_ids else ""
        if exact:
            yield self.env._("conditions that name values: %(count)s", count=exact)
        if narrow:
            yield self.env._("ranges: %(count)s", count=narrow)
        if self.priority:
            yield self.env._("priority %(number)s", number=self.priority)

    @api.depends(*OUTCOME_FIELDS, *PART_FIELDS)
    @api.depends_context("lang")
    def _compute_told_only(self):
        for rule in self:
            names = ", ".join(words for words in rule._not_acted_on() if words)
            rule.told_only = names and self.env._(
                "Decided and told, but not acted on yet: %(names)s.", names=names
            )

    def _not_acted_on(self):
        """What the rule gives and no step does yet. No silent lie: it is said."""
        built = self.env["returns.order.line"]._resolutions_built()
        if self.credit_bonus == "percent" and "store_credit" not in built:
            yield self.env._("store credit is not given without its addon")


class ReturnsPolicyVersion(models.Model):
    """What of a version is decided and told, but not acted on yet."""

    _inherit = "returns.policy.version"

    told_only = fields.Char(compute="_compute_told_only", compute_sudo=True)

    @api.depends("rule_ids.told_only")
    @api.depends_context("lang")
    def _compute_told_only(self):
        for version in self:
            rules = version.rule_ids
            names = dict.fromkeys(words for r in rules for words in r._not_acted_on())
            said = ", ".join(filter(None, names))
            version.told_only = said and self.env._(
                "Decided and told, but not acted on yet: %(names)s.", names=said
            )
