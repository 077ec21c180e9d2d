from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once


class ReturnsAddWizard(models.TransientModel):
    """Take over from a customer's orders what is sent back.

    Adds to a draft, or makes one where it was opened from an order. Lines of several
    orders come together in one return.
    """

    _name = "returns.add.wizard"
    _description = "Add from orders"
    _inherit = ["returns.dialog"]

    partner_id = fields.Many2one("res.partner", "Customer")
    sale_order_ids = fields.Many2many(
        "sale.order",
        string="Orders",
        domain="[('state', '=', 'sale'), ('partner_id', 'child_of', partner_id)]",
    )
    everything = fields.Boolean("Everything comes back")
    reason_id = fields.Many2one("returns.reason", "Reason for all")
    line_ids = fields.One2many("returns.add.wizard.line", "dialog_id", "Lines")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        sales = orders.sale_order_ids
        if self.env.context.get("active_model") == "sale.order":
            sales |= sales.browse(self._context_ids())
        partner = orders.partner_id[:1] or sales.partner_id[:1]
        values["partner_id"] = partner.id
        if sales:
            values["sale_order_ids"] = [fields.Command.set(sales.ids)]
            values["line_ids"] = [
                fields.Command.create(row) for row in self._rows(sales)
            ]
        return values

    @api.onchange("sale_order_ids")
    def _onchange_sale_order_ids(self):
        """List what can still come back, and keep what was typed."""
        typed = {row.sale_line_id.id: row for row in self.line_ids}
        rows = []
        for row in self._rows(self.sale_order_ids._origin):
            known = typed.get(row["sale_line_id"])
            if known:
                row.update(
                    quantity=known.quantity,
                    reason_id=known.reason_id.id,
                    resolution=known.resolution,
                    exchange_product_id=known.exchange_product_id.id,
                    credit_consent=known.credit_consent,
                    sealed=known.sealed,
                    comment=known.comment,
                )
            rows.append(fields.Command.create(row))
        self.line_ids = [fields.Command.clear(), *rows]

    @api.onchange("everything")
    def _onchange_everything(self):
        for row in self.line_ids:
            row.quantity = row.returnable if self.everything else 0.0

    @api.onchange("reason_id")
    def _onchange_reason_id(self):
        self.line_ids.reason_id = self.reason_id

    def _rows(self, sales):
        """Lines of ``sales`` of which units can still come back."""
        sale_lines = sales.order_line.filtered(
            lambda line: (
                line.product_id.type == "consu"
                and not line.display_type
                and not line.is_delivery
                and not line.returns_is_fee
            )
        )
        returnable = self._returnable(sale_lines)
        return [
            {
                "sale_line_id": line.id,
                "delivered": line.qty_delivered,
                "returnable": returnable[line],
                "reason_id": self.reason_id.id,
            }
            for line in sale_lines
            if line.product_uom_id.compare(returnable[line], 0.0) > 0
        ]

    def _returnable(self, sale_lines):
        """{sale line: units that no return has claimed}; writes nothing."""
        known = self.env["returns.sold.line"].search(
            [("sale_line_id", "in", sale_lines.ids)]
        )
        left = {
            row.sale_line_id: quantity
            for row, quantity in known._quantity_returnable().items()
        }
        return {line: left.get(line, line.qty_delivered) for line in sale_lines}

    @once
    def action_confirm(self):
        """Put the lines on the draft; open it where it was made here."""
        self.ensure_one()
        rows = self.line_ids.filtered(lambda row: row.quantity > 0)
        if not rows:
            raise UserError(
                self.env._("Enter how many units come back of at least one line.")
            )
        draft = self.order_ids[:1] or self._make_draft(rows)
        rows.sale_line_id.check_access("read")
        # sudo: the rows that govern sold lines belong to the machine
        sold = self.env["returns.sold.line"].sudo()._for_sale_lines(rows.sale_line_id)
        by_sale_line = {row.sale_line_id.id: row.id for row in sold}
        self._in_plain_words(
            lambda: self.env["returns.order.line"].create(
                [
                    {
                        "order_id": draft.id,
                        "sold_line_id": by_sale_line[row.sale_line_id.id],
                        "quantity": row.quantity,
                        "reason_id": row.reason_id.id,
                        "resolution": row.resolution,
                        "exchange_product_id": row.exchange_product_id.id,
                        "credit_consent": row.credit_consent,
                        "sealed": row.sealed,
                        "comment": row.comment,
                    }
                    for row in rows
                ]
            )
        )
        self._end()
        if self.order_ids:
            return {"type": "ir.actions.act_window_close"}
        return self.env["returns.order"]._action_open(draft)

    def _make_draft(self, rows):
        """A draft for the customer of the orders."""
        sale = rows.sale_line_id.order_id[:1]
        channel = sale.returns_channel_id or self.env["returns.channel"].search(
            [], limit=1
        )
        return self.env["returns.order"].create(
            {
                "partner_id": sale.partner_id.id,
                "company_id": sale.company_id.id,
                "currency_id": sale.currency_id.id,
                "warehouse_id": sale.warehouse_id.id,
                "channel_id": channel.id,
            }
        )
