from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once


class ReturnsCancelWizard(models.TransientModel):
    """Take back what was asked, in whole or in part, as far as it has not arrived."""

    _name = "returns.cancel.wizard"
    _description = "Cancel returns"
    _inherit = ["returns.dialog"]

    reason = fields.Char(required=True)
    whole = fields.Boolean("Everything that has not arrived", default=True)
    line_ids = fields.One2many("returns.cancel.wizard.line", "dialog_id", "Lines")
    result = fields.Text(readonly=True)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        if "line_ids" in fields_list and len(orders) == 1:
            left = self.env["returns.step.cancel"]._open(orders)
            values["line_ids"] = [
                fields.Command.create({"line_id": line.id, "left": left[line]})
                for line in orders.line_ids
            ]
        return values

    def _chosen(self, order):
        """The units to cancel; the step takes none for all, so none is refused."""
        if self.whole:
            return []
        rows = self.line_ids.filtered(
            lambda row: row.quantity and row.line_id.order_id == order
        )
        if not rows:
            raise UserError(
                self.env._("Enter how many units are cancelled, or tick everything.")
            )
        return [{"line": row.line_id, "quantity": row.quantity} for row in rows]

    @once
    def action_confirm(self):
        """Cancel; many returns one by one where one of them is refused."""
        self.ensure_one()
        results = self._take_each(
            "cancel",
            {
                order: {"reason": self.reason, "lines": self._chosen(order)}
                for order in self.order_ids
            },
        )
        refusals = [refusal for refusal in results.values() if refusal]
        if not refusals:
            return self._done(
                self.env._(
                    "Cancelled: %(names)s.",
                    names=", ".join(self.order_ids.mapped("name")),
                )
            )
        self.result = "\n".join(refusals)
        return self._reopen(self.env._("Cancel: some could not be cancelled"))
