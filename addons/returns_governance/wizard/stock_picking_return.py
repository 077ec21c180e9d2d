from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patiently

from ..guard import refuse

JOINED = "returns_joined"


class Joined:
    """In a context: the lines of returns that the goods of a transfer belong to.

    An object, which no call from outside can carry.
    """

    __slots__ = ("parts",)

    def __init__(self, parts):
        self.parts = {line: list(pairs) for line, pairs in parts.items()}

    def take(self, sale_line, quantity):
        """Give ``quantity`` of a sold line out: (return line, quantity) each."""
        unit, taken = sale_line.product_uom_id, []
        pairs = self.parts.get(sale_line, [])
        while pairs and unit.compare(quantity, 0.0) > 0:
            line, left = pairs.pop(0)
            part = min(left, quantity)
            taken.append((line, part))
            quantity -= part
            if unit.compare(left, part) > 0:
                pairs.insert(0, (line, left - part))
        return taken


class Part:
    """In a context: the line of a return that a move is being made for."""

    __slots__ = ("line",)

    def __init__(self, line):
        self.line = line


class StockReturnPicking(models.TransientModel):
    """Odoo's own *Return* on the delivery of a governed order makes or joins a return.

    The policy decides as for anybody who asks; the transfer brings the goods to
    inspection, and validating it is the receipt of the return.
    """

    _inherit = "stock.return.picking"

    returns_governed = fields.Boolean(compute="_compute_returns_governed")
    returns_reason_id = fields.Many2one("returns.reason", "Why it comes back")
    returns_because = fields.Char(
        "Let in all the same, because",
        help="Where the policy refuses it: why a manager takes it all the same.",
    )

    @api.depends("picking_id")
    def _compute_returns_governed(self):
        for wizard in self:
            wizard.returns_governed = any(
                line._returns_sale_line() for line in wizard.product_return_moves
            )

    def _create_return(self):
        wanted = self._returns_wanted()
        if not wanted:
            return super()._create_return()
        return patiently(self.env, lambda: self._create_governed(wanted))

    def _returns_wanted(self):
        """{sale line: quantity in its unit} of the lines that come back governed."""
        wanted = {}
        for line in self.product_return_moves:
            sale_line = line._returns_sale_line()
            if sale_line and not line.uom_id.is_zero(line.quantity):
                quantity = line.uom_id._compute_quantity(
                    line.quantity, sale_line.product_uom_id, round=False
                )
                wanted[sale_line] = wanted.get(sale_line, 0.0) + quantity
        return wanted

    def _create_governed(self, wanted):
        parts = self.env["returns.step.join"]._goods(
            wanted, self.returns_reason_id, self.returns_because
        )
        joined = self.with_context(**{JOINED: Joined(parts)})
        # pylint: disable-next=super-method-mismatch  # a part of it, run again
        picking = super(StockReturnPicking, joined)._create_return()
        picking = picking.with_env(self.env)
        picking._tell_joined()
        return picking

    def _get_proc_values(self, line):
        """Hook of *Return for Exchange*, which sends the same goods for nothing: what
        the customer wants instead is said on the return, and the policy decides."""
        sale_line = line._returns_sale_line()
        if sale_line and not line.uom_id.is_zero(line.quantity):
            refuse(
                "RESOLUTION_NOT_ALLOWED",
                self.env._(
                    "%(order)s, %(product)s: an exchange is asked for on the return, "
                    "since it would be refunded and sent again. Press Return on the "
                    "order and choose there what the customer wants instead.",
                    order=sale_line.order_id.name,
                    product=line.product_id.display_name,
                ),
            )
        return super()._get_proc_values(line)

    def _prepare_picking_default_values_based_on(self, picking):
        vals = super()._prepare_picking_default_values_based_on(picking)
        if isinstance(self.env.context.get(JOINED), Joined):
            lines = self.product_return_moves.filtered(
                lambda line: not line.uom_id.is_zero(line.quantity)
            )
            if all(line._returns_sale_line() for line in lines):
                vals["location_dest_id"] = self._returns_place().id
        return vals

    def _returns_place(self):
        """Where returned goods wait for their inspection."""
        kind = self.picking_id.picking_type_id
        warehouse = kind.return_picking_type_id.warehouse_id or kind.warehouse_id
        goods = self.env["returns.goods"]
        return goods._state_places([warehouse], "inspection")[warehouse]


class StockReturnPickingLine(models.TransientModel):
    """Of which sold line a line of the dialog is, and what is waiting for it."""

    _inherit = "stock.return.picking.line"

    def _returns_sale_line(self):
        """The governed sold line of which units come back from the customer.

        None for what has not left yet, goods that do not change the order
        (``to_refund`` off), parts of a kit and what goes straight from a supplier to
        the customer: these are as in core.
        """
        move = self.move_id.sudo()  # who moves goods need not read orders
        sale_line = move.sale_line_id
        governed = (
            sale_line
            and self.to_refund
            and move.state == "done"
            and move.location_dest_id.usage == "customer"
            and move.picking_type_id.warehouse_id
            and move.location_id.usage != "supplier"
            and move.product_id == sale_line.product_id
            and self.env["returns.rollout"]._is_governed(sale_line)
        )
        return sale_line if governed else sale_line.browse()

    def _process_line(self, new_picking):
        joined = self.env.context.get(JOINED)
        sale_line = self._returns_sale_line()
        if not isinstance(joined, Joined) or not sale_line:
            return super()._process_line(new_picking)
        whole, done = self.quantity, False
        asked = self.uom_id._compute_quantity(
            whole, sale_line.product_uom_id, round=False
        )
        for line, quantity in joined.take(sale_line, asked):
            part = self.with_context(**{JOINED: Part(line)})
            part.quantity = sale_line.product_uom_id._compute_quantity(
                quantity, self.uom_id, round=False
            )
            done |= super(StockReturnPickingLine, part)._process_line(new_picking)
        self.quantity = whole
        return done

    def _prepare_move_default_values(self, new_picking):
        vals = super()._prepare_move_default_values(new_picking)
        part = self.env.context.get(JOINED)
        if isinstance(part, Part):
            vals.update(
                returns_line_id=part.line.id,
                returns_is_receipt=True,
                location_dest_id=self.wizard_id._returns_place().id,
                origin=part.line.order_id.name,
                state_reason=part.line.order_id.name,
                to_refund=True,
            )
        return vals
