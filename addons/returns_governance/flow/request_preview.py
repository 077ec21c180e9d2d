"""What a draft would get if it were submitted now."""

from odoo import fields, models

from ..const import CREDITED


class ReturnsStepRequest(models.AbstractModel):
    """Step 1 in advance, for a return that is in the database as a draft."""

    _inherit = "returns.step.request"

    def _preview_draft(self, order):
        """The same decisions, fees and sums as submitting it; writes nothing.

        :return: as ``_preview`` for one request, its lines in the order's order
        """
        request = {
            "company": order.company_id,
            "channel": order.channel_id,
            "partner": order.partner_id,
            "currency": order.currency_id,
            "warehouse": order.warehouse_id,
            "withdrawal": order.withdrawal,
            "requested_at": fields.Datetime.now(),
            "parcels": order.parcel_ids,
            "lines": self.env["returns.step.authorise"]._specs(order.line_ids),
        }
        return self._preview(order, {"requests": [request]})[0]


class ReturnsStepSettle(models.AbstractModel):
    """Only what is paid back bears a fee."""

    _inherit = "returns.step.settle"

    def _preview_fees(self, specs, taken, decisions, parcels):
        credited = [
            parts if (spec.get("resolution") or "refund") in CREDITED else []
            for spec, parts in zip(specs, taken, strict=True)
        ]
        return super()._preview_fees(specs, credited, decisions, parcels)
