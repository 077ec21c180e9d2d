from odoo import api, fields, models

from ...const import WRITE_DOWN_ENDS


class ReturnsWriteDownRelease(models.Model):
    """Units that left a write-down, with their share of the allowance.

    A negative one brings units back whose leaving was undone.
    """

    _name = "returns.write.down.release"
    _description = "Reversal of a write-down"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id desc"

    write_down_id = fields.Many2one(
        "returns.write.down",
        "Write-down",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="write_down_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(related="write_down_id.order_id", store=True, index=True)
    product_id = fields.Many2one(related="write_down_id.product_id", store=True)
    kind = fields.Selection(WRITE_DOWN_ENDS, "What became of them", required=True)
    quantity = fields.Float(
        digits="Product Unit", required=True, help="In the product's unit."
    )
    amount = fields.Monetary("Reversed")
    change_id = fields.Many2one(
        "inventory.state.change", "Stock ledger", index=True, ondelete="restrict"
    )
    # A plain link: the ledger shows the move to who may see it.
    move_line_id = fields.Many2one(related="change_id.move_line_id")
    next_id = fields.Many2one("returns.write.down", "Goes on as", index=True)
    reverses_id = fields.Many2one(
        "returns.write.down.release", "Undoes", index="btree_not_null"
    )
    reversal_ids = fields.One2many("returns.write.down.release", "reverses_id")
    to_post = fields.Boolean(index="btree_not_null")
    move_id = fields.Many2one(
        "account.move", "Entry", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    occurred_at = fields.Datetime("When", required=True, default=fields.Datetime.now)

    @api.depends("write_down_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            row.display_name = self.env._(
                "%(name)s: %(kind)s",
                name=row.write_down_id.display_name or "",
                kind=kinds.get(row.kind, ""),
            )

    def _kept_way(self):
        return self.env._(
            "It follows the goods: undo what moved them in the ledger of stock states, "
            "or press *Measure again* at the write-down."
        )

    def _quantity_out(self):
        """Units of it whose leaving was not undone."""
        return self.quantity + sum(self.reversal_ids.mapped("quantity"))

    def _amount_out(self):
        """The share of the allowance that goes with them."""
        return self.amount + sum(self.reversal_ids.mapped("amount"))
