from odoo import api, fields, models

from ...const import ROLLOUT_KPIS


class ReturnsRolloutFigure(models.Model):
    """A figure of the days before a phase began, beside the same figure since then."""

    _name = "returns.rollout.figure"
    _description = "Figure of the rollout"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "phase_id, id"
    _rec_name = "kpi"

    phase_id = fields.Many2one(
        "returns.rollout.phase", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="phase_id.company_id", store=True, index=True)
    kpi = fields.Selection(ROLLOUT_KPIS, "Figure", required=True)
    before = fields.Float("Stored before", digits=(16, 2), readonly=True)
    is_known = fields.Boolean(readonly=True)
    before_words = fields.Char("Before", compute="_compute_words")
    after_words = fields.Char("Since the start", compute="_compute_words")
    difference_words = fields.Char("Difference", compute="_compute_words")

    @api.depends("before", "is_known")
    @api.depends_context("lang")
    def _compute_words(self):
        for phase, figures in self.grouped("phase_id").items():
            measured = phase._figures_since()
            for figure in figures:
                before = figure.before if figure.is_known else None
                after = measured.get(figure.kpi)
                both = before is not None and after is not None
                figure.before_words = figure._say(before)
                figure.after_words = figure._say(after)
                figure.difference_words = figure._say(both and after - before, "+")

    def _say(self, value, sign=""):
        """The figure as people read it; a dash where nothing is known."""
        if value is None or value is False:
            return "–"
        words = self.env["returns.words"]
        if self.kpi == "refund_sum":
            text = words._money(self.company_id.currency_id, value)
        else:
            text = words._number(round(value, 1))
        return f"{sign}{text}" if value > 0 else text


class ReturnsRolloutPhase(models.Model):
    """Measures anew what has come since the phase began."""

    _inherit = "returns.rollout.phase"

    def _figures_since(self):
        if not self.started_at:
            return {}
        # What happened in this very second counts as well.
        end = self.closed_at or fields.Datetime.add(fields.Datetime.now(), seconds=1)
        # sudo: figures alone, for who may read the phase
        return (
            self.env["returns.rollout.kpi"].sudo()._measure(self, self.started_at, end)
        )
