from odoo import models
from odoo.exceptions import UserError


class ReturnsStepApprove(models.AbstractModel):
    """The one place that goes on after the last answer to a question.

    A return is authorised or rejected. Any other step that asked is taken now, in the
    name of whoever asked for it, with what was asked and nothing else: the step asks
    again whether it needs an answer, and finds it. Where it cannot be taken any more,
    the answer stands and the approval says why.
    """

    _name = "returns.step.approve"
    _inherit = ["returns.step"]
    _description = "Step: approve"

    def _go_on(self, approvals):
        """Go on after these approvals were decided.

        Called by returns.approval, which has checked who may and the four eyes.
        """
        for kind, group in approvals.grouped("kind").items():
            if kind == "refund":
                self.env["returns.step.authorise"]._decided(group)
                continue
            work = getattr(self, f"_do_{kind}", None)
            for approval in group.filtered(lambda row: row.state == "approved"):
                if work:
                    self._try(work, approval)

    def _try(self, work, approval):
        """Take the step; its refusal is written down and undoes nothing else."""
        try:
            with self.env.cr.savepoint():
                work(approval)
                self.env.flush_all()
        except UserError as refusal:
            self.env.invalidate_all()
            words = self.env["returns.order"]._plain(refusal)
            approval._machine_write(
                {
                    "outcome": self.env._(
                        "Approved, but it could not be done: %(why)s", why=words
                    )
                }
            )
        else:
            approval._machine_write({"outcome": self.env._("Approved, and done.")})

    def _as_asked(self, records, approval):
        """``records`` as whoever asked sees them, with that person's own rights."""
        company = approval.company_id
        return records.with_user(approval.requested_by_id).with_context(
            allowed_company_ids=company.ids
        )

    def _do_release(self, approval):
        orders = self._as_asked(approval.order_id, approval)
        orders.action_release((approval.data or {}).get("reason") or approval.why)

    def _do_override(self, approval):
        self.env["returns.step.route"]._take_up(approval)

    def _do_write_off(self, approval):
        self.env["returns.step.route"]._take_up(approval)

    def _do_goodwill(self, approval):
        self._as_asked(approval.move_id, approval).action_post()

    def _do_pay(self, approval):
        payment = self._as_asked(approval.payment_id, approval)
        payment.action_post()
        payment._returns_settle_documents()
