from odoo import models

LAW_MODELS = ("returns.recall", "returns.customer.list")


class ReturnsReasonWizard(models.TransientModel):
    """Reasons that the law packs ask for: recalls, appeals, permissions to destroy."""

    _inherit = "returns.reason.wizard"

    def _records(self):
        model = self.env.context.get("active_model")
        if model in LAW_MODELS:  # what can be done to them says KINDS
            return self.env[model].browse(self._context_ids()).exists()
        return super()._records()

    def _question_lift(self, recalls):
        return self.env._(
            "Lift %(names)s? Its goods stay in quarantine until somebody moves them, "
            "and can be sold again from then on.",
            names=", ".join(recalls.mapped("display_name")),
        )

    def _do_lift(self, recalls):
        return recalls._lift(self.reason)

    def _question_appeal(self, entries):
        return self.env._(
            "What does %(names)s say against the block? A manager who did not make "
            "the entry decides.",
            names=", ".join(entries.mapped("display_name")),
        )

    def _do_appeal(self, entries):
        return entries._appeal(self.reason)

    def _question_uphold(self, entries):
        return self.env._(
            "Let the block of %(names)s stand? Your name and your reason are kept.",
            names=", ".join(entries.mapped("display_name")),
        )

    def _do_uphold(self, entries):
        return entries._decide_appeal("upheld", self.reason)

    def _question_overturn(self, entries):
        return self.env._(
            "End the block of %(names)s from now on? Your name and your reason are "
            "kept.",
            names=", ".join(entries.mapped("display_name")),
        )

    def _do_overturn(self, entries):
        return entries._decide_appeal("overturned", self.reason)

    def _question_approve(self, approvals):
        permissions = approvals.filtered("destruction_id")
        if not permissions:
            return super()._question_approve(approvals)
        return self.env._(
            "Approve: %(what)s? The goods may then be destroyed. Look at the evidence "
            "first.",
            what=", ".join(permissions.mapped("display_name")),
        )

    def _question_refuse(self, approvals):
        permissions = approvals.filtered("destruction_id")
        if not permissions:
            return super()._question_refuse(approvals)
        return self.env._(
            "Refuse: %(what)s? The goods may then not be destroyed.",
            what=", ".join(permissions.mapped("display_name")),
        )
