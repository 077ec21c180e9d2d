from odoo import api, fields, models

from ...const import CREDITED, RESOLUTIONS_BUILT, SENT
from ..intake.returns_order_line import FINEST


class ReturnsOrderLine(models.Model):
    """What a customer gets in place of money, and goods that need not come back."""

    _inherit = "returns.order.line"
    _machine_fields = frozenset({"quantity_exchanged", "quantity_kept"})

    exchange_product_id = fields.Many2one(
        "product.product",
        "In exchange",
        domain="[('type', '=', 'consu'), ('sale_ok', '=', True)]",
        help="Empty: the same product again.",
    )
    credit_consent = fields.Boolean(
        "Agreed to store credit",
        help="The customer has expressly agreed to be paid back with store credit, "
        "which the law asks for where the customer withdraws from the contract.",
    )
    exchange_ids = fields.One2many("returns.exchange", "line_id", "Sent in exchange")
    quantity_exchanged = fields.Float(compute="_compute_quantity_exchanged", store=True)
    quantity_kept = fields.Float(
        "Kept by the customer",
        digits="Product Unit",
        readonly=True,
        help="Paid for without the goods, by the policy.",
    )

    @api.depends("exchange_ids.quantity_sent")
    def _compute_quantity_exchanged(self):
        # Without a read where nothing can go out.
        sending = self.filtered(lambda line: line.resolution in SENT)
        (self - sending).quantity_exchanged = 0.0
        for line in sending:
            line.quantity_exchanged = sum(line.exchange_ids.mapped("quantity_sent"))

    def write(self, vals):
        if {"exchange_product_id", "credit_consent"} & vals.keys():
            self._check_draft()
        return super().write(vals)

    @api.onchange("resolution")
    def _onchange_resolution(self):
        if self.resolution != "exchange":
            self.exchange_product_id = False
        if self.resolution != "store_credit":
            self.credit_consent = False

    @api.model
    def _resolutions_built(self, company=None):
        """Codes of the resolutions whose work is there; a bridge adds its own.

        :param company: where it has to be set up, too
        """
        return RESOLUTIONS_BUILT

    # --- quantities -------------------------------------------------------------------
    def _quantity_due(self):
        """A replacement is free, unless it was charged: then what comes back late is
        paid back like any other goods."""
        if self.resolution != "replacement":
            return super()._quantity_due()
        charged = sum(self.exchange_ids.mapped("quantity_charged"))
        return min(charged, self._quantity_wanted()) if charged else 0.0

    def _quantity_to_send(self):
        """Units that are sent in all for this line."""
        return self._quantity_wanted() if self.resolution in SENT else 0.0

    def _quantity_to_release(self):
        """Units that the release rule looks at: those that are paid for or sent."""
        if self.resolution in CREDITED:
            return self._quantity_due()
        return self._quantity_to_send()

    def _open_to_receive(self):
        return {
            line: max(0.0, round(left - line.quantity_kept, FINEST))
            if line.quantity_kept
            else left
            for line, left in super()._open_to_receive().items()
        }
