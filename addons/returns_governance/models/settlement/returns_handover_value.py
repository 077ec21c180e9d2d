from odoo import fields, models


class StockMove(models.Model):
    """Goods that are handed over enter the other stock at the transfer price."""

    _inherit = "stock.move"

    returns_handover_line_id = fields.Many2one(
        "returns.handover.line",
        "Handed over",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )

    def _get_value_from_quotation(self, quantity, at_date=None):
        # sudo: what the goods were passed on for is theirs to know
        line = self.returns_handover_line_id.sudo()
        if not line or not self.is_in:
            return super()._get_value_from_quotation(quantity, at_date)
        value = line.currency_id._convert(
            line.price * quantity,
            self.company_id.currency_id,
            self.company_id,
            line.handover_id.date,
        )
        return {
            "value": value,
            "quantity": quantity,
            "description": self.env._("Transfer price between companies"),
        }


class AccountMoveLine(models.Model):
    """The invoice between the companies books the cost of just the goods that left."""

    _inherit = "account.move.line"

    returns_handover_line_id = fields.Many2one(
        "returns.handover.line",
        "Handed over",
        copy=False,
        readonly=True,
        index="btree_not_null",
    )

    def _get_stock_moves(self):
        moves = super()._get_stock_moves()
        if self.returns_handover_line_id:
            sold = self.filtered(lambda item: item.move_id.move_type == "out_invoice")
            # sudo: as in stock.move
            lines = sold.returns_handover_line_id.sudo()
            moves |= lines.out_move_id.sudo(False)
        return moves
