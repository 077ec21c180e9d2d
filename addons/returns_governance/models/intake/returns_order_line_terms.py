from odoo import api, fields, models

from ...const import RESOLUTIONS, YES_NO


class ReturnsOrder(models.Model):
    """Whether any line of a return is asked for evidence, or has some."""

    _inherit = "returns.order"

    asks_evidence = fields.Boolean(compute="_compute_asks_evidence")

    @api.depends("line_ids.evidence_asked", "line_ids.evidence_ids", "case_state")
    def _compute_asks_evidence(self):
        for order in self:
            order.asks_evidence = order.case_state == "draft" or any(
                line.evidence_asked or line.evidence_ids for line in order.line_ids
            )


class ReturnsOrderLine(models.Model):
    """What the policy offers and asks for while a return is written down."""

    _inherit = "returns.order.line"

    sealed = fields.Selection(
        YES_NO, "Still sealed", help="As the customer says; rules can ask for it."
    )
    supplier_reason = fields.Char(
        "Reason for the supplier",
        help="What a claim to the supplier gives as the reason. Filled in by the "
        "policy, or by the reason of the return; it can be changed.",
    )
    offered = fields.Char(
        compute="_compute_terms",
        compute_sudo=True,
        help="The resolutions that the policy offers for this line.",
    )
    evidence_asked = fields.Char(
        "Asked for", compute="_compute_terms", compute_sudo=True
    )

    def write(self, vals):
        if "sealed" in vals:
            self._check_draft()
        return super().write(vals)

    @api.depends(
        "reason_id",
        "quantity",
        "sealed",
        "case_state",
        "sold_line_id",
        "order_id.channel_id",
        "order_id.company_id",
        "order_id.withdrawal",
        "order_id.warehouse_id",
    )
    @api.depends_context("lang")
    def _compute_terms(self):
        drafts = self.filtered(
            lambda line: (
                line.case_state == "draft" and line.sold_line_id and line.quantity > 0
            )
        )
        for line in self - drafts:
            line.offered = ",".join(code for code, _label in RESOLUTIONS)
            line.evidence_asked = ""
        groups = drafts.grouped(
            lambda line: (line.order_id.company_id, line.order_id.channel_id)
        )
        for (company, channel), lines in groups.items():
            decisions = lines._decide_as_typed(company._origin, channel._origin)
            for line, decision in zip(lines, decisions, strict=True):
                line.offered = line._offered(decision)
                wanted = decision.outcomes["evidence"] if decision else ()
                line.evidence_asked = self.env["returns.terms"]._evidence_words(wanted)

    def _decide_as_typed(self, company, channel):
        """What the policy in force says of lines as they stand on the screen."""
        version = self.env["returns.policy"]._for_return(company, channel)
        if not version:
            return [None] * len(self)
        specs = self.env["returns.step.authorise"]._specs(self)
        for spec in specs:
            for name, value in spec.items():
                if isinstance(value, models.BaseModel):
                    spec[name] = value._origin
            spec.update(resolution=None, evidence=None)
        return version._decide(specs)

    def _offered(self, decision):
        """The codes of what can be wished for; all that is built without a policy."""
        built = self._resolutions_built()
        given = decision.outcomes["resolutions"] if decision else built
        offered = [code for code in built if code in given]
        return ",".join(offered or ["refund"])
