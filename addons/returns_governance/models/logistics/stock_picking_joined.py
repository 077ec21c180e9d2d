from markupsafe import Markup

from odoo import models

from ...const import CASE_STATES


class StockPicking(models.Model):
    """A transfer of Odoo's own that belongs to returns says so."""

    _inherit = "stock.picking"

    def _tell_joined(self):
        """Note the returns on the transfer, and how they stand."""
        labels = dict(CASE_STATES)
        for picking in self:
            # sudo: names alone, for who makes the transfer
            orders = picking.sudo().move_ids.returns_line_id.order_id
            words = Markup(", ").join(
                Markup("%s (%s)") % (order._get_html_link(), labels[order.case_state])
                for order in orders
            )
            body = self.env._(
                "These goods belong to %(returns)s. Validating this transfer is the "
                "receipt; they go to inspection, and the policy says what follows.",
                returns=words,
            )
            picking.sudo()._message_log(body=body)  # as above
