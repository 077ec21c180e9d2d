from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    state_reason = fields.Char(
        "Reason of the State Change",
        copy=False,
        help="Why these goods leave the house. It goes into the stock ledger.",
    )

    def _prepare_move_values(self):
        """Give the move the reason: the text, else the chosen scrap reasons."""
        vals = super()._prepare_move_values()
        tags = ", ".join(self.scrap_reason_tag_ids.mapped("name"))
        vals["state_reason"] = self.state_reason or tags
        return vals
