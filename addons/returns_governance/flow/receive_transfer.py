from odoo import models

from ..guard import refuse


class ReturnsStepReceive(models.AbstractModel):
    """Step 4 by Odoo's own transfer: what it brings in is the receipt of a return.

    The transfer moves the goods itself; the step matches what came with the return,
    appends the rows and raises what does not fit, as for any parcel.
    """

    _inherit = "returns.step.receive"

    def _before_transfer(self, moves):
        """Check the right and the place before the goods move."""
        self._check_right()
        # sudo: who receives (checked) need not read the orders behind
        lines = moves.sudo().returns_line_id
        lines.sold_line_id._lock()
        for item in moves.move_line_ids:
            place = item.location_dest_id
            if (
                place != item.move_id.location_dest_id
                or place.effective_state_id.code != "inspection"
            ):
                refuse(
                    "STATE_TRANSITION",
                    self.env._(
                        "%(product)s of %(returns)s goes to inspection first, and not "
                        "to %(place)s. Put the destination back; what becomes of it is "
                        "decided when it was inspected.",
                        product=item.product_id.display_name,
                        returns=", ".join(lines.order_id.mapped("name")),
                        place=place.display_name,
                    ),
                )

    def _after_transfer(self, moves):
        """Append the receipts of moves that were done just now."""
        if not moves:
            return
        orders = moves.sudo().returns_line_id.order_id  # as above
        step, orders = self._admit(orders.with_env(self.env))
        data = {order.id: [] for order in orders}
        for move in moves.sudo():  # as above
            data[move.returns_line_id.order_id.id] += step._entries_of(move)
        step._check(orders, data)
        step._apply(orders, data)
        step.env["returns.step.advance"]._after(orders)

    def _entries_of(self, move):
        """What a move brought, lot by lot, as the step takes it."""
        order = move.returns_line_id.order_id
        return [
            {
                "line": move.returns_line_id,
                "product": move.product_id,
                "quantity": sum(items.mapped("quantity_product_uom")),
                "lot_name": lot.name or False,
                "lot": lot,
                "warehouse": move.picking_type_id.warehouse_id or order.warehouse_id,
                "parcel": self._parcel_of(order),
                "move": move,
            }
            for lot, items in move.move_line_ids.grouped("lot_id").items()
        ]

    def _parcel_of(self, order):
        """The one parcel that has not come; while more is on its way, none."""
        waiting = order.parcel_ids.filtered(lambda parcel: not parcel.received)
        more = self.env["returns.step.join"]._on_their_way(order.line_ids)
        return waiting if len(waiting) == 1 and not more else waiting.browse()

    def _book_goods(self, specs):
        """The moves of a transfer are done already, and know their origin."""
        if not any(spec["entry"].get("move") for spec in specs):
            return super()._book_goods(specs)
        for spec in specs:
            spec["lot"] = spec["entry"]["lot"]
        return [spec["entry"]["move"] for spec in specs]

    def _reverse(self, receipts, reason):
        """What one move brought is taken back together."""
        rows = self.env["returns.receipt"].sudo()  # the right is checked by super()
        rows = rows.search([("move_id", "in", receipts.sudo().move_id.ids)])
        together = rows._standing().with_env(receipts.env)
        return super()._reverse(receipts | together, reason)
