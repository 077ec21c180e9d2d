from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once


class ReturnsMatchWizard(models.TransientModel):
    """Tie a parcel that names no return to its return, or to the order it came from.

    Goes the same way as ``api_match``: what was scanned is received then.
    """

    _name = "returns.match.wizard"
    _description = "Match a parcel"
    _inherit = ["returns.dialog"]

    exception_id = fields.Many2one(
        "returns.exception", required=True, ondelete="cascade"
    )
    scanned = fields.Char(related="exception_id.scanned")
    order_id = fields.Many2one(
        "returns.order", "Return", domain="[('case_state', '!=', 'draft')]"
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "or the order it came from",
        domain="[('state', '=', 'sale')]",
        help="A return is made for the order, and the parcel received on it.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "returns.exception":
            values["exception_id"] = self.env.context.get("active_id")
        return values

    @once
    def action_confirm(self):
        """Match; the goods are received on the return."""
        self.ensure_one()
        asked = {"receipt_ref": self.exception_id.receipt_ref}
        if self.order_id:
            asked["return"] = self.order_id.name
        elif self.sale_order_id:
            asked["order_ref"] = self.sale_order_id.name
        else:
            raise UserError(self.env._("Choose the return, or the order."))
        order = self._in_plain_words(lambda: self._match(asked))
        self._end()
        return self.env["returns.order"]._action_open(order.with_env(self.env))

    def _match(self, asked):
        dock = self.env["returns.api.dock"]
        return dock._do_match(dock._plan_match(asked), asked)
