from odoo import fields, models


class StockMove(models.Model):
    """The return that a stock move belongs to."""

    _inherit = "stock.move"

    returns_line_id = fields.Many2one(
        "returns.order.line",
        "Return line",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )

    def _push_apply(self):
        """Hook of core, which searches for push rules twice per move: returned goods
        that nothing waits for need none where no rule starts from their place."""
        return super(StockMove, self - self._without_push())._push_apply()

    def _without_push(self):
        """Moves of returns from whose place, or one above it, no push rule starts."""
        moves = self.filtered(
            lambda move: move.returns_line_id and not move.move_dest_ids
        )
        if not moves:
            return moves
        # sudo: a rule that the user cannot see is a reason to ask core, too
        rules = self.env["stock.rule"].sudo()
        places = moves.location_dest_id
        starts = rules.search(
            [
                ("location_src_id", "parent_of", places.ids),
                ("action", "in", ("push", "pull_push")),
            ]
        ).location_src_id
        pushed = places.filtered(
            lambda place: any(place._child_of(start) for start in starts)
        )
        return moves.filtered(lambda move: move.location_dest_id not in pushed)

    def _prepare_state_reversal_vals(self, reason, quantities):
        """A counter-move belongs to the same return, and undoes what it delivered."""
        vals = super()._prepare_state_reversal_vals(reason, quantities)
        if self.returns_line_id or self.sale_line_id:
            incoming = self.location_id.usage == "customer"
            vals.update(
                {
                    "returns_line_id": self.returns_line_id.id,
                    "sale_line_id": self.sale_line_id.id if incoming else False,
                    "origin_returned_move_id": self.id if incoming else False,
                    "to_refund": incoming,
                }
            )
        return vals
