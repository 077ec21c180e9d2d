from odoo import api, fields, models

from ...const import REPLAY_ANSWERS, REPLAY_EFFECTS, REPLAY_TIMINGS
from ...engine.past import effect, timing


class ReturnsPolicyReplayLine(models.Model):
    """One past return under two policies: what was decided, and what would be."""

    _name = "returns.policy.replay.line"
    _description = "Return in a replay"
    _inherit = ["returns.guarded"]
    _log_access = False
    _order = "effect desc, id"
    _rec_name = "order_id"
    _machine_fields = frozenset(
        {
            "answer_new",
            "answer_old",
            "approval_new",
            "approval_old",
            "days",
            "difference",
            "effect",
            "fees_new",
            "fees_old",
            "refund_new",
            "refund_old",
            "sentence_new",
            "sentence_old",
            "timing",
        }
    )

    replay_id = fields.Many2one(
        "returns.policy.replay", required=True, ondelete="cascade"
    )
    order_id = fields.Many2one(
        "returns.order", "Return", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    requested_at = fields.Datetime(related="order_id.requested_at")
    effect = fields.Selection(REPLAY_EFFECTS, "For the customer", required=True)
    answer_old = fields.Selection(REPLAY_ANSWERS, "Was")
    answer_new = fields.Selection(REPLAY_ANSWERS, "Would be")
    refund_old = fields.Monetary("Refund before")
    refund_new = fields.Monetary("Refund now")
    difference = fields.Monetary()
    fees_old = fields.Monetary("Fees before")
    fees_new = fields.Monetary("Fees now")
    timing = fields.Selection(REPLAY_TIMINGS, "Paid")
    days = fields.Float("Days later", digits=(16, 1), aggregator="avg")
    approval_old = fields.Boolean("Approval before")
    approval_new = fields.Boolean("Approval now")
    sentence_old = fields.Text("Decided by")
    sentence_new = fields.Text("Would be decided by")

    _replay_order_uniq = models.UniqueIndex("(replay_id, order_id)")

    @api.model
    def _kinds(self):
        """{figure of a replay: the lines behind it}."""
        return {
            "better_count": [("effect", "=", "better")],
            "worse_count": [("effect", "=", "worse")],
            "same_count": [("effect", "=", "same")],
            "accepted_count": [
                ("answer_old", "=", "refused"),
                ("answer_new", "!=", "refused"),
            ],
            "refused_count": [
                ("answer_old", "!=", "refused"),
                ("answer_new", "=", "refused"),
            ],
            "earlier_count": [("timing", "=", "earlier")],
            "later_count": [("timing", "=", "later")],
            "more_approvals": [
                ("approval_old", "=", False),
                ("approval_new", "=", True),
            ],
            "fewer_approvals": [
                ("approval_old", "=", True),
                ("approval_new", "=", False),
            ],
        }

    @api.model
    def _note(self, replay, rows):
        """Keep what ``returns.replay._compare`` found."""
        self._machine_create(
            [
                {
                    "replay_id": replay.id,
                    "order_id": order.id,
                    "company_id": order.company_id.id,
                    "currency_id": order.currency_id.id,
                    **self._values(old, new),
                    "sentence_old": old_words,
                    "sentence_new": new_words,
                }
                for order, old, new, old_words, new_words in rows
            ]
        )

    def _values(self, old, new):
        paid, days = timing(old, new)
        return {
            "effect": effect(old, new),
            "answer_old": old.word,
            "answer_new": new.word,
            "refund_old": float(old.refund),
            "refund_new": float(new.refund),
            "difference": float(new.refund - old.refund),
            "fees_old": float(old.fees),
            "fees_new": float(new.fees),
            "timing": paid,
            "days": days,
            "approval_old": old.approval,
            "approval_new": new.approval,
        }

    def action_open_return(self):
        """Open the return itself.

        :return: the action of its form
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "returns.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
