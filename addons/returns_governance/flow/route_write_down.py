from odoo import models

from .write_down_goods import REROUTED, Rerouted


class ReturnsStepRoute(models.AbstractModel):
    """What is given a disposition is written down to what it still brings."""

    _inherit = "returns.step.route"

    def _route(self, entries):
        left = self.env["returns.routing"].union(
            *(entry["from"].from_id for entry in entries if entry.get("from"))
        )
        step = self.with_context(**{REROUTED: Rerouted(left)}) if left else self
        rows = super(ReturnsStepRoute, step)._route(entries)
        if rows:
            self.env["returns.step.write_down"].sudo()._assess(rows.with_env(self.env))
        return rows


class ReturnsStepApprove(models.AbstractModel):
    """A write-down is booked, or given up, after the last answer."""

    _inherit = "returns.step.approve"

    def _go_on(self, approvals):
        result = super()._go_on(approvals)
        refused = approvals.filtered(
            lambda row: row.kind == "write_down" and row.state == "refused"
        )
        if refused:
            self.env["returns.step.write_down"].sudo()._answered(refused)
        return result

    def _do_write_down(self, approval):
        self.env["returns.step.write_down"].sudo()._answered(approval)
