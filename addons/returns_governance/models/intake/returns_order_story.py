from markupsafe import Markup

from odoo import api, fields, models


class ReturnsOrder(models.Model):
    """The decision and the timeline of a return, as people read them."""

    _inherit = "returns.order"

    timeline = fields.Html(
        "What happened", compute="_compute_timeline", compute_sudo=True, sanitize=False
    )
    decision_words = fields.Html(
        compute="_compute_decision_words", compute_sudo=True, sanitize=False
    )

    @api.depends("event_ids")
    @api.depends_context("lang", "tz")
    def _compute_timeline(self):
        for order in self:
            order.timeline = order.event_ids._timeline() if order.event_ids else False

    @api.depends("line_ids.decision_id")
    @api.depends_context("lang")
    def _compute_decision_words(self):
        for order in self:
            blocks = [
                line._decision_block() for line in order.line_ids if line.decision_id
            ]
            order.decision_words = Markup("").join(blocks) if blocks else False
