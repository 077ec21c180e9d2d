from odoo import api, fields, models


class StockPicking(models.Model):
    """The returns that a transfer concerns."""

    _inherit = "stock.picking"

    returns_order_ids = fields.Many2many(
        "returns.order",
        compute="_compute_returns_order_ids",
        string="Governed Returns",
    )
    returns_count = fields.Integer(compute="_compute_returns_order_ids")

    @api.depends("move_ids")
    def _compute_returns_order_ids(self):
        for picking in self:
            returns = (
                picking.move_ids.returns_line_id.order_id
                | picking.move_ids.sale_line_id.order_id.returns_line_ids.order_id
            )
            picking.returns_order_ids = returns
            picking.returns_count = len(returns)

    def action_ask_state_approval(self):
        """Ask a second person to approve the changes of state that need it.

        :return: True
        """
        self.check_access("write")
        moves = self.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        self.env["inventory.role.approval"]._ask(moves)
        return True

    def action_view_returns(self):
        """Open the returns that these transfers concern."""
        return self.env["returns.order"]._action_open(self.returns_order_ids)
