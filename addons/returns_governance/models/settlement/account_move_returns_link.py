from markupsafe import Markup

from odoo import fields, models


class AccountMove(models.Model):
    """The returns behind an invoice or a credit note, for who looks at it."""

    _inherit = "account.move"

    returns_ids = fields.Many2many(
        "returns.order", compute="_compute_returns_ids", string="Returns"
    )
    returns_count = fields.Integer(compute="_compute_returns_ids")
    returns_words = fields.Html(
        "Behind this document",
        compute="_compute_returns_words",
        sanitize=False,
        groups="returns_governance.group_reader",
    )

    def _compute_returns_ids(self):
        Settlement = self.env["returns.settlement"]
        may = Settlement.has_access("read")
        rows = Settlement
        if may and self.ids:
            rows = Settlement.search(
                ["|", ("move_id", "in", self.ids), ("invoice_id", "in", self.ids)]
            )
        for move in self:
            mine = rows.filtered(lambda r, m=move: m in (r.move_id, r.invoice_id))
            own = move.returns_order_id if may else mine.order_id.browse()
            move.returns_ids = mine.order_id | own
            move.returns_count = len(move.returns_ids)

    def _compute_returns_words(self):
        for move in self:
            parts = [move._returns_block(order) for order in move.returns_ids.sudo()]
            # sudo: names and figures of a return that the reader may see (returns_ids)
            move.returns_words = Markup("").join(parts) if parts else False

    def _returns_block(self, order):
        """One return in a panel: what was decided, what came, what was found, paid."""
        rows = [
            (label, value)
            for label, value in (
                (self.env._("Return"), self._returns_link(order)),
                (self.env._("Decision"), self._returns_decision(order)),
                (self.env._("Approved"), self._returns_approvals(order)),
                (self.env._("Received"), self._returns_received(order)),
                (self.env._("Found"), self._returns_found(order)),
                (self.env._("Refund"), self._returns_refund(order)),
            )
            if value
        ]
        cells = Markup("").join(
            Markup('<tr><th scope="row" class="text-muted fw-normal">%s</th>'
                   "<td>%s</td></tr>") % row
            for row in rows
        )  # fmt: skip
        return (
            Markup('<table class="table table-sm o_returns_panel">%s</table>') % cells
        )

    def _returns_link(self, order):
        states = dict(order._fields["case_state"]._description_selection(self.env))
        return Markup('<a href="/odoo/%s/%s">%s</a>, %s, %s, %s') % (
            order._name,
            order.id,
            order.name,
            order.partner_id.name,
            order.channel_id.name,
            states[order.case_state],
        )

    def _returns_decision(self, order):
        """The sentences that decided; each names the policy and its version."""
        return self._returns_lines(
            decision.sentence or decision.version_id.display_name or ""
            for decision in order.line_ids.decision_id
        )

    def _returns_approvals(self, order):
        clock = self.env["returns.words"]._clock
        return self._returns_lines(
            ", ".join(
                filter(
                    None,
                    (row.decided_by_id.name, clock(row.decided_at), row.reason),
                )
            )
            for row in order.approval_ids
            if row.state == "approved" and row.decided_at
        )

    def _returns_received(self, order):
        words = self.env["returns.words"]
        return self._returns_lines(
            f"{words._number(row.quantity)} × {row.product_id.name}, "
            f"{words._clock(row.occurred_at)}, {row.user_id.name}"
            + (f", {row.picking_id.name}" if row.picking_id else "")
            for row in order.receipt_ids._standing()
        )

    def _returns_found(self, order):
        words = self.env["returns.words"]
        return self._returns_lines(
            f"{words._number(row.quantity)} × {row.product_id.name}: "
            f"{row.condition_id.name}, {row.user_id.name}"
            + (f", “{row.note}”" if row.note else "")
            for row in order.inspection_ids._standing()
        )

    def _returns_refund(self, order):
        """The settlements that this document carries out, and what pays them."""
        money = self.env["returns.words"]._money
        kinds = dict(
            order.settlement_ids._fields["kind"]._description_selection(self.env)
        )
        states = dict(
            order.settlement_ids._fields["state"]._description_selection(self.env)
        )
        return self._returns_lines(
            f"{kinds[row.kind]} {row.move_id.name or ''}: "
            f"{money(row.currency_id, row.amount)}, {states[row.state]}"
            for row in order.settlement_ids
        )

    def _returns_lines(self, lines):
        """Each line once, below each other; what people typed is escaped."""
        return Markup("<br/>").join(dict.fromkeys(lines))

    def action_view_returns(self):
        """Open the returns behind these documents."""
        return self.env["returns.order"]._action_open(self.returns_ids)
