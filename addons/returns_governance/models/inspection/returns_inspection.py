from odoo import fields, models


class ReturnsInspection(models.Model):
    """A received quantity found in one condition."""

    _name = "returns.inspection"
    _description = "Finding of an inspection"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one(
        "returns.order",
        "Return",
        required=True,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one("returns.order.line", ondelete="cascade", index=True)
    receipt_id = fields.Many2one(
        "returns.receipt",
        required=True,
        index=True,
        ondelete="cascade",
        help="The receipt whose units were looked at.",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        related="receipt_id.product_id", store=True, index=True
    )
    lot_id = fields.Many2one(related="receipt_id.lot_id", store=True)
    warehouse_id = fields.Many2one(
        related="receipt_id.warehouse_id", store=True, index=True
    )
    inspection_ref = fields.Char("Reference", index=True)
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        help="In the product's unit.",
    )
    condition_id = fields.Many2one("returns.condition", required=True, index=True)
    # A disposition asked for by the inspector; who may is checked by flow/inspect.py.
    wanted_disposition_id = fields.Many2one("returns.disposition")
    wanted_reason = fields.Char(help="Why another disposition than the policy's.")
    checklist = fields.Json(help="Answers by code of the question.")
    note = fields.Text()
    photo_ids = fields.Many2many(
        "ir.attachment",
        "returns_inspection_photo_rel",
        "inspection_id",
        "attachment_id",
        string="Photos",
        bypass_search_access=True,
    )
    routing_ids = fields.One2many("returns.routing", "inspection_id")
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    occurred_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reverses_id = fields.Many2one("returns.inspection", "Reverses", index=True)
    reversed_by_ids = fields.One2many("returns.inspection", "reverses_id")
    reason = fields.Char(help="Why the row it reverses was wrong.")

    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL",
        "This finding is reversed already.",
    )

    def _quantity_to_route(self):
        """Units found and not yet given a disposition; none for a corrected row."""
        self.ensure_one()
        if self.reverses_id or self.reversed_by_ids:
            return 0.0
        return self.quantity - sum(self.routing_ids.mapped("quantity"))
