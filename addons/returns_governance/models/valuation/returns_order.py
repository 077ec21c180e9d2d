from odoo import api, fields, models


class ReturnsOrder(models.Model):
    """What of the goods of a return was written down."""

    _inherit = "returns.order"

    write_down_count = fields.Integer(
        "Write-downs", compute="_compute_write_down_count"
    )

    @api.depends("routing_ids")
    def _compute_write_down_count(self):
        counts = {}
        if self.env["returns.write.down.rule"]._is_used():
            rows = self.env["returns.write.down"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
            counts = dict(rows)
        for order in self:
            order.write_down_count = counts.get(order, 0)

    def action_view_write_downs(self):
        """Open the write-downs of these returns.

        :return: an action
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write-downs"),
            "res_model": "returns.write.down",
            "views": [(False, "list"), (False, "form")],
            "domain": [("order_id", "in", self.ids)],
        }
