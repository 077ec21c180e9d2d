from odoo import fields, models


class DeliveryCarrier(models.Model):
    """How much of an express delivery a refund gives back.

    Art 13(2) Directive 2011/83/EU: not what it cost more than the least expensive
    standard delivery that was offered.
    """

    _inherit = "delivery.carrier"

    returns_express = fields.Boolean(
        "Express",
        help="Costs more than the standard delivery that is offered beside it. What it "
        "costs more is not given back when the order is returned.",
    )
    returns_standard_price = fields.Float(
        "Standard delivery costs",
        digits="Product Price",
        help="Without tax, in the company's currency: the least expensive standard "
        "delivery that is offered. 0: it is free, and nothing of an express delivery "
        "is given back.",
    )


class SaleOrderLine(models.Model):
    """What of a delivery on an order is standard."""

    _inherit = "sale.order.line"

    def _returns_standard_delivery(self):
        """Net of the standard delivery in the order's currency; None: the whole."""
        carrier = self.order_id.carrier_id
        if not carrier.returns_express or carrier.product_id != self.product_id:
            return None
        rate = self.order_id.currency_rate or 1.0
        return self.currency_id.round(carrier.returns_standard_price * rate)
