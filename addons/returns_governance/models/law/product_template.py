from odoo import api, fields, models

from ...const import ARTICLE_16, UNSOLD_CODES, UNSOLD_KINDS
from .evidence import bind


class ProductTemplate(models.Model):
    """What the law says of a product: no right to withdraw, no destruction."""

    _inherit = "product.template"

    returns_article16 = fields.Selection(
        ARTICLE_16,
        "No right to withdraw",
        help="The exception of Art 16 Directive 2011/83/EU that the product falls "
        "under. It counts only with evidence; a defect is heard all the same.",
    )
    returns_article16_note = fields.Char(
        "Why it is excepted", help="In words that a customer can be told."
    )
    returns_article16_evidence_ids = fields.Many2many(
        "ir.attachment",
        "returns_article16_evidence_rel",
        "template_id",
        "attachment_id",
        "Evidence of the exception",
        bypass_search_access=True,
        help="Such as the offer with the customer's measures, or a photo of the seal.",
    )
    returns_unsold_kind = fields.Selection(
        UNSOLD_KINDS,
        "Under the ban of destruction",
        compute="_compute_returns_unsold_kind",
        store=True,
        help="From the product's category or its HS code.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        if any(vals.get("returns_article16_evidence_ids") for vals in vals_list):
            bind(templates, "returns_article16_evidence_ids")
        return templates

    def write(self, vals):
        result = super().write(vals)
        if "returns_article16_evidence_ids" in vals:
            bind(self, "returns_article16_evidence_ids")
        return result

    @api.depends("categ_id.returns_unsold_kind_all", "hs_code")
    def _compute_returns_unsold_kind(self):
        for template in self:
            template.returns_unsold_kind = (
                template.categ_id.returns_unsold_kind_all
                or template._unsold_kind_of_code()
            )

    def _unsold_kind_of_code(self):
        code = "".join(filter(str.isdigit, self.hs_code or ""))
        return next(
            (
                kind
                for kind, prefixes in UNSOLD_CODES.items()
                if code.startswith(prefixes)
            ),
            False,
        )

    def _returns_article16(self):
        """The exception that counts: with a reason and evidence, else none."""
        letter = self.returns_article16
        if not letter or not self.returns_article16_note:
            return None
        return letter if self.returns_article16_evidence_ids else None
