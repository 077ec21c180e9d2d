from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once


class ReturnsReceiveWizard(models.TransientModel):
    """Receive what came, for one return or for many at once."""

    _name = "returns.receive.wizard"
    _description = "Receive goods of returns"
    _inherit = ["returns.dialog"]

    warehouse_id = fields.Many2one(
        "stock.warehouse", "Node", help="Where the goods are now."
    )
    receipt_ref = fields.Char(
        "Delivery note", help="Your own reference of this receipt, if there is one."
    )
    line_ids = fields.One2many("returns.receive.wizard.line", "dialog_id", "Goods")
    tracked = fields.Boolean(compute="_compute_tracked")
    finished = fields.Boolean()

    @api.depends("line_ids.product_id")
    def _compute_tracked(self):
        for dialog in self:
            kinds = set(dialog.line_ids.product_id.mapped("tracking"))
            dialog.tracked = bool(kinds - {"none", False})

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        if "line_ids" in fields_list:
            values["line_ids"] = [
                fields.Command.create(row) for row in self._rows(orders)
            ]
        if len(orders.warehouse_id) == 1:
            values["warehouse_id"] = orders.warehouse_id.id
        return values

    def _rows(self, orders):
        """What is still expected of ``orders``, a row for each serial number."""
        # sudo: which lots left with the order is said to whoever receives them
        lots = self.env["returns.origins"].sudo()._delivered_lots(orders.line_ids)
        rows = []
        for line, quantity in orders.line_ids._open_to_receive().items():
            if line.uom_id.compare(quantity, 0.0) > 0:
                rows += self._line_rows(line, quantity, lots)
        return rows

    def _line_rows(self, line, quantity, lots):
        """The rows of one line, of which a quantity in its own unit is open."""
        product = line.product_id
        expected = line.uom_id._compute_quantity(quantity, product.uom_id, round=False)
        return self._product_rows(
            line, product, expected, sorted(lots.get((line, product), ()))
        )

    def _product_rows(self, line, product, expected, lots):
        """The rows of one product; ``expected`` is in its unit."""
        row = {
            "order_id": line.order_id.id,
            "line_id": line.id,
            "product_id": product.id,
            "parcel_id": line.order_id.parcel_ids.filtered(
                lambda parcel: not parcel.received
            )[:1].id,
            "expected": expected,
            "quantity": expected,
        }
        if product.tracking != "serial":
            lot = lots[0] if len(lots) == 1 else False
            return [{**row, "lot_name": lot}]
        here = line.receipt_ids._standing().filtered(
            lambda receipt: receipt.product_id == product
        )
        here = set(here.lot_id.mapped("name"))
        names = [name for name in lots if name not in here]
        return [
            {
                **row,
                "expected": 1.0,
                "quantity": 1.0,
                "lot_name": names[number] if number < len(names) else False,
            }
            for number in range(int(expected))
        ]

    @once
    def action_confirm(self):
        """Receive; many returns one by one where one of them is refused."""
        self.ensure_one()
        rows = self.line_ids.filtered(lambda row: row.quantity and not row.done)
        if not rows:
            raise UserError(
                self.env._("Nothing to receive: enter at least one quantity.")
            )
        rows._choose_return()
        results = self._take_each(
            "receive",
            {
                order: [row._entry() for row in group]
                for order, group in rows.grouped("order_id").items()
            },
        )
        failed = [order for order, refusal in results.items() if refusal]
        if not failed:
            return self._done(self._summary(rows))
        for row in rows:
            refusal = results[row.order_id]
            row.write(
                {"result": refusal or self.env._("Received"), "done": not refusal}
            )
        self.finished = True
        return self._reopen(self.env._("Receive: some could not be received"))

    def _summary(self, rows):
        return self.env._(
            "%(quantity)s units of %(returns)s received.",
            quantity=self.env["returns.words"]._number(sum(rows.mapped("quantity"))),
            returns=", ".join(rows.order_id[:5].mapped("name")),
        )
