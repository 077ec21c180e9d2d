from odoo import fields, models


class ReturnsOrder(models.Model):
    """A return, with what the checklists of its inspections asked."""

    _inherit = "returns.order"

    answer_ids = fields.One2many("returns.inspection.answer", "order_id", "Answers")
