from odoo import fields, models

from ..const import KEY_AS_OF


class InventoryStateSnapshotWizard(models.TransientModel):
    """Dialog: ask what lay where at a past moment."""

    _name = "inventory.state.snapshot.wizard"
    _description = "States As Of"

    moment = fields.Datetime("As Of", required=True, default=fields.Datetime.now)

    def action_open(self):
        """Open the states by warehouse and product as they were."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inventory_states.inventory_state_balance_action"
        )
        moment = fields.Datetime.context_timestamp(self, self.moment)
        action["display_name"] = action["name"] = self.env._(
            "Inventory States as of %(moment)s",
            moment=moment.strftime("%Y-%m-%d %H:%M"),
        )
        action["context"] = {KEY_AS_OF: fields.Datetime.to_string(self.moment)}
        return action
