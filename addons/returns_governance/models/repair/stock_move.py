from odoo import api, fields, models

from ...guard import redeem, refuse

GUARDED = {"returns_send_back_id", "returns_passed_receipt_id"}


class StockMove(models.Model):
    """Goods of a customer that go back, or that became the company's."""

    _inherit = "stock.move"

    returns_send_back_id = fields.Many2one(
        "returns.routing",
        "Sends back",
        index="btree_not_null",
        readonly=True,
        # A backorder sends back the rest of the same goods.
        copy=True,
    )
    returns_passed_receipt_id = fields.Many2one(
        "returns.receipt",
        "Passes the ownership of",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # What sends goods back is held to them when it is done; a backorder of whoever
        # ships carries it on.
        if not self.env.su and moves.returns_passed_receipt_id:
            self._refuse_repair_field()
        return moves

    def write(self, vals):
        if not GUARDED & vals.keys():
            return super().write(vals)
        self, machine = redeem(self, "write", vals)
        if not machine:
            self._refuse_repair_field()
        return super().write(vals)

    def _refuse_repair_field(self):
        refuse(
            "GUARDED_FIELD",
            self.env._("Which goods of a customer a move carries follows from steps."),
        )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [
            *super()._prepare_merge_moves_distinct_fields(),
            "returns_send_back_id",
        ]

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        """Take the customer's own goods, of the very lot that came for repair."""
        # sudo: who reserves need not see the return behind
        if row := self.sudo().returns_send_back_id:
            lot_id = lot_id or row.lot_id
            owner_id = owner_id or self.restrict_partner_id
        return super()._update_reserved_quantity_vals(
            need, location_id, lot_id, package_id, owner_id, strict
        )

    def _action_done(self, cancel_backorder=False):
        if not self.returns_send_back_id:
            return super()._action_done(cancel_backorder=cancel_backorder)
        leaving = self.filtered(
            lambda move: (
                move.returns_send_back_id
                and move.state not in ("done", "cancel")
                and move.picked
            )
        )
        leaving._check_send_back()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if sent := leaving.filtered(lambda move: move.state == "done"):
            # sudo: the return goes on, whoever ships
            self.env["returns.send.back"].sudo()._sent(sent.sudo())
        return done

    def _check_send_back(self):
        """Refuse to hand over anything but the customer's own goods."""
        # sudo: as above
        for row, moves in self.sudo().grouped("returns_send_back_id").items():
            unit = row.product_id.uom_id
            asked = sum(moves.move_line_ids.mapped("quantity_product_uom"))
            lines = moves.move_line_ids.filtered("quantity")
            whose = moves.restrict_partner_id
            if (
                any(item.owner_id != whose for item in lines)
                or any(item.lot_id != row.lot_id for item in lines)
                or unit.compare(asked, row._quantity_to_send_back()) > 0
            ):
                refuse(
                    "UNDER_REPAIR",
                    self.env._(
                        "%(name)s sends %(product)s back to %(customer)s, whose goods "
                        "they are: %(left)g of it, and nothing else. Press "
                        "Check availability to take them.",
                        name=row.order_id.name,
                        product=" ".join(
                            filter(None, [row.product_id.display_name, row.lot_id.name])
                        ),
                        customer=whose.display_name,
                        left=row._quantity_to_send_back(),
                    ),
                )
