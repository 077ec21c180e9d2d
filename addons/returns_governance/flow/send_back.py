"""Deliveries that bring a customer's own goods back."""

from odoo import Command, models

from ..guard import refuse


class ReturnsSendBack(models.AbstractModel):
    """Holds, calls off and follows what goes back to its owner.

    One transfer per return and node, from the place of goods that go back, reserved
    from the customer's own goods alone. It has no part in what the order has delivered
    or is paid for.
    """

    _name = "returns.send.back"
    _description = "Deliveries of customers' own goods"

    def _hold(self, rows):
        """Make the transfers, and reserve the goods.

        :param recordset rows: routings that were made just now
        """
        pickings = self.env["stock.picking"]
        for (order, node), group in rows.grouped(
            lambda row: (row.order_id, row.warehouse_id)
        ).items():
            pickings |= pickings.create(self._picking_vals(order, node, group))
        pickings.action_confirm()
        waiting = pickings.move_ids.filtered(lambda move: move.state != "assigned")
        waiting._action_assign()

    def _picking_vals(self, order, node, rows):
        sale = rows.line_id.sale_order_id[:1]
        to = sale.partner_shipping_id or order.partner_id
        if to.commercial_partner_id != order.partner_id.commercial_partner_id:
            to = order.partner_id  # goods go back to whose they are
        dest = to.property_stock_customer
        return {
            "picking_type_id": node.out_type_id.id,
            "partner_id": to.id,
            "origin": order.name,
            "company_id": node.company_id.id,
            "location_id": rows[:1].move_id.location_dest_id.id,
            "location_dest_id": dest.id,
            "move_ids": [
                Command.create(self._move_vals(row, node, to, dest)) for row in rows
            ],
        }

    def _move_vals(self, row, node, to, dest):
        return {
            "picking_type_id": node.out_type_id.id,
            "product_id": row.product_id.id,
            "product_uom": row.product_id.uom_id.id,
            "product_uom_qty": row.quantity,
            "location_id": row.move_id.location_dest_id.id,
            "location_dest_id": dest.id,
            "partner_id": to.id,
            "company_id": node.company_id.id,
            "warehouse_id": node.id,
            "origin": row.order_id.name,
            "restrict_partner_id": row.move_id.restrict_partner_id.id,
            "returns_send_back_id": row.id,
            "returns_line_id": row.line_id.id,
            "state_reason": row.reason or row.order_id.name,
            "to_refund": False,
        }

    def _call_off(self, rows):
        """Cancel what was not sent; what was sent is with the customer."""
        for row in rows:
            if row.product_id.uom_id.compare(row.quantity_sent_back, 0.0) > 0:
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: %(product)s was sent back to the customer, and "
                        "comes again by a new return only.",
                        name=row.order_id.name,
                        product=row.product_id.display_name,
                    ),
                )
        self._cancel_open(rows)

    def _cancel_open(self, rows):
        rows.delivery_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )._action_cancel()

    def _sent(self, moves):
        """Goods have left for their owner: tell the returns, which may be done now."""
        rows = moves.returns_send_back_id
        orders = rows.order_id
        orders.line_ids.sold_line_id._lock()
        orders.line_ids.sold_line_id._recount()
        self.env["returns.event"]._log(
            [
                {
                    "order": order,
                    "what": "sent_back",
                    "data": {
                        "rows": [
                            {
                                "product": move.product_id.id,
                                "quantity": move.product_uom._compute_quantity(
                                    move.quantity, move.product_id.uom_id, round=False
                                ),
                            }
                            for move in moves
                            if move.returns_send_back_id.order_id == order
                        ]
                    },
                }
                for order in orders
            ]
        )
        self.env["returns.step.advance"]._after(orders)
