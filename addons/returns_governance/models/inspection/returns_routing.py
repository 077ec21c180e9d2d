from odoo import api, fields, models


class ReturnsRouting(models.Model):
    """An inspected quantity given one disposition, with its stock move.

    Units that are sent on to another disposition are two rows more: one that takes
    them out of the row that they leave (``from_id``), with a negative quantity and no
    move, and one that comes from it and gives them the new disposition.
    """

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
    reversed_by_ids = fields.One2many("returns.routing", "reverses_id")
    from_id = fields.Many2one("returns.routing", "Sent on from", index="btree_not_null")
    onward_ids = fields.One2many("returns.routing", "from_id", "Sent on as")
    quantity_here = fields.Float(
        "Still there",
        compute="_compute_quantity_here",
        digits="Product Unit",
        help="Units that this routing put in place and none sent on, in the product's "
        "unit.",
    )

    _reverses_uniq = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL",
        "This routing is reversed already.",
    )

    @api.depends("quantity", "reversed_by_ids", "onward_ids.quantity")
    def _compute_quantity_here(self):
        for row in self:
            row.quantity_here = row._quantity_here()

    def _quantity_here(self):
        """Units that are where this row put them; none of a corrected one."""
        self.ensure_one()
        if self.quantity <= 0 or self.reverses_id or self.reversed_by_ids:
            return 0.0
        return self.quantity + sum(self.onward_ids.mapped("quantity"))

    def _other_half(self):
        """Of the two rows of each hop, those that are not in ``self``."""
        hops = self.filtered(lambda row: row.from_id and not row.reverses_id)
        arriving = hops.filtered(lambda row: row.quantity > 0)
        leaving = hops - arriving
        return (arriving.from_id | leaving.onward_ids) - self

    def _last_hops(self):
        """The rows of ``self`` from which no other one of ``self`` sent units on.

        The two rows of a hop are one step: the leaving one is not left by the arriving.
        """
        left = self.filtered(lambda row: row.quantity < 0).from_id
        return self - left
