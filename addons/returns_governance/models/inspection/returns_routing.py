from odoo import fields, models


class ReturnsRouting(models.Model):
    """An inspected quantity given one disposition, with its stock move."""

    _name = "returns.routing"
    _description = "Routing of returned goods"
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
    inspection_id = fields.Many2one(
        "returns.inspection",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        related="inspection_id.product_id",
        store=True,
        index=True,
    )
    lot_id = fields.Many2one(related="inspection_id.lot_id", store=True)
    warehouse_id = fields.Many2one(
        related="inspection_id.warehouse_id",
        store=True,
        index=True,
    )
    condition_id = fields.Many2one(related="inspection_id.condition_id", store=True)
    quantity = fields.Float(
        digits="Product Unit",
        required=True,
        help="In the product's unit.",
    )
    disposition_id = fields.Many2one("returns.disposition", required=True, index=True)
    state_id = fields.Many2one(related="disposition_id.state_id", store=True)
    rule = fields.Char(help="Code of the policy's rule that gave it.")
    sentence = fields.Char("Why", help="The policy's reason in words.")
    overridden = fields.Boolean(help="Another disposition than the policy's.")
    reason = fields.Char(help="Why it was overridden, or why the row was wrong.")
    move_id = fields.Many2one("stock.move", "Stock move", index=True)
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    occurred_at = fields.Datetime(required=True, default=fields.Datetime.now)
    reverses_id = fields.Many2one("returns.routing", "Reverses", index=True)

    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL",
        "This routing is reversed already.",
    )
