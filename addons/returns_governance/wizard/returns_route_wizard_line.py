from odoo import fields, models
from odoo.exceptions import UserError


class ReturnsRouteWizardLine(models.TransientModel):
    """Units found in one condition that wait for their place, or for another one."""

    _name = "returns.route.wizard.line"
    _description = "Goods to route"

    dialog_id = fields.Many2one(
        "returns.route.wizard", required=True, ondelete="cascade"
    )
    inspection_id = fields.Many2one("returns.inspection", required=True)
    routing_id = fields.Many2one("returns.routing", help="Of goods that are sent on.")
    order_id = fields.Many2one(related="inspection_id.order_id")
    product_id = fields.Many2one(related="inspection_id.product_id")
    lot_id = fields.Many2one(related="inspection_id.lot_id")
    condition_id = fields.Many2one(related="inspection_id.condition_id")
    left = fields.Float("To route", digits="Product Unit")
    quantity = fields.Float(digits="Product Unit")
    given_id = fields.Many2one("returns.disposition", "Policy says")
    disposition_id = fields.Many2one(
        "returns.disposition", "Goes to", domain="[('state_id', '!=', False)]"
    )
    reason = fields.Char("Reason", help="Needed where it is not what the policy says.")

    def _entry(self):
        if not self.disposition_id:
            raise UserError(
                self.env._(
                    "%(product)s: choose where it goes.",
                    product=self.product_id.display_name,
                )
            )
        return {
            "inspection": self.inspection_id,
            "routing": self.routing_id,
            "quantity": self.quantity,
            "disposition": self.disposition_id,
            "reason": self.reason,
        }
