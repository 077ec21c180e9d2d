from odoo import models


class AccountMove(models.Model):
    """The cost of goods is booked line by line; said whole, it is written once."""

    _inherit = "account.move"

    def _stock_account_prepare_realtime_out_lines_vals(self):
        """Give the balance with the amount, which is the same in the books' currency.

        Left out, Odoo writes it after each item was made, one by one.
        """
        vals_list = super()._stock_account_prepare_realtime_out_lines_vals()
        moves = {move.id: move for move in self}
        for vals in vals_list:
            move = moves[vals["move_id"]]
            if move.currency_id == move.company_id.currency_id:
                vals.setdefault("balance", vals["amount_currency"])
        return vals_list
