from odoo import api, fields, models

from ...const import FINDING_KINDS


class ReturnsEventFinding(models.Model):
    """What was changed behind the system's back: which return, which event."""

    _name = "returns.event.finding"
    _description = "Finding of a check of the audit trail"
    _order = "id"

    check_id = fields.Many2one(
        "returns.event.check", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", index=True)
    kind = fields.Selection(FINDING_KINDS, "What was done", required=True)
    subject = fields.Char("Where", required=True)
    number = fields.Integer("Event no.")
    order_id = fields.Many2one("returns.order", "Return", ondelete="set null")
    event_id = fields.Many2one("returns.event", ondelete="set null")
    model = fields.Char(help="Of another record than a return.")
    res_id = fields.Many2oneReference(model_field="model")
    sentence = fields.Char("What it says now", related="event_id.sentence")
    at = fields.Datetime("When, as it says", related="event_id.at")

    @api.depends("kind", "subject", "number", "order_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for finding in self:
            what = kinds.get(finding.kind, "").lower()
            if finding.order_id:
                finding.display_name = self.env._(
                    "%(return)s, event %(number)s: %(what)s",
                    **{
                        "return": finding.subject,
                        "number": finding.number,
                        "what": what,
                    },
                )
            else:
                finding.display_name = f"{finding.subject}: {what}"

    @api.model
    def _note(self, check, findings):
        """Keep what ``returns.event.scan`` found."""
        orders = self.env["returns.order"].browse(
            {finding["order_id"] for finding in findings if finding["order_id"]}
        )
        there = set(orders.exists().ids)
        self.create(
            [
                {
                    "check_id": check.id,
                    "company_id": finding["company_id"],
                    "kind": finding["kind"],
                    "subject": finding["return"],
                    "number": finding["number"],
                    "order_id": finding["order_id"] in there and finding["order_id"],
                    "event_id": finding["event_id"],
                    "model": finding.get("model"),
                    "res_id": finding.get("res_id"),
                }
                for finding in findings
            ]
        )

    def action_open(self):
        """Open the return that was tampered with, or the other record.

        :return: the action of its form
        """
        self.ensure_one()
        if self.order_id:
            model, res_id = "returns.order", self.order_id.id
        else:
            model, res_id = (
                self.model or self.check_id._name,
                self.res_id or (self.check_id.id),
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [(False, "form")],
            "target": "current",
        }
