from odoo import fields, models

from ...const import (
    LABEL_MODES,
    POLICY_RULE_APPROVAL,
    POLICY_RULE_BONUS,
    POLICY_RULE_EVIDENCE,
    POLICY_RULE_EXPIRY,
    POLICY_RULE_FEE,
    POLICY_RULE_ROUTE_BY_HUMAN,
    POLICY_RULE_WINDOW,
    RELEASE_RULES,
    SHIPPING_RULES,
    YES_NO,
)
from ...engine.errors import EngineError
from .rule_fields import GIVEN, OFFERS

# The vendor's credit is not watched for yet, so no rule can wait for it.
RELEASE_CHOICES = [choice for choice in RELEASE_RULES if choice[0] != "vendor_credit"]
MEGABYTE = 1024 * 1024
# Rows that come with their rule are judged with it, when all of them are there.
ROWS = {"copy": True, "context": {"returns_with_rule": True}}


class ReturnsPolicyRule(models.Model):
    """The outcomes of a rule; a field that is left empty leaves it to the next rule."""

    _inherit = "returns.policy.rule"

    # --- permission -------------------------------------------------------------------
    eligible = fields.Selection(YES_NO, "May come back")
    window = fields.Selection(POLICY_RULE_WINDOW, "Window")
    window_days = fields.Integer("Days", help="The last day is in.")
    approval = fields.Selection(
        POLICY_RULE_APPROVAL,
        "Approval",
        help="A second person approves the return when what the customer gets, with "
        "tax and in the company's currency, is above the amount: the refund, and what "
        "was paid for goods that are replaced; by levels, the role of the highest "
        "level that it is above.",
    )
    approval_above = fields.Float("Approval above")
    level_ids = fields.One2many(
        "returns.policy.rule.level", "rule_id", "Levels of approval", **ROWS
    )
    evidence = fields.Selection(POLICY_RULE_EVIDENCE, "Evidence asked")
    evidence_images = fields.Integer("Photos at least", default=1)
    evidence_megabytes = fields.Float(
        "Megabytes at most", help="Of each photo. 0: any size."
    )
    evidence_ids = fields.One2many(
        "returns.policy.rule.evidence", "rule_id", "Files asked for", **ROWS
    )
    expiry = fields.Selection(POLICY_RULE_EXPIRY, "Return expires")
    expire_days = fields.Integer("Days to wait")

    # --- what the customer is offered -------------------------------------------------
    offer_refund = fields.Boolean("Refund")
    offer_exchange = fields.Boolean("Exchange")
    offer_store_credit = fields.Boolean("Store credit")
    offer_repair = fields.Boolean("Repair")
    offer_replacement = fields.Boolean("Replacement")
    exchange_bonus = fields.Selection(POLICY_RULE_BONUS, "Bonus on an exchange")
    exchange_percent = fields.Float("Percent on top of an exchange")
    credit_bonus = fields.Selection(POLICY_RULE_BONUS, "Bonus on store credit")
    credit_percent = fields.Float("Percent on top of store credit")
    returnless = fields.Selection(
        YES_NO, "Refund without the goods", help="The customer keeps them."
    )
    returnless_limit = fields.Float(
        "Worth at most", help="Of one case, with tax. 0: no limit."
    )
    returnless_per_month = fields.Integer(
        "Cases at most", help="Of one customer in a month. 0: no limit."
    )

    # --- money ------------------------------------------------------------------------
    release = fields.Selection(RELEASE_CHOICES, "Refund is released")
    refund_shipping = fields.Selection(SHIPPING_RULES, "Delivery paid is given back")
    fee = fields.Selection(POLICY_RULE_FEE, "Fees")
    fee_ids = fields.One2many(
        "returns.policy.rule.fee", "rule_id", "List of fees", **ROWS
    )
    deduction_ids = fields.One2many(
        "returns.policy.rule.deduction", "rule_id", "Deductions", **ROWS
    )

    # --- goods ------------------------------------------------------------------------
    label_mode = fields.Selection(LABEL_MODES, "Label")
    destination_id = fields.Many2one(
        "stock.warehouse",
        "Sent to",
        ondelete="restrict",
        help="Where the goods are expected; for returns of this warehouse's company.",
    )
    route_by_human = fields.Selection(
        POLICY_RULE_ROUTE_BY_HUMAN, "Who chooses where goods go"
    )
    disposition_ids = fields.One2many(
        "returns.policy.rule.disposition", "rule_id", "Where the goods go", **ROWS
    )
    supplier_reason = fields.Char(
        "Reason for the supplier",
        help="What a claim to the supplier gives as the reason. Empty: as the reason "
        "of the return says.",
    )

    # --- for the engine ---------------------------------------------------------------
    def _outcomes(self):
        """The outcomes that this rule sets, by the engine's keys."""
        self.ensure_one()
        found = {}
        for given in GIVEN:
            read = getattr(self, f"_given_{given.how}")
            found.update(read(given))
        return found

    def _rows(self, field):
        """The rows of a list that the rule says it has."""
        if not self[field]:
            label = self._fields[field]._description_string(self.env)
            raise EngineError("BAD_OUTCOME", self.env._("%s: the list is empty", label))
        return self[field]

    def _given_flag(self, given):
        value = self[given.field]
        return {given.key: value == "yes"} if value else {}

    def _given_choice(self, given):
        return {given.key: self[given.field]} if self[given.field] else {}

    def _given_record(self, given):
        """Named by its id as text, since a code can be used by two companies."""
        record = self[given.field]
        return {given.key: str(record.id)} if record else {}

    def _given_limit(self, given):
        choice = self[given.field]
        if not choice:
            return {}
        amount = self[given.amount] if choice == given.word else given.otherwise
        return {given.key: amount}

    def _given_approval(self, given):
        """The limit and the levels are one decision, so they are set together."""
        if not self.approval:
            return {}
        if self.approval != "levels":
            return {**self._given_limit(given), "approval_levels": ()}
        levels = [(row.above, row.role) for row in self._rows("level_ids")]
        lowest = min(above for above, _role in levels)
        return {given.key: lowest, "approval_levels": levels}

    def _given_evidence(self, given):
        if not self.evidence:
            return {}
        wanted = []
        if self.evidence == "images":
            wanted = [
                ("image", self.evidence_images, self._in_bytes(self.evidence_megabytes))
            ]
        elif self.evidence == "files":
            wanted = [
                (row.kind, row.count, self._in_bytes(row.megabytes))
                for row in self._rows("evidence_ids")
            ]
        return {given.key: wanted}

    def _in_bytes(self, megabytes):
        return round(megabytes * MEGABYTE) or None

    def _given_offers(self, given):
        offered = [code for field, code in OFFERS.items() if self[field]]
        return {given.key: offered} if offered else {}

    def _given_fees(self, given):
        if not self.fee:
            return {}
        rows = self._rows("fee_ids") if self.fee == "charged" else ()
        return {given.key: [(row.kind, row.amount, row.mode) for row in rows]}

    def _given_returnless(self, given):
        """Whether, and how far, are one decision too."""
        if not self.returnless:
            return {}
        allowed = self.returnless == "yes"
        return {
            given.key: allowed,
            "returnless_limit": self.returnless_limit or None if allowed else None,
            "returnless_per_month": (
                self.returnless_per_month or None if allowed else None
            ),
        }

    def _given_deductions(self, given):
        rows = self.deduction_ids
        return (
            {given.key: {row.condition_id.code: row.percent for row in rows}}
            if rows
            else {}
        )

    def _given_dispositions(self, given):
        bands = {}
        for row in self.disposition_ids:
            band = (
                row.value_min or None,
                row.value_below or None,
                row.disposition_id.code,
            )
            bands.setdefault(row.condition_id.code, []).append(band)
        return {given.key: bands} if bands else {}
