from odoo import api, fields, models


class ReturnsOutbox(models.Model):
    """A payout to a gift card or a wallet."""

    _inherit = "returns.outbox"

    card_line_id = fields.Many2one(
        "sale.order.line",
        "Card's line of the order",
        index="btree_not_null",
        ondelete="restrict",
        help="The line with which the gift card or wallet has paid.",
    )

    @api.depends("card_line_id")
    def _compute_provider_name(self):
        on_cards = self.filtered("card_line_id")
        result = super(ReturnsOutbox, self - on_cards)._compute_provider_name()
        masked = self.env["returns.card.books"]._masked
        for row in on_cards:
            # sudo: computed as such; the end of the code opens nothing
            card = row.sudo().card_line_id.coupon_id
            row.provider_name = f"{card.program_id.name} {masked(card)}"
        return result

    @api.model
    def _cron_pay(self):
        self.env["returns.store.credit"]._give_what_waits()
        return super()._cron_pay()
