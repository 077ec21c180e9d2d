from odoo import api, fields, models

from ...guard import refuse


class StockPicking(models.Model):
    """A delivery that is held for a return says so."""

    _inherit = "stock.picking"

    returns_hold = fields.Char("Held", compute="_compute_returns_hold")

    @api.depends("state", "move_ids.returns_exchange_id")
    @api.depends_context("lang")
    def _compute_returns_hold(self):
        for picking in self:
            # sudo: who ships is told why, and need not see the return
            rows = picking.sudo().move_ids.returns_exchange_id
            picking.returns_hold = (
                picking._returns_hold_words(rows)
                if rows and picking.state not in ("done", "cancel")
                else False
            )

    def _compute_returns_order_ids(self):
        res = super()._compute_returns_order_ids()
        for picking in self:
            # sudo: to know which; the user's own rules say what of it is shown
            held = picking.sudo().move_ids.returns_exchange_id.order_id
            if held:
                shown = self.env["returns.order"].search([("id", "in", held.ids)])
                picking.returns_order_ids |= shown
                picking.returns_count = len(picking.returns_order_ids)
        return res

    def _returns_hold_words(self, rows):
        names = ", ".join(rows.order_id.mapped("name"))
        held = rows.filtered(
            lambda row: (
                row.uom_id.compare(row._quantity_left(), row._quantity_may_leave()) > 0
            )
        )
        if not held:
            return self.env._("In exchange for return %(names)s.", names=names)
        return self.env._(
            "Held for return %(names)s. It can be sent after %(what)s.",
            names=names,
            what=", ".join(dict.fromkeys(row._hold_words() for row in held)),
        )

    def action_cancel(self):
        """Goods that a return promises are given up on the return, not here."""
        # sudo: as above
        rows = self.sudo().move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).returns_exchange_id
        wanted = rows.filtered(lambda row: row.line_id._quantity_to_send())
        if wanted and not self.env.su:
            refuse(
                "EXCHANGE_HELD",
                self.env._(
                    "%(picking)s holds goods for return %(names)s. Cancel the line on "
                    "the return: that frees them.",
                    picking=self[:1].name,
                    names=", ".join(wanted.order_id.mapped("name")),
                ),
            )
        return super().action_cancel()
