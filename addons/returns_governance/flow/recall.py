from odoo import fields, models
from odoo.fields import Command

from odoo.addons.inventory_states.patience import lock

from ..guard import refuse

QUARANTINE = "quarantine"
MOST_AT_ONCE = 500


class ReturnsRecaller(models.AbstractModel):
    """Puts a recall in force: stock into quarantine, reservations and returns held.

    It can run again at any time: what lies in quarantine is not touched again, an
    exception that is open is not opened twice.
    """

    _name = "returns.recaller"
    _description = "Recall of goods"

    def _start(self, recalls):
        """Put recalls in force, or sweep those that are; rights were checked."""
        # sudo: a recall reaches all stock, also at nodes that its user is not bound to
        recalls = recalls.sudo()
        lock(self.env, recalls._table, recalls.ids)
        if any(recall.state == "lifted" for recall in recalls):
            refuse(
                "RETURN_STATE",
                self.env._("A recall that was lifted stays lifted. Make a new one."),
            )
        for recall in recalls.filtered(lambda row: row.state == "draft"):
            recall._machine_write(
                {
                    "name": self.env["ir.sequence"]
                    .sudo()
                    .with_company(recall.company_id)
                    .next_by_code("returns.recall"),
                    "state": "active",
                    "date_start": fields.Datetime.now(),
                }
            )
        self.env.registry.clear_cache()
        self._sweep(recalls)

    def _lift(self, recalls, reason):
        recalls = recalls.sudo()  # as in _start
        for recall in recalls:
            if recall.state != "active":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(recall)s is not in force, so it cannot be lifted.",
                        recall=recall.display_name,
                    ),
                )
        recalls._machine_write(
            {
                "state": "lifted",
                "date_lifted": fields.Datetime.now(),
                "lifted_by_id": self.env.uid,
                "lift_reason": reason,
            }
        )
        self.env.registry.clear_cache()
        Exceptions = self.env["returns.exception"].sudo()
        for recall in recalls:
            known = Exceptions.search(
                [
                    ("code", "=", "under_recall"),
                    ("state", "=", "open"),
                    ("cause", "=like", f"recall {recall.id} %"),
                ]
            )
            known._close(self.env._("The recall was lifted: %(why)s", why=reason))

    def _sweep(self, recalls):
        """Quarantine what can be sold, and hold what is on its way back."""
        for recall in recalls.sudo():
            unreserved = self._quarantine(recall)
            self._flag_returns(recall)
            # Other lots, where only some are recalled, serve the same deliveries.
            unreserved.exists()._action_assign()

    # --- stock ------------------------------------------------------------------------
    def _quarantine(self, recall):
        """Move all sellable goods of the recall into quarantine, at every node.

        :return: the moves that had goods of it reserved
        """
        quants = self._sellable(recall)
        if not quants:
            return self.env["stock.move"]
        lock(self.env, quants._table, quants.ids)
        quants.invalidate_recordset()
        unreserved = self._unreserve(recall, quants)
        places = quants.location_id.warehouse_id._state_locations()
        vals_list = [
            self._move_vals(recall, quant, places)
            for quant in quants.exists()
            if quant.product_uom_id.compare(quant.quantity, 0.0) > 0
        ]
        for first in range(0, len(vals_list), MOST_AT_ONCE):
            moves = self.env["stock.move"].sudo()
            moves = moves.create(vals_list[first : first + MOST_AT_ONCE])
            moves.with_company(recall.company_id)._action_done()
        return unreserved

    def _sellable(self, recall):
        """The heaps of its goods that could be promised to customers."""
        quants = self.env["stock.quant"].sudo()
        found = quants.search(
            [
                *recall._goods_domain(),
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
            ]
        )
        available = found.location_id._filter_available()
        return found.filtered(
            lambda quant: (
                quant.location_id in available and quant.location_id.warehouse_id
            )
        )

    def _unreserve(self, recall, quants):
        """Give up what is reserved of these goods, in Odoo's own way."""
        lines = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    *recall._goods_domain(),
                    ("state", "not in", ("done", "cancel", "draft")),
                    ("location_id", "in", quants.location_id.ids),
                    ("quantity", ">", 0),
                ]
            )
        )
        moves = lines.move_id
        picked = moves.filtered("picked")
        if picked:  # Odoo keeps what a picker has in hand; recalled it is put down
            picked.move_line_ids.picked = False
            picked.picked = False
        moves._do_unreserve()
        return moves

    def _move_vals(self, recall, quant, places):
        warehouse = quant.location_id.warehouse_id
        place = places.get((warehouse.id, QUARANTINE))
        if not place:
            refuse(
                "STATE_TRANSITION",
                self.env._(
                    "%(warehouse)s has no place for goods in quarantine. Make one in "
                    "the warehouse's inventory states.",
                    warehouse=warehouse.name,
                ),
            )
        vals = {
            "product_id": quant.product_id.id,
            "location_id": quant.location_id.id,
            "location_dest_id": place.id,
            "company_id": recall.company_id.id,
        }
        line = {
            **vals,
            "product_uom_id": quant.product_uom_id.id,
            "quantity": quant.quantity,
            "lot_id": quant.lot_id.id,
            "owner_id": quant.owner_id.id,
            "package_id": quant.package_id.id,
            "picked": True,
        }
        return {
            **vals,
            "origin": recall.name,
            "state": "confirmed",
            "picked": True,
            "product_uom": quant.product_uom_id.id,
            "product_uom_qty": quant.quantity,
            "state_reason": recall.display_name,
            "returns_recall_id": recall.id,
            "move_line_ids": [Command.create(line)],
        }

    # --- returns ----------------------------------------------------------------------
    def _flag_returns(self, recall):
        """Say on each return under way that its goods are not to be sold again."""
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "under_recall",
                    "order_id": order.id,
                    "company_id": order.company_id.id,
                    "warehouse_id": order.warehouse_id.id,
                    "cause": f"recall {recall.id} order {order.id}",
                    "note": self.env._(
                        "%(recall)s. Its goods go to quarantine and not back to stock; "
                        "the refund is not held by this.",
                        recall=recall.display_name,
                    ),
                }
                for order in recall._open_returns()
            ]
        )
