from odoo import api, fields, models


class ReturnsOrder(models.Model):
    """Whether cards have to do with a return's money."""

    _inherit = "returns.order"

    has_cards = fields.Boolean(compute="_compute_has_cards")

    @api.depends("wants_credit", "settlement_ids.card_id")
    def _compute_has_cards(self):
        for order in self:
            # sudo: whether there is a card, not which
            cards = order.sudo().settlement_ids.card_id
            order.has_cards = order.wants_credit or bool(cards)
