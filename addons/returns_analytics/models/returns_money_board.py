from odoo import fields, models

from ..const import GAP_KINDS


class ReturnsMoneyBoard(models.AbstractModel):
    """What the figures add to the page of money: gaps, and what still comes back."""

    _inherit = "returns.money.board"

    def _panels(self):
        return [*super()._panels(), self._gaps(), self._to_come()]

    def _gaps(self):
        """Gaps that count, by kind."""
        labels = dict(
            self.env["returns.gap"]._fields["kind"]._description_selection(self.env)
        )
        return {
            "key": "gaps",
            "label": self.env._("Gaps"),
            "help": self.env._("Where request, goods and money of a return disagree."),
            "model": "returns.gap",
            "screen": "returns_analytics.returns_gap_action",
            "worth": (("amount", 1),),
            "currency": "order_id.currency_id",
            "domain": [("counts_from", "<=", fields.Datetime.now())],
            "since": "since",
            "parts": [
                self._part(labels[kind], [("kind", "=", kind)], "warning")
                for kind, _label in GAP_KINDS
            ],
        }

    def _to_come(self):
        """The liability for returns that are expected, at the end of last month."""
        last = self.env["returns.accrual"]._last_month_end()
        return {
            "key": "to_come",
            "label": self.env._("Returns still to come"),
            "help": self.env._("Refund liability at the end of last month."),
            "model": "returns.accrual",
            "worth": (("amount_liability", 1),),
            "currency": "company_id.currency_id",
            "domain": [("date", "=", last), ("state", "in", ("draft", "posted"))],
            "parts": [
                self._part(
                    self.env._("To confirm"), [("state", "=", "draft")], "warning"
                ),
                self._part(
                    self.env._("In the books"), [("state", "=", "posted")], "info"
                ),
            ],
        }
