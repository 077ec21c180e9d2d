from markupsafe import Markup

from odoo import api, fields, models


class ReturnsOrderLine(models.Model):
    """What the form says of a line: where its units are now, and its money."""

    _inherit = "returns.order.line"

    where_now = fields.Char(
        "Where now", compute="_compute_where_now", compute_sudo=True
    )
    refund_words = fields.Char("State of the refund", compute="_compute_refund_words")
    refund_tone = fields.Char(compute="_compute_refund_words")
    decision_sentence = fields.Char("Policy", related="decision_id.sentence")
    decision_eligible = fields.Boolean("Eligible", related="decision_id.eligible")

    @api.depends("product_id", "order_id.name", "reason_id")
    @api.depends_context("show_return", "lang")
    def _compute_display_name(self):
        """The product; where lines of many returns are offered, with what tells them
        apart."""
        super()._compute_display_name()
        if not self.env.context.get("show_return"):
            return
        for line in self:
            parts = (line.order_id.name, line.display_name, line.reason_id.name)
            line.display_name = " · ".join(filter(None, parts))

    @api.depends(
        "quantity_authorised",
        "quantity_cancelled",
        "receipt_ids.quantity",
        "inspection_ids.quantity",
        "routing_ids.quantity",
        "order_id.goods_state",
    )
    @api.depends_context("lang")
    def _compute_where_now(self):
        number = self.env["returns.words"]._number
        for line in self:
            places = line._places_now()
            line.where_now = ", ".join(
                f"{place} {number(quantity)}"
                for place, quantity in places
                if line.uom_id.compare(quantity, 0.0) > 0
            )

    def _places_now(self):
        """(place in words, units) of every unit that was authorised or came."""
        on_the_way = self.order_id.goods_state == "in_transit"
        waiting = (
            self.env._("On the way") if on_the_way else self.env._("With the customer")
        )
        open_units = self._open_to_receive()[self]
        if self.case_state in ("draft", "rejected", "cancelled", "expired"):
            open_units = 0.0
        places = [
            (waiting, open_units),
            (
                self.env._("Inspection"),
                self.quantity_received - self.quantity_inspected,
            ),
            (self.env._("Inspected"), self.quantity_inspected - self.quantity_disposed),
        ]
        routed = {}
        for row in self.routing_ids:
            name = row.disposition_id.state_id.name or row.disposition_id.name
            routed[name] = routed.get(name, 0.0) + self._sum_rows(row)
        return [*places, *routed.items()]

    def _units_asked(self):
        """Units that were asked for, as they are counted when they come."""
        return sum(self.mapped("quantity_claimed"))

    def _units_to_come(self):
        """Units that have not come yet, likewise."""
        return sum(self._open_to_receive().values())

    @api.depends(
        "amount_due",
        "amount_settled",
        "quantity_released",
        "decision_id",
    )
    @api.depends_context("lang")
    def _compute_refund_words(self):
        """Words of a screen, read anew by each request.

        They hang on the money state of the return as well, which is left out above:
        every item of the books would have to look for lines that show them.
        """
        for line in self:
            line.refund_words, line.refund_tone = line._refund_state()

    def _refund_state(self):
        """(word, tone) of the line's money."""
        if self.decision_id and not self.decision_id.eligible:
            return self.env._("Refused"), "danger"
        zero, compare = self.currency_id.is_zero, self.currency_id.compare_amounts
        if not self.decision_id or zero(self.amount_due):
            return (
                (self.env._("Refunded"), "success")
                if self.amount_settled
                else ("", "muted")
            )
        if compare(self.amount_settled, self.amount_due) >= 0:
            unpaid = self.order_id.money_state == "due"
            return (
                (self.env._("Credited"), "warning")
                if unpaid
                else (self.env._("Refunded"), "success")
            )
        if self.uom_id.compare(self.quantity_released, self.quantity_refunded) > 0:
            return self.env._("Due"), "warning"
        return self.env._("Held"), "info"

    # --- the decision in words --------------------------------------------------------
    def _decision_block(self):
        """The policy's verdict on the line: sentence, winner, losers, facts."""
        decision = self.decision_id
        verdict = (
            self.env._("Taken back") if decision.eligible else self.env._("Refused")
        )
        tone = "success" if decision.eligible else "danger"
        icon = "fa-check" if decision.eligible else "fa-times"
        reader = self.env["returns.trace"]
        return Markup(
            '<section class="o_returns_decision"><h4>%s '
            '<span class="badge text-bg-%s"><i class="fa %s me-1"></i>%s</span></h4>'
            "<p><strong>%s</strong></p>%s</section>"
        ) % (
            self.product_id.display_name,
            tone,
            icon,
            verdict,
            decision.sentence or "",
            reader._html(decision),
        )
