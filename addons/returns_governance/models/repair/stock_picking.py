from odoo import models

from ...guard import refuse


class StockPicking(models.Model):
    """A delivery that brings a customer's goods back says so, and is not cancelled."""

    _inherit = "stock.picking"

    def _compute_returns_hold(self):
        res = super()._compute_returns_hold()
        for picking in self:
            # sudo: who ships is told why, and need not see the return
            rows = picking.sudo().move_ids.returns_send_back_id
            if rows and picking.state not in ("done", "cancel"):
                picking.returns_hold = self.env._(
                    "Back to the customer, whose goods they are: return %(names)s.",
                    names=", ".join(rows.order_id.mapped("name")),
                )
        return res

    def _compute_returns_order_ids(self):
        res = super()._compute_returns_order_ids()
        for picking in self:
            # sudo: to know which; the user's own rules say what of it is shown
            back = picking.sudo().move_ids.returns_send_back_id.order_id
            if back:
                shown = self.env["returns.order"].search([("id", "in", back.ids)])
                picking.returns_order_ids |= shown
                picking.returns_count = len(picking.returns_order_ids)
        return res

    def action_cancel(self):
        """What goes back is called off on the return, not here."""
        # sudo: as above
        rows = self.sudo().move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).returns_send_back_id
        if rows and not self.env.su:
            refuse(
                "UNDER_REPAIR",
                self.env._(
                    "%(picking)s brings goods of %(customer)s back (return %(names)s). "
                    "Take the routing back on the return: that calls it off.",
                    picking=self[:1].name,
                    customer=rows.order_id.partner_id[:1].display_name,
                    names=", ".join(rows.order_id.mapped("name")),
                ),
            )
        return super().action_cancel()
