from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import BULK_OUTCOME


class ReturnsBulkResult(models.TransientModel):
    """What became of each of many: done, or refused with its reason."""

    _name = "returns.bulk.result"
    _description = "Results"

    title = fields.Char(readonly=True)
    summary = fields.Char(compute="_compute_summary")
    refused = fields.Integer(compute="_compute_summary")
    line_ids = fields.One2many("returns.bulk.result.line", "result_id", readonly=True)

    @api.depends("line_ids.outcome")
    @api.depends_context("lang")
    def _compute_summary(self):
        for result in self:
            refused = result.line_ids.filtered(lambda line: line.outcome == "refused")
            result.refused = count = len(refused)
            done = len(result.line_ids) - count
            result.summary = (
                self.env._(
                    "%(done)s done, %(refused)s refused", done=done, refused=count
                )
                if refused
                else self.env._("All %(done)s done", done=done)
            )


class ReturnsBulkResultLine(models.TransientModel):
    """The result of one record."""

    _name = "returns.bulk.result.line"
    _description = "Result of one"
    _order = "sequence, id"

    result_id = fields.Many2one(
        "returns.bulk.result",
        "Of",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer()
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    name = fields.Char("What", readonly=True)
    outcome = fields.Selection(BULK_OUTCOME, "Result", readonly=True)
    reason = fields.Char("Because", readonly=True)

    def action_open(self):
        """Open what the result is about, with the reader's own rights."""
        self.ensure_one()
        model = self.res_model
        if not model.startswith("returns.") or model not in self.env:
            raise UserError(self.env._("There is nothing to open."))
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "target": "current",
        }
