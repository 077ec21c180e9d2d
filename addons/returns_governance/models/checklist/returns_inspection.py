from odoo import fields, models


class ReturnsInspection(models.Model):
    """A finding, with what its checklist asked."""

    _inherit = "returns.inspection"

    answer_ids = fields.One2many("returns.inspection.answer", "inspection_id")
