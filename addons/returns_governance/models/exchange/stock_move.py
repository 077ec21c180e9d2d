from odoo import api, fields, models

from ...guard import redeem, refuse


class StockMove(models.Model):
    """Goods that are held for a return leave when its release rule is met."""

    _inherit = "stock.move"

    returns_exchange_id = fields.Many2one(
        "returns.exchange",
        "Held for",
        index="btree_not_null",
        readonly=True,
        # A backorder, and the next move of a chain, hold the same goods.
        copy=True,
    )

    def write(self, vals):
        if "returns_exchange_id" not in vals:
            return super().write(vals)
        self, machine = redeem(self, "write", vals)
        if not machine:
            refuse(
                "GUARDED_FIELD",
                self.env._("Which return goods are held for follows from its steps."),
            )
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        if not self.returns_exchange_id:
            return super()._action_done(cancel_backorder=cancel_backorder)
        leaving = self.filtered(
            lambda move: (
                move.returns_exchange_id
                and move.location_dest_id.usage == "customer"
                and move.state not in ("done", "cancel")
                and move.picked
            )
        )
        leaving.returns_exchange_id._check_may_leave(leaving)
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if sent := leaving.filtered(lambda move: move.state == "done"):
            # sudo: the return goes on, whoever ships
            self.env["returns.exchange.goods"].sudo()._sent(sent.sudo())
        return done

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "returns_exchange_id"]


class StockRule(models.Model):
    """What is procured for a return stays known by it."""

    _inherit = "stock.rule"

    def _get_custom_move_fields(self):
        return [*super()._get_custom_move_fields(), "returns_exchange_id"]
