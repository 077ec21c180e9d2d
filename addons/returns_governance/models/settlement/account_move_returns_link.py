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
        """Return, decision, receipts and findings in a few lines."""
        words = self.env["returns.words"]
        rows = [
            (
                self.env._("Return"),
                f"{order.name}, {order.partner_id.name}, {order.channel_id.name}",
            ),
            (
                self.env._("Decision"),
                "; ".join(
                    dict.fromkeys(
                        order.line_ids.decision_id.filtered("sentence").mapped(
                            "sentence"
                        )
                    )
                ),
            ),
            (
                self.env._("Received"),
                ", ".join(
                    f"{words._number(row.quantity)} × {row.product_id.name}, "
                    f"{words._clock(row.occurred_at)}"
                    for row in order.receipt_ids._standing()
                ),
            ),
            (
                self.env._("Found"),
                ", ".join(
                    f"{words._number(row.quantity)} {row.condition_id.name}"
                    for row in order.inspection_ids._standing()
                ),
            ),
        ]
        cells = Markup("").join(
            Markup('<tr><th scope="row">%s</th><td>%s</td></tr>') % row for row in rows
        )
        return Markup('<table class="table table-sm">%s</table>') % cells

    def action_view_returns(self):
        """Open the returns behind these documents."""
        return self.env["returns.order"]._action_open(self.returns_ids)
