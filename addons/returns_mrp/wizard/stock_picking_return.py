from odoo import models

from odoo.addons.returns_governance.guard import refuse


class StockReturnPicking(models.TransientModel):
    """Odoo's own *Return* on the delivery of a kit: the kit is asked back on its
    return, since its parts are refunded together."""

    _inherit = "stock.return.picking"

    def _create_return(self):
        for line in self.product_return_moves:
            if not line.uom_id.is_zero(line.quantity):
                self._check_no_kit(line)
        return super()._create_return()

    def _check_no_kit(self, line):
        # sudo: who moves goods need not read orders and bills of materials
        move = line.move_id.sudo()
        sale_line = move.sale_line_id
        if (
            sale_line
            and line.to_refund
            and move.state == "done"
            and move.location_dest_id.usage == "customer"
            and move.product_id != sale_line.product_id
            and move.bom_line_id.bom_id.type == "phantom"
            and self.env["returns.rollout"]._is_governed(sale_line)
        ):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(order)s, %(part)s is a part of %(kit)s, which is returned as a "
                    "kit: press Return on the order, and receive there what came. "
                    "Parts that change nothing on the order (*Update quantities on "
                    "SO/PO* off) come back here.",
                    order=sale_line.order_id.name,
                    part=move.product_id.display_name,
                    kit=sale_line.product_id.display_name,
                ),
            )
