from odoo import api, fields, models


class ReturnsOrder(models.Model):
    """The fees that the refunds of a return were less by."""

    _inherit = "returns.order"

    fee_ids = fields.One2many("returns.settlement.fee", "order_id", "Fees taken off")


class ReturnsOrderLine(models.Model):
    """A line's refund is what its goods are worth less the fees that it bears."""

    _inherit = "returns.order.line"

    fee_ids = fields.One2many("returns.settlement.fee", "line_id", "Fees taken off")

    @api.depends("fee_ids.amount", "fee_ids.counts")
    def _compute_settled(self):
        res = super()._compute_settled()
        # What was charged is in the line's fees; most lines have none to look for.
        for line in self.filtered("amount_fees"):
            fees = line.fee_ids.filtered("counts")
            line.amount_settled -= fees._sum_in_order()
        return res

    def _amount_standing(self):
        """Credited or on its way to be, with tax, less the fees taken off."""
        goods = self.settlement_line_ids._standing()._sum_in_order()
        if not self.amount_fees:
            return goods
        return goods - self.fee_ids._standing()._sum_in_order()


class ReturnsSettlement(models.Model):
    """What of a credit note's amount is fees."""

    _inherit = "returns.settlement"

    fee_ids = fields.One2many("returns.settlement.fee", "settlement_id", "Fees")
    amount_fees = fields.Monetary(
        "Fees in it",
        compute="_compute_amount_fees",
        help="Taken off the goods on this document, with tax.",
    )

    @api.depends("fee_ids.amount")
    def _compute_amount_fees(self):
        for row in self:
            row.amount_fees = sum(row.fee_ids.mapped("amount"))

    def _event_data(self):
        """The fees too, where there are any."""
        data = super()._event_data()
        if self.order_id.amount_fees and self.fee_ids:
            data["fees"] = [[row.kind, row.amount] for row in self.fee_ids]
        return data
