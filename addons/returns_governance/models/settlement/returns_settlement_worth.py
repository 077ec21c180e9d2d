from decimal import Decimal

from odoo import api, fields, models

from ...const import ROUNDING
from ...engine.shares import ZERO, round_to


class ReturnsSettlementWorth(models.AbstractModel):
    """A row of a settlement: what it is on the document, and to the return.

    ``amount`` and what is like it are in the currency of the document. Where that is
    another than the order's, what it comes to there is kept beside, as it was when the
    row was made; ``_worth`` and ``_sum_in_order`` say it for both. To be inherited
    before ``returns.guarded``: a row stands as long as its settlement does.
    """

    _name = "returns.settlement.worth"
    _description = "Row of a settlement, and its worth to the return"

    settlement_id = fields.Many2one(
        "returns.settlement",
        required=True,
        ondelete="cascade",
        index=True,
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    amount = fields.Monetary()
    amount_net = fields.Monetary("Net")
    taxes = fields.Json(help="{id of the tax: amount as text}")
    counts = fields.Boolean(related="settlement_id.counts", store=True)
    order_currency_id = fields.Many2one(
        related="settlement_id.order_id.currency_id", string="Currency of the return"
    )
    amount_order = fields.Monetary(
        "In the order's currency", currency_field="order_currency_id"
    )
    net_order = fields.Monetary(
        "Net in the order's currency", currency_field="order_currency_id"
    )

    @api.model
    def _foreign_vals(self, part, sign=1):
        """What a part is worth in the currency of the return, where that is another."""
        if not part.valued:
            return {}
        return {
            "amount_order": sign * float(part.worth),
            "net_order": sign * float(part.worth_net),
        }

    def _standing(self):
        """The rows whose settlement was not cancelled, drafts included."""
        return self.filtered(lambda row: row.settlement_id.state != "cancelled")

    def _is_foreign(self):
        return self.settlement_id._is_foreign()

    def _exact_sums(self):
        """(net, {tax id: amount}) on the document, as Decimals."""
        digits = self.currency_id.decimal_places
        return (
            Decimal(f"{self.amount_net:.{digits}f}"),
            {int(key): Decimal(text) for key, text in (self.taxes or {}).items()},
        )

    def _worth(self):
        """(total, net, tax) in the currency of the return, as Decimals."""
        if not self._is_foreign():
            net, taxes = self._exact_sums()
            tax = sum(taxes.values(), ZERO)
            return net + tax, net, tax - taxes.get(ROUNDING, ZERO)
        digits = self.order_currency_id.decimal_places
        worth = Decimal(f"{self.amount_order:.{digits}f}")
        net = Decimal(f"{self.net_order:.{digits}f}")
        return worth, net, worth - net

    def _sum_in_order(self):
        """The sum with tax, in the currency of the return."""
        return sum(
            row.amount_order if row._is_foreign() else row.amount for row in self
        )

    def _order_step(self):
        """The smallest amount of the currency of the return."""
        return Decimal(str(self.order_currency_id.rounding))

    def _valued_part(self, part):
        """(net, tax) of what takes some of the row back, in the currency of the return;
        None where that is the document's."""
        if not self._is_foreign():
            return None
        net, taxes = self._exact_sums()
        rounding, tax = taxes.get(ROUNDING, ZERO), sum(taxes.values(), ZERO)
        whole = (net + rounding, tax - rounding)
        sides = zip(
            self._worth()[1:], (part.total - part.tax, part.tax), whole, strict=True
        )
        return tuple(
            round_to(own * some / billed, self._order_step()) if billed else ZERO
            for own, some, billed in sides
        )
