from odoo import fields, models


class ReturnsSettlementLine(models.Model):
    """The share of a settlement that belongs to one line of the return."""

    _name = "returns.settlement.line"
    _description = "Line of a settlement"
    _inherit = ["returns.guarded"]
    _append_only = True

    settlement_id = fields.Many2one(
        "returns.settlement", required=True, ondelete="cascade", index=True,
    )
    line_id = fields.Many2one(
        "returns.order.line", required=True, ondelete="cascade", index=True,
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    quantity = fields.Float(
        digits="Product Unit", help="In the unit of the order line.",
    )
    amount = fields.Monetary(help="With tax.")
    amount_net = fields.Monetary()
    invoice_line_id = fields.Many2one("account.move.line", index="btree_not_null")
    counts = fields.Boolean(related="settlement_id.counts", store=True)
