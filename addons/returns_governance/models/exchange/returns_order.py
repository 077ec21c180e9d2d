from odoo import api, fields, models

from ...const import SENT


class ReturnsOrder(models.Model):
    """The goods that go out for a return, and those that stay with the customer."""

    _inherit = "returns.order"

    exchange_ids = fields.One2many("returns.exchange", "order_id", "Sent in exchange")
    exchange_count = fields.Integer(compute="_compute_exchange_count")
    wants_exchange = fields.Boolean(compute="_compute_wants")
    wants_credit = fields.Boolean(compute="_compute_wants")

    @api.depends("line_ids.resolution")
    def _compute_wants(self):
        for order in self:
            wanted = order.line_ids.mapped("resolution")
            order.wants_exchange = "exchange" in wanted
            order.wants_credit = "store_credit" in wanted

    @api.depends("exchange_ids")
    def _compute_exchange_count(self):
        for order in self:
            order.exchange_count = len(order.exchange_ids)

    def action_view_exchanges(self):
        """Open the transfers of what is sent for these returns."""
        return self._window(
            self.exchange_ids.move_ids.picking_id, self.env._("Exchange")
        )

    # --- where the goods are ----------------------------------------------------------
    @api.depends("line_ids.quantity_kept")
    def _compute_goods_state(self):
        return super()._compute_goods_state()

    def _derive_goods_state(self):
        """What the customer keeps is disposed of, where nothing else is to come."""
        coming = self._lines_to_come()
        if coming != self.line_ids and not any(
            line.quantity_authorised > line.quantity_cancelled for line in coming
        ):
            return "disposed"
        return super()._derive_goods_state()

    def _lines_to_come(self):
        lines = super()._lines_to_come()
        return lines.filtered(
            lambda line: not line.quantity_kept or line.quantity_received
        )

    # --- what is next -----------------------------------------------------------------
    @api.depends(
        "exchange_ids.quantity_sent",
        "exchange_ids.quantity_freed",
        "line_ids.quantity_released",
        "line_ids.quantity_kept",
    )
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _derive_next_step(self):
        step = super()._derive_next_step()
        if step == "none" and self._exchanges_to_send():
            return "send"
        return step

    def _exchanges_to_send(self):
        """Rows of which units are promised and not sent; none without such a line."""
        if not any(line.resolution in SENT for line in self.line_ids):
            return self.env["returns.exchange"]
        return self.exchange_ids.filtered(
            lambda row: row.uom_id.compare(row._quantity_left(), 0.0) > 0
        )

    def _next_times(self, step):
        if step == "send":
            since = max(self.inspection_ids.mapped("occurred_at"), default=False)
            return since or self.authorised_at, False
        return super()._next_times(step)

    def _next_send(self):
        """(what, who, why) of the step, as the form says it."""
        rows = self._exchanges_to_send()
        left = sum(row._quantity_left() for row in rows)
        held = sum(row._quantity_may_leave() for row in rows) <= 0
        why = ""
        if held and rows:
            why = self.env._("It waits for %(what)s.", what=rows[0]._hold_words())
        elif "waiting" in rows.mapped("state"):
            why = self.env._("It waits for stock.")
        return (
            self.env._("Next: send %(count)g units in exchange", count=left),
            self.env._("Warehouse"),
            why,
        )
