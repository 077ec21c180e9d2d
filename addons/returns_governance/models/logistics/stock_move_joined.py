from odoo import api, fields, models


class StockMove(models.Model):
    """Moves of Odoo's own return transfer that are the receipt of a return."""

    _inherit = "stock.move"

    returns_is_receipt = fields.Boolean(
        "Receipt of a return",
        readonly=True,
        copy=False,
        help="When the transfer is validated, the return has received these goods.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """Hook of core: what two returns wait for stays apart."""
        return [*super()._prepare_merge_moves_distinct_fields(), "returns_line_id"]

    def _prepare_move_split_vals(self, qty):
        """Hook of core: what comes later belongs to the same return."""
        vals = super()._prepare_move_split_vals(qty)
        if self.returns_is_receipt:
            vals.update(
                returns_line_id=self.returns_line_id.id, returns_is_receipt=True
            )
        return vals

    def _action_done(self, cancel_backorder=False):
        receipts = self.filtered(
            lambda m: m.returns_is_receipt and m.state not in ("done", "cancel")
        )
        if not receipts:
            return super()._action_done(cancel_backorder=cancel_backorder)
        step = self.env["returns.step.receive"]
        step._before_transfer(receipts)
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        step._after_transfer(receipts.filtered(lambda move: move.state == "done"))
        return moves
