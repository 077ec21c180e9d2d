"""Another resolution instead of a repair: the goods become the company's."""

from odoo import fields, models

from ..const import AFTER_REPAIR
from ..guard import refuse
from ..models.repair.returns_order_line import SWITCHING, Switching


class ReturnsStepSwitch(models.AbstractModel):
    """A refund or a replacement where a repair fails, or takes too long.

    What was not sent back becomes the company's own: it leaves as the customer's and
    comes in as what was sold, at the cost at which it left, as if it had come for a
    refund. Approvals, release rule and disposition then follow as for any return.
    ``data``: ``{order id: {"lines": recordset, "resolution", "reason"}}``.
    """

    _name = "returns.step.switch"
    _inherit = ["returns.step.repair"]
    _description = "Step: another resolution instead of the repair"
    _groups = (
        "returns_governance.group_finance",
        "returns_governance.group_manager",
    )

    def _instead(self):
        """Codes of what can be given instead; a bridge adds its own."""
        return [code for code, _label in AFTER_REPAIR]

    def _check(self, orders, data):
        self._check_case(orders, {"authorised"})
        self._lock_sold(orders)
        for order in orders:
            asked = data.get(order.id, {})
            if asked.get("resolution") not in self._instead():
                refuse(
                    "RESOLUTION_NOT_ALLOWED",
                    self.env._(
                        "%(name)s: instead of a repair the customer gets a refund or a "
                        "replacement. Choose one of them.",
                        name=order.name,
                    ),
                )
            if not (asked.get("reason") or "").strip():
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(name)s: say why it is not repaired.", name=order.name
                    ),
                )
            if not asked["lines"] or asked["lines"] - order._repair_lines():
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: nothing of it is for repair any more: it was sent "
                        "back, or something else was given instead.",
                        name=order.name,
                    ),
                )

    def _apply(self, orders, data):
        for order in orders:
            asked = data[order.id]
            lines = asked["lines"].with_env(self.env)
            units = {line: self._units_to_switch(line) for line in lines}
            self._pass(lines, asked["reason"])
            self._give(lines, asked["resolution"])
            self._log_switch(order, units, asked)
        self.env["returns.step.settle"]._value(orders)
        self._refresh_sold_lines(orders)
        return orders

    def _units_to_switch(self, line):
        return line.uom_id.round(
            line.quantity_authorised
            - line.quantity_cancelled
            - line.quantity_sent_back
        )

    def _give(self, lines, resolution):
        """Write the new resolution, beside what was asked."""
        switching = lines.with_context(**{SWITCHING: Switching()})
        for line in switching:
            line.write({"resolution": resolution})
        lines._machine_write(
            {"resolution_asked": "repair", "switched_at": fields.Datetime.now()}
        )

    def _log_switch(self, order, units, asked):
        self._log(
            [
                {
                    "order": order,
                    "what": "resolution_changed",
                    "why": asked["reason"],
                    "data": {
                        "from": "repair",
                        "to": asked["resolution"],
                        "rows": [
                            {
                                "line": line.id,
                                "product": line.product_id.id,
                                "quantity": quantity,
                            }
                            for line, quantity in units.items()
                        ],
                    },
                }
            ]
        )

    # --- whose the goods are ----------------------------------------------------------
    def _pass(self, lines, reason):
        """Let what is in the house become the company's own.

        From the place of repair the goods go back under inspection first; there they
        leave as the customer's and come in as the company's.
        """
        begun = lines._repair_routings()
        waiting = lines._send_back_routings()
        self.env["returns.send.back"]._cancel_open(waiting)
        pieces = [
            *self._from_inspection(lines),  # before the rows of the others change it
            *self._from_bench(begun, reason),
            *self._from_shelf(waiting, reason),
        ]
        if begun:
            self.env["returns.role.repair"]._drop(begun)
        if pieces:
            self.env["returns.goods"]._pass_ownership(pieces)

    def _from_bench(self, rows, reason):
        """(receipt, place, units) of what was being repaired, back in inspection."""
        if not rows:
            return []
        entries = [
            {
                "routing": row,
                "inspection": row.inspection_id,
                "quantity": row._quantity_here(),
                "reason": reason,
            }
            for row in rows
        ]
        self._check_still_there(entries)
        moves = self.env["returns.goods"]._transfer(
            [
                {
                    "order": row.order_id,
                    "line": row.line_id,
                    "product": row.product_id,
                    "quantity": entry["quantity"],
                    "lot": row.lot_id,
                    "warehouse": row.warehouse_id,
                    "source": entry["source"],
                    "dest": row.inspection_id.receipt_id.move_id.location_dest_id,
                    "owner": row.move_id.restrict_partner_id,
                    "reason": reason,
                }
                for row, entry in zip(rows, entries, strict=True)
            ]
        )
        for entry, move in zip(entries, moves, strict=True):
            self._leave(entry, move_id=move.id)
        return [
            (row.inspection_id.receipt_id, move.location_dest_id, entry["quantity"])
            for row, entry, move in zip(rows, entries, moves, strict=True)
        ]

    def _from_shelf(self, rows, reason):
        """The same of what waited for its delivery, where it lies."""
        pieces = []
        for row in rows:
            units = row._quantity_to_send_back()
            place = row.move_id.move_line_ids.location_dest_id[:1]
            self._leave(
                {
                    "routing": row,
                    "inspection": row.inspection_id,
                    "quantity": units,
                    "reason": reason,
                }
            )
            pieces.append((row.inspection_id.receipt_id, place, units))
        return pieces

    def _from_inspection(self, lines):
        """The same of what was not given a place yet, inspected or not."""
        pieces = []
        for receipt in lines.receipt_ids:
            units = receipt._quantity_to_inspect() + sum(
                row._quantity_to_route() for row in receipt.inspection_ids
            )
            if receipt.product_id.uom_id.compare(units, 0.0) > 0:
                pieces.append((receipt, receipt.move_id.location_dest_id, units))
        return pieces


class ReturnsGoods(models.AbstractModel):
    """The moves with which a customer's goods become the company's own."""

    _inherit = "returns.goods"

    def _pass_ownership(self, pieces):
        """Let goods leave as the customer's, and come in as what was sold.

        :param list pieces: (receipt, place, units in the product's unit) each
        """
        out = [self._passing_spec(*piece) for piece in pieces]
        self._do([self._out_vals(spec) for spec in out])
        back = [{**spec, "owner": self.env["res.partner"]} for spec in out]
        self.env["returns.origins"]._find_origin_moves(back)
        self._do([self._in_vals(spec) for spec in back])

    def _passing_spec(self, receipt, place, units):
        return {
            "receipt": receipt,
            "order": receipt.order_id,
            "line": receipt.line_id,
            "product": receipt.product_id,
            "quantity": units,
            "lot": receipt.lot_id,
            "warehouse": receipt.warehouse_id,
            "owner": receipt.move_id.restrict_partner_id,
            "place": place,
        }

    def _out_vals(self, spec):
        customers = spec["order"].partner_id.property_stock_customer
        none = self.env["stock.picking"]
        return {
            **self._move_vals(spec, none, spec["place"], customers),
            "returns_passed_receipt_id": spec["receipt"].id,
            "to_refund": False,
        }

    def _in_vals(self, spec):
        origin = spec["origin_move"]
        customers = spec["order"].partner_id.property_stock_customer
        dest = spec["receipt"].move_id.location_dest_id
        none = self.env["stock.picking"]
        return {
            **self._move_vals(spec, none, origin.location_dest_id or customers, dest),
            **self._back_vals(spec, origin),
            "returns_passed_receipt_id": spec["receipt"].id,
        }
