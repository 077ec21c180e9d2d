from odoo import api, models


class ReturnsSettlement(models.Model):
    """How a settlement is called on the screens."""

    _inherit = "returns.settlement"

    @api.depends("order_id.name", "kind", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        words = self.env["returns.words"]
        for row in self:
            row.display_name = self.env._(
                "%(name)s: %(kind)s, %(sum)s",
                name=row.order_id.name or "",
                kind=kinds.get(row.kind, ""),
                sum=words._money(row.currency_id, row.amount),
            )
