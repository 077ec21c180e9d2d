from odoo import fields, models

from odoo.addons.inventory_states.wizard.inventory_dialog import once


class ReturnsLabelWizard(models.TransientModel):
    """Tie a carrier's parcel to returns."""

    _name = "returns.label.wizard"
    _description = "Add a parcel"
    _inherit = ["returns.dialog"]

    tracking_ref = fields.Char("Tracking number", required=True)
    carrier = fields.Char()
    label_url = fields.Char("Address of the label")

    @once
    def action_confirm(self):
        """Make the parcel known; it can be scanned at the dock from now on."""
        self.ensure_one()
        orders = self.order_ids or self._defaults_orders({})
        parcel = {
            "tracking_ref": self.tracking_ref.strip(),
            "carrier": self.carrier,
            "label_url": self.label_url,
        }
        self._take_step("label", orders, {order.id: [parcel] for order in orders})
        return self._done(
            self.env._("Parcel %(ref)s is expected.", ref=self.tracking_ref)
        )
