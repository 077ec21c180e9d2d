from odoo import api, fields, models

from odoo.addons.inventory_states.wizard.inventory_dialog import once

from ..const import CARRIER_STATUSES


class ReturnsScanWizard(models.TransientModel):
    """Say what the carrier says of a parcel, where no carrier tells us by itself."""

    _name = "returns.scan.wizard"
    _description = "Status of a parcel"
    _inherit = ["returns.dialog"]

    status = fields.Selection(CARRIER_STATUSES, required=True, default="in_transit")
    occurred_at = fields.Datetime("When", required=True, default=fields.Datetime.now)
    eta = fields.Datetime("Expected")

    @api.model
    def _parcels(self):
        model = self.env["returns.parcel"]
        if self.env.context.get("active_model") != model._name:
            return model
        return model.browse(self._context_ids()).exists()

    @once
    def action_confirm(self):
        """Book the status on the parcels and their returns."""
        self.ensure_one()
        parcels = self._parcels()
        scan = {"status": self.status, "occurred_at": self.occurred_at, "eta": self.eta}
        self._in_plain_words(
            lambda: self.env["returns.step.label"]._scan(parcels, scan)
        )
        return self._done(
            self.env._("%(count)s parcels brought up to date.", count=len(parcels))
        )
