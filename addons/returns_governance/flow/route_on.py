from collections import defaultdict

from odoo import models

from ..guard import refuse


class ReturnsStepRoute(models.AbstractModel):
    """Step 6, further on: routed units are given another disposition.

    Refurbished goods go back to Stock, what lay in quarantine is written off. Each hop
    is two rows: one takes the units out of the routing that they leave, the other one
    gives them their new disposition, with the stock move. So every sum over the rows
    says where the units are now, and the history stays.
    """

    _inherit = "returns.step.route"

    def _route_on(self, orders, data):
        """Send units on from where an earlier routing put them.

        :param dict data: ``{order id: [{"routing", "quantity", "disposition",
            "reason"}]}``, quantities in the product's unit
        :return: the orders, in the caller's environment
        """
        env = orders.env
        step, orders = self._admit(orders)
        entries = [entry for order in orders for entry in data.get(order.id, ())]
        for entry in entries:
            entry["routing"] = entry["routing"].with_env(step.env)
            entry["inspection"] = entry["routing"].inspection_id
        orders.line_ids.sold_line_id._lock()
        step._check_on(entries)
        entries = step._apply_on(entries)
        repaid = orders.filtered(lambda order: step._changes_refund(order, entries))
        step.env["returns.step.receive"]._reopen(repaid)
        step.env["returns.step.advance"]._after(orders, revalue=True)
        return orders.with_env(env)

    def _check_on(self, entries):
        left = {}
        for entry in entries:
            routing, unit = entry["routing"], entry["routing"].product_id.uom_id
            here = left.setdefault(routing, routing._quantity_here())
            left[routing] = here - entry["quantity"]
            if (
                unit.compare(entry["quantity"], 0.0) <= 0
                or unit.compare(left[routing], 0.0) < 0
            ):
                refuse(
                    "QUANTITY_INVALID",
                    self.env._(
                        "%(name)s, %(product)s: %(left)g can be sent on from "
                        "%(disposition)s.",
                        name=routing.order_id.name,
                        product=routing.product_id.display_name,
                        left=here,
                        disposition=routing.disposition_id.name,
                    ),
                )
            self._check_target(routing, entry)
        self._check_still_there(entries)

    def _check_target(self, routing, entry):
        asked = entry["disposition"]
        if not asked.state_id or asked == routing.disposition_id:
            refuse(
                "DISPOSITION_NOT_ALLOWED",
                self.env._(
                    "%(name)s, %(product)s: choose another disposition than "
                    "%(asked)s, one that has a place in the warehouse.",
                    name=routing.order_id.name,
                    product=routing.product_id.display_name,
                    asked=asked.name,
                ),
            )
        if not (entry.get("reason") or "").strip():
            refuse(
                "DISPOSITION_NOT_ALLOWED",
                self.env._(
                    "%(name)s: sending goods on needs a reason. Say why they go to "
                    "%(asked)s.",
                    name=routing.order_id.name,
                    asked=asked.name,
                ),
            )

    def _check_still_there(self, entries):
        """What was moved from its place outside the return cannot be sent on by it."""
        wanted = defaultdict(float)
        for entry in entries:
            routing = entry["routing"]
            entry["source"] = routing.move_id.move_line_ids.location_dest_id[:1]
            owner = routing.move_id.restrict_partner_id
            key = (routing.product_id, routing.lot_id, entry["source"], owner)
            wanted[key] += entry["quantity"]
        for (product, lot, place, owner), quantity in wanted.items():
            here = self.env["stock.quant"]._get_available_quantity(
                product, place, lot_id=lot, owner_id=owner, strict=bool(lot)
            )
            if product.uom_id.compare(quantity, here) > 0:
                refuse(
                    "QUANTITY_INVALID",
                    self.env._(
                        "%(product)s: only %(here)g of it is free at %(place)s. The "
                        "rest was moved or reserved outside the return.",
                        product=product.display_name,
                        here=max(0.0, here),
                        place=place.display_name,
                    ),
                )

    def _apply_on(self, entries):
        given = self._policy_dispositions(
            [
                (entry["inspection"].receipt_id, entry["inspection"].condition_id)
                for entry in entries
            ]
        )
        for entry, (disposition, verdict) in zip(entries, given, strict=True):
            entry["verdict"] = verdict
            entry["overridden"] = entry["disposition"] != disposition
            if entry["overridden"]:
                self.env["returns.step.inspect"]._check_override(
                    entry["disposition"], disposition
                )
            entry["by_hand"] = True
        entries = self._allowed(entries)
        leaving = self.env["returns.routing"]._machine_create(
            [self._leaving_vals(entry) for entry in entries]
        )
        for entry, row in zip(entries, leaving, strict=True):
            entry["from"] = row
        self._route(entries)
        return entries

    def _leaving_vals(self, entry):
        """The row that takes the units out of the routing that they leave."""
        row = entry["routing"]
        return {
            "order_id": row.order_id.id,
            "line_id": row.line_id.id,
            "inspection_id": row.inspection_id.id,
            "quantity": -entry["quantity"],
            "disposition_id": row.disposition_id.id,
            "reason": entry["reason"],
            "from_id": row.id,
            "user_id": self.env.uid,
        }

    def _changes_refund(self, order, entries):
        """Whether a hop of ``order`` changes what is owed for its goods."""
        return any(
            entry["routing"].order_id == order
            and entry["routing"].disposition_id.refund_effect
            != entry["disposition"].refund_effect
            for entry in entries
        )
