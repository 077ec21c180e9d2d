from odoo import api, fields, models


class ReturnsPayWizard(models.TransientModel):
    """Says why something that a card had paid is paid by hand."""

    _inherit = "returns.pay.wizard"

    card_words = fields.Text(compute="_compute_card_words")

    @api.depends("line_ids.settlement_id")
    def _compute_card_words(self):
        for dialog in self:
            told = filter(None, dialog.line_ids.settlement_id.mapped("card_words"))
            dialog.card_words = "\n".join(dict.fromkeys(told))
