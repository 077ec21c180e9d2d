from odoo import api, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    state_reason = fields.Char(
        "Reason of the State Change",
        copy=False,
        help="Why these goods change their state. It goes into the stock ledger.",
    )

    @api.depends("origin")
    def _compute_reference(self):
        """A move of no transfer, such as an undo, is called by where it comes from:
        its entry in the books needs a name."""
        result = super()._compute_reference()
        for move in self.filtered(lambda move: not move.reference and move.origin):
            move.reference = move.origin
        return result

    def _update_reserved_quantity_vals(
        self,
        need,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        """Reserve nothing for a move that the guard would refuse in the end.

        Goods that may leave only because the customer owns them are reserved
        from what this customer owns.
        """
        allowed, owner = self._get_reservation_limit(location_id)
        if not allowed:
            return [], 0
        return super()._update_reserved_quantity_vals(
            need, location_id, lot_id, package_id, owner_id or owner, strict
        )

    def _get_reservation_limit(self, location):
        """Say whether this move may reserve at a place, and whose goods only.

        :param location: ``stock.location`` to reserve at
        :return: allowed or not, and an owner or ``None``
        :rtype: tuple[bool, res.partner | None]
        """
        self.ensure_one()
        # sudo: the places of a move that the user may reserve
        source, dest = location.sudo(), self.location_dest_id.sudo()
        if source.effective_state_id == dest.effective_state_id:
            return True, None
        if self.move_line_ids.state_reversed_line_id:
            return True, None
        transitions = self.env["inventory.state.transition"]
        if not transitions._match(self, source, dest, owned=False)[1]:
            return True, None
        owner = (
            self.restrict_partner_id or self.partner_id or self.picking_id.partner_id
        )
        if owner and not transitions._match(self, source, dest, owned=True)[1]:
            return True, owner
        return False, None

    def _prepare_state_reversal_vals(self, reason, quantities):
        """Values of the move that takes lines of this one back.

        To be extended by addons whose fields the reversal must or must not carry.

        :param str reason: why, for the ledger
        :param list[float] quantities: what is taken back, in the product's unit
        :rtype: dict
        """
        self.ensure_one()
        defaults = {
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": sum(quantities),
            "location_id": self.location_dest_id.id,
            "location_dest_id": self.location_id.id,
            "location_final_id": False,
            "picking_id": False,
            "picking_type_id": False,
            "rule_id": False,
            "procure_method": "make_to_stock",
            "move_line_ids": [],
            "move_orig_ids": [],
            "move_dest_ids": [],
            "origin_returned_move_id": self.id,
            "origin": self.env._(
                "Undo of %(name)s", name=self.reference or self.origin
            ),
            "state_reason": reason,
            "state": "confirmed",
        }
        return {**self.copy_data(defaults)[0], **defaults}
