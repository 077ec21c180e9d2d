from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    state_reason = fields.Char(
        "Reason of the State Change",
        copy=False,
        help="Why these goods change their state. It goes into the stock ledger.",
    )

    def action_change_state(self):
        """Open the dialog that brings what these transfers brought elsewhere."""
        lines = self.move_line_ids.filtered(lambda line: line.state == "done")
        quants = self.env["stock.quant"]._gather_for_state_change(
            [
                ("product_id", "in", lines.product_id.ids),
                ("location_id", "in", lines.location_dest_id.ids),
                ("lot_id", "in", [*lines.lot_id.ids, False]),
            ]
        )
        return self.env["inventory.state.change.wizard"]._open_for(quants, fill=True)
