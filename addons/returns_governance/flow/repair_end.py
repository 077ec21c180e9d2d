"""The end of a repair: how it went, and the goods go back."""

from odoo import models

from ..const import REPAIR_OUTCOMES
from ..engine.disposition import DispositionVerdict
from ..guard import refuse


class ReturnsStepRepair(models.AbstractModel):
    """The repair of goods has ended: they go back to the customer.

    ``data``: ``{order id: [{"inspection", "routing" (or empty: not routed yet),
    "quantity", "outcome", "reason"}]}``, quantities in the product's unit.
    """

    _name = "returns.step.repair"
    _inherit = ["returns.step.route"]
    _description = "Step: repair"
    _groups = (
        "returns_governance.group_inspector",
        "returns_governance.group_warehouse_lead",
    )

    def _check(self, orders, data):
        self._lock_sold(orders)
        left = {}
        for order in orders:
            for entry in data.get(order.id, ()):
                self._check_ending(order, entry)
                piece = entry["routing"] or entry["inspection"]
                here = left.setdefault(piece, self._units_of(entry))
                left[piece] = here - entry["quantity"]
                unit = entry["inspection"].product_id.uom_id
                if (
                    unit.compare(entry["quantity"], 0.0) <= 0
                    or unit.compare(left[piece], 0.0) < 0
                ):
                    refuse(
                        "QUANTITY_INVALID",
                        self.env._(
                            "%(name)s, %(product)s: %(left)g wait for the end of their "
                            "repair.",
                            name=order.name,
                            product=entry["inspection"].product_id.display_name,
                            left=max(0.0, here),
                        ),
                    )

    def _lock_sold(self, orders):
        """Of two people who end or switch one repair, the second is run again."""
        orders.line_ids.sold_line_id._lock()

    def _units_of(self, entry):
        if routing := entry["routing"]:
            return 0.0 if routing._is_back() else routing._quantity_here()
        return entry["inspection"]._quantity_to_route()

    def _check_ending(self, order, entry):
        row = entry["inspection"]
        if row.order_id != order or not row.line_id._is_repair():
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(name)s: %(product)s did not come for repair, or something else "
                    "was given instead.",
                    name=order.name,
                    product=row.product_id.display_name,
                ),
            )
        if entry["outcome"] not in dict(REPAIR_OUTCOMES) or not (
            (entry.get("reason") or "").strip()
        ):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(name)s: say how the repair of %(product)s ended, and what was "
                    "done.",
                    name=order.name,
                    product=row.product_id.display_name,
                ),
            )

    def _apply(self, orders, data):
        entries = [entry for order in orders for entry in data.get(order.id, ())]
        home = self.env["returns.disposition"].search(
            [("kind", "=", "return_to_customer")], limit=1
        )
        if not home:
            refuse(
                "DISPOSITION_UNKNOWN",
                self.env._(
                    "No disposition sends goods back to the customer. Have a manager "
                    "activate it among the dispositions."
                ),
            )
        self._check_still_there([entry for entry in entries if entry["routing"]])
        for entry in entries:
            entry.update(
                disposition=home,
                verdict=DispositionVerdict(home.code, "", entry["reason"], ()),
                overridden=False,
            )
            if entry["routing"]:
                entry["from"] = self._leave(entry)
        self._route(entries)
        self._refresh_sold_lines(orders)
        self._log_ending(orders, entries)
        return orders

    def _leave(self, entry, **more):
        """The row that takes the units out of the place of repair."""
        return self.env["returns.routing"]._machine_create(
            [{**self._leaving_vals(entry), **more}]
        )

    def _log_ending(self, orders, entries):
        self._log(
            [
                {
                    "order": order,
                    "what": "repair_ended",
                    "why": "; ".join(
                        dict.fromkeys(
                            entry["reason"]
                            for entry in entries
                            if entry["inspection"].order_id == order
                        )
                    ),
                    "data": {
                        "rows": [
                            {
                                "product": entry["inspection"].product_id.id,
                                "quantity": entry["quantity"],
                                "outcome": entry["outcome"],
                            }
                            for entry in entries
                            if entry["inspection"].order_id == order
                        ]
                    },
                }
                for order in orders
            ]
        )

    def _check_not_passed(self, rows):
        """Rows of goods that have become the company's since are not taken back."""
        # sudo: whoever corrects may not read the line's history
        for row in rows.sudo().filtered(lambda row: row.line_id.resolution_asked):
            if self._was_the_customers(row):
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: %(product)s came for repair and has become the "
                        "company's since. What was booked before stays; send the goods "
                        "on to another place where it was wrong.",
                        name=row.order_id.name,
                        product=row.product_id.display_name,
                    ),
                )

    def _was_the_customers(self, row):
        """Whether a row is of goods that were the customer's when it was made."""
        if row._name == "returns.routing":
            return bool((row | row.from_id).move_id.restrict_partner_id)
        receipt = row if row._name == "returns.receipt" else row.receipt_id
        return bool(receipt.move_id.restrict_partner_id)
