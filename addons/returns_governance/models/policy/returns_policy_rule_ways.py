from odoo import fields, models

from ...const import ADVANCE_RULES

ADVANCE_DAYS = 14  # as engine.outcomes has it


class ReturnsPolicyRule(models.Model):
    """What a rule says of exchanges that go out first, and of goods that stay."""

    _inherit = "returns.policy.rule"

    advance = fields.Selection(
        ADVANCE_RULES,
        "Exchange is sent",
        help="An exchange or a replacement that is sent at once goes out as soon as "
        "the return is authorised. What was not sent back in time is charged, or a "
        "person is told; once.",
    )
    advance_days = fields.Integer(
        "Days to send back", help="From the day it was sent. 0: 14 days."
    )
    returnless_month_value = fields.Float(
        "Worth in a month at most",
        help="Of all cases of one customer in a month, with tax. 0: no limit.",
    )

    # --- for the engine ---------------------------------------------------------------
    def _given_advance(self, given):
        """How, and how long, are one decision."""
        if not self.advance:
            return {}
        return {
            given.key: self.advance,
            "advance_days": self.advance_days or ADVANCE_DAYS,
        }

    def _given_returnless(self, given):
        outcomes = super()._given_returnless(given)
        if outcomes:
            allowed = outcomes[given.key]
            outcomes["returnless_month_value"] = (
                self.returnless_month_value or None if allowed else None
            )
        return outcomes

    # --- words ------------------------------------------------------------------------
    def _advance_words(self):
        days = self.advance_days or ADVANCE_DAYS
        return {
            "none": self.env._("an exchange is sent when the refund would go"),
            "charge": self.env._(
                "an exchange is sent at once and charged if nothing comes back in "
                "%(days)s days",
                days=days,
            ),
            "escalate": self.env._(
                "an exchange is sent at once, and a person is told if nothing comes "
                "back in %(days)s days",
                days=days,
            ),
        }.get(self.advance)
