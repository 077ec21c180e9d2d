from odoo import SUPERUSER_ID, fields, models


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


class ReturnsHandoverLine(models.Model):
    """Goods move in the other company, too, whoever passes them on."""

    _inherit = "returns.handover.line"

    def _move(self, field, ways):
        """As the system in the other company: core values goods there by the rights of
        the user, who need not work in it."""
        if field in ("in_move_id", "back_out_move_id"):
            receiver = self.handover_id.receiver_id
            if receiver not in self.env.user.company_ids:
                self = self.with_user(SUPERUSER_ID)
        return super()._move(field, ways)


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
