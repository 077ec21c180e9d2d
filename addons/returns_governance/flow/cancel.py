from odoo import fields, models

from ..guard import refuse


class ReturnsStepCancel(models.AbstractModel):
    """Take back what was asked, as far as it has not arrived.

    ``data``: ``{order id: {"reason", "lines": [{"line", "quantity"}]}}``; no lines
    means everything that has not arrived. Where nothing arrived and nothing is left
    the case is cancelled, else the rest goes on with what is there.
    """

    _name = "returns.step.cancel"
    _inherit = ["returns.step"]
    _description = "Step: cancel"
    _groups = (
        "returns_governance.group_agent",
        "returns_governance.group_integration",
    )

    def _check(self, orders, data):
        self._check_case(
            orders, {"draft", "requested", "to_approve", "authorised", "expired"}
        )
        for order in orders:
            open_quantity = self._open(order)
            entries = data.get(order.id, {}).get("lines", ())
            if not entries:
                self._check_something_open(order, open_quantity)
            for entry in entries:
                line = entry["line"]
                if (
                    line.uom_id.compare(entry["quantity"], 0.0) <= 0
                    or line.uom_id.compare(entry["quantity"], open_quantity[line]) > 0
                ):
                    refuse(
                        "QUANTITY_INVALID",
                        self.env._(
                            "%(name)s, %(product)s: %(left)g can still be cancelled.",
                            name=order.name,
                            product=line.product_id.display_name,
                            left=open_quantity[line],
                        ),
                    )

    def _check_something_open(self, order, open_quantity):
        """What has arrived is not cancelled, and saying so beats doing nothing."""
        if order.case_state in ("draft", "expired"):
            return
        if not any(
            line.uom_id.compare(quantity, 0.0) > 0
            for line, quantity in open_quantity.items()
        ):
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(name)s: everything has arrived, nothing is left to cancel. "
                    "Reverse the receipt if it was a mistake.",
                    name=order.name,
                ),
            )

    def _open(self, order):
        """{line: units that are claimed and have not arrived}."""
        return {
            line: max(0.0, line.quantity_claimed - line.quantity_received)
            for line in order.line_ids
        }

    def _apply(self, orders, data):
        orders.line_ids.sold_line_id._lock()
        for order in orders:
            self._cancel(order, data.get(order.id, {}))
        settle = self.env["returns.step.settle"]
        settle._value(orders)
        self._refresh_sold_lines(orders)
        self._clear_short(orders)
        return orders

    def _cancel(self, order, data):
        cancelled = []
        open_quantity = self._open(order)
        wanted = {e["line"]: e["quantity"] for e in data.get("lines", ())}
        for line in order.line_ids:
            quantity = wanted.get(line, 0.0) if wanted else open_quantity[line]
            if line.uom_id.compare(quantity, 0.0) > 0:
                self._give_up(line, quantity)
                cancelled.append([line.id, quantity])
        nothing_left = not any(
            line.uom_id.compare(max(line.quantity_claimed, line.quantity_sent_back), 0)
            > 0
            for line in order.line_ids
        )
        if nothing_left or order.case_state in ("draft", "expired"):
            self._move_case(order, "cancelled")
            self.env["returns.approval"]._withdraw(order)
        self._log(
            [
                {
                    "order": order,
                    "what": "cancelled",
                    "why": data.get("reason") or False,
                    "data": {
                        "lines": cancelled,
                        "whole": order.case_state == "cancelled",
                    },
                }
            ]
        )

    def _give_up(self, line, quantity):
        """A quantity of the line, in its unit, will not come any more."""
        line._machine_write({"quantity_cancelled": line.quantity_cancelled + quantity})

    def _clear_short(self, orders):
        self.env["returns.exception"]._clear(
            "short_receipt",
            [f"order {order.id}" for order in orders],
            self.env._("The rest was cancelled"),
        )

    def _expire(self, orders):
        """Close the books on authorised returns of which nothing came in time."""
        self._move_case(orders, "expired")
        self.env["returns.step.settle"]._value(orders)
        self._refresh_sold_lines(orders)
        self._log(
            [
                {
                    "order": order,
                    "what": "expired",
                    "data": {"at": fields.Datetime.to_string(fields.Datetime.now())},
                }
                for order in orders
            ]
        )
