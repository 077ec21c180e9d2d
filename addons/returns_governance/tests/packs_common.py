"""Goods that move in packs, as Odoo does it where ``stock.propagate_uom`` is set."""


class PacksCommon:
    """Mixed into a test class of returns."""

    def _returned_in_packs(self, packs=1.0, product=None):
        """Packs of six are sold at 300 and come back by Odoo's own button: the
        return."""
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        pack = self.env.ref("uom.product_uom_pack_6")
        more = {"product_uom_id": pack.id, "price_unit": 300.0}
        order = self._sell([(product or self.shirt, 2.0, more)])
        picking = order.picking_ids
        wizard = self.env["stock.return.picking"].with_context(
            active_id=picking.id, active_model=picking._name
        )
        reason = self.env.ref("returns_governance.reason_changed_mind")
        wizard = wizard.create(
            {"picking_id": picking.id, "returns_reason_id": reason.id}
        )
        wizard.product_return_moves.quantity = packs
        wizard.action_create_returns()
        for move in (order.picking_ids - picking).move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
            move.picking_id.button_validate()
        return order.order_line.returns_line_ids.order_id
